package io.duplex.internal.runtime;

import io.duplex.ConnectionListener;
import io.duplex.Statistics;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.handshake.HandshakeKey;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.session.SessionSocket;
import io.duplex.internal.session.Traffic;
import io.duplex.transport.CallbackThreads;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.Transport.Connector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A running client: opens connections, each by a {@link PendingConnection}, and lists the live ones.
 * Thread-safe.
 */
public final class ClientRuntime {
    private final ClientConfig config;
    private final Connector connector;
    private final Routes routes;
    private final ClientSecurity security;
    private final ClientSecurity proxySecurity;
    private final MemoryBudget memory;
    private final Counters counters;
    private final ConnectionListener listener;
    private final Set<SessionSocket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong ids = new AtomicLong();
    private final SecureRandom random = new SecureRandom();
    /** Pending connections, each with what interrupts the thread that resolves its route. */
    private final Map<CompletableFuture<WebSocket>, Runnable> opening = new ConcurrentHashMap<>();
    private final Set<Runnable> closing = ConcurrentHashMap.newKeySet();
    private final Stopping end;
    private volatile boolean closed;

    /** A client whose threads start with its first connection. */
    public ClientRuntime(ClientConfig config) {
        prepare();
        this.config = config;
        this.memory = new MemoryBudget(config.memoryBudgetBytes());
        this.counters = new Counters(memory);
        this.connector = config.transport().connector(config.settings());
        this.routes = new Routes(config.routing());
        this.security = new ClientSecurity(config.secure());
        this.end = new Stopping(config.settings().threadName() + "-stop", config.settings().daemon(),
                connections::isEmpty, this::endAll);
        this.proxySecurity = new ClientSecurity(config.routing().proxySecure());
        this.listener = config.listener() == null
                ? new Listeners(counters, new LogListener())
                : new Listeners(counters, new LogListener(), config.listener());
    }

    private static void prepare() {
        try {
            FirstUse.prepare();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare for connections", e);
        }
    }

    /** Returns an inbox for a connection in blocking style. */
    public Inbox newInbox() {
        SocketOptions sockets = config.settings().sockets();
        return new Inbox(sockets.get(SocketOptions.SO_RCVLOWAT).orElse(Inbox.LOW_BYTES), memory);
    }

    /** Opens a connection whose messages go to {@code handler}, or to the inbox, which may be null. */
    public CompletableFuture<WebSocket> connect(ConnectRequest request, WebSocketHandler handler,
            Inbox inbox) {
        CompletableFuture<WebSocket> result = new CompletableFuture<>();
        // Resolvers and proxy policies may block for long, and have no asynchronous form.
        Thread resolving = Thread.ofVirtual()
                .name(config.settings().threadName() + "-resolve")
                .unstarted(() -> attempt(request, handler, inbox, result));
        if (begin(result, resolving::interrupt)) {
            try {
                resolving.start();
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        }
        return result;
    }

    /** Returns whether an attempt may continue; it fails if the client is closed now, or before its end. */
    private boolean begin(CompletableFuture<WebSocket> result, Runnable interrupt) {
        opening.put(result, interrupt);
        result.whenComplete((opened, thrown) -> opening.remove(result));
        if (closed) {
            result.completeExceptionally(closedException());
        }
        return !result.isDone();
    }

    private static IOException closedException() {
        return new IOException("the client is closed");
    }

    private void attempt(ConnectRequest request, WebSocketHandler handler, Inbox inbox,
            CompletableFuture<WebSocket> result) {
        try {
            // Before the host is resolved: a failure to resolve it would hide that TLS is missing.
            if (request.handshake().target().secure()) {
                security.layers();
            }
            Route route = routes.to(request);
            if (!result.isDone()) {
                new PendingConnection(this, request, handler, inbox, result).start(route);
            }
        } catch (Throwable e) {
            // User code may throw here, too, such as a cookie handler; the caller must get a result.
            result.completeExceptionally(e);
        }
    }

    /** Opens a connection over a connected channel. */
    public CompletableFuture<WebSocket> connectOver(SocketChannel channel, ConnectRequest request,
            WebSocketHandler handler, Inbox inbox) {
        CompletableFuture<WebSocket> result = new CompletableFuture<>();
        begin(result, () -> {});
        ConnectRequest staying = request.with(request.handshake().withMaxRedirects(0));
        try {
            new PendingConnection(this, staying, handler, inbox, result).startOver(channel);
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    ClientConfig config() {
        return config;
    }

    Connector connector() {
        return connector;
    }

    ClientSecurity security() {
        return security;
    }

    /** Returns the TLS with proxies. */
    ClientSecurity proxySecurity() {
        return proxySecurity;
    }

    ConnectionListener listener() {
        return listener;
    }

    /** Returns the memory budget of all its connections. */
    MemoryBudget memory() {
        return memory;
    }

    Traffic traffic() {
        return counters;
    }

    String newKey() {
        return HandshakeKey.generate(random);
    }

    long nextId() {
        return ids.incrementAndGet();
    }

    /** Lists a connection until it ends. */
    void register(SessionSocket socket) {
        connections.add(socket);
        socket.closeFuture().whenComplete((info, thrown) -> {
            connections.remove(socket);
            end.changed();
        });
    }

    /** Runs {@code stop} when this client closes. Returns false once the client is closed. */
    public boolean register(Runnable stop) {
        closing.add(stop);
        return !closed;
    }

    /** Removes a runnable that {@link #register(Runnable)} has added. */
    public void unregister(Runnable stop) {
        closing.remove(stop);
    }

    boolean isClosed() {
        return closed;
    }

    /** Returns the connections that are open or closing now. */
    public Set<WebSocket> connections() {
        return Set.copyOf(connections);
    }

    /** Returns the counters now. */
    public Statistics stats() {
        return counters.snapshot();
    }

    /** Returns the name prefix of this client's threads. */
    public String threadName() {
        return config.settings().threadName();
    }

    /**
     * Cancels pending attempts, closes all connections with 1001, waits for them, and resets the remaining
     * ones at the deadline. On a thread that must not wait it only initiates this. Idempotent.
     */
    public void close(Duration deadline) throws InterruptedException {
        closed = true;
        end.within(deadline);
        closing.forEach(Runnable::run);
        opening.forEach((result, interrupt) -> {
            result.completeExceptionally(closedException());
            interrupt.run();
        });
        connections.forEach(ws -> ws.goAway("client stops"));
        if (CallbackThreads.isCurrent()) {
            end.awaitElsewhere();
        } else {
            end.await();
        }
    }

    /** Returns a future that completes when the client has closed. */
    public CompletableFuture<Void> stopped() {
        return end.ended();
    }

    private void endAll() {
        // The connector resets the remaining connections; queued callbacks that wait for demand need more.
        connections.forEach(WebSocket::abort);
        connector.close();
    }
}
