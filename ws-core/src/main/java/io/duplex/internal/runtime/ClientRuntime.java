package io.duplex.internal.runtime;

import io.duplex.ClientRequest;
import io.duplex.ConnectionListener;
import io.duplex.ServerStats;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.internal.handshake.HandshakeKey;
import io.duplex.internal.session.Inbox;
import io.duplex.internal.session.MemoryBudget;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A client: opens connections, each by an {@link Attempt}, and knows which of them live. Thread-safe. */
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
    /** What was asked for and is not there yet, with the thread that looks for the way, if there is one. */
    private final Map<CompletableFuture<WebSocket>, Optional<Thread>> opening = new ConcurrentHashMap<>();
    private final Set<ReconnectLoop> loops = ConcurrentHashMap.newKeySet();
    private final Stopping end;
    private volatile boolean closed;

    /** A client whose threads start with its first connection. */
    public ClientRuntime(ClientConfig config) {
        prepare();
        this.config = config;
        this.memory = new MemoryBudget(config.memoryBudgetBytes());
        this.counters = new Counters(memory);
        this.connector = config.transport().connector(config.settings());
        this.routes = new Routes(config.way());
        this.security = new ClientSecurity(config.secure());
        this.end = new Stopping(config.settings().threadName() + "-stop", config.settings().daemon(),
                connections::isEmpty, this::endAll);
        this.proxySecurity = new ClientSecurity(config.way().proxySecure());
        this.listener = config.listener()
                .<ConnectionListener>map(
                        own -> new Listeners(counters, new LogListener(new ApplicationLog()), own))
                .orElseGet(() -> new Listeners(counters, new LogListener(new ApplicationLog())));
    }

    private static void prepare() {
        try {
            FirstUse.prepare();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make ready for connections", e);
        }
    }

    /** An inbox for a connection in blocking style. */
    public Inbox newInbox() {
        SocketOptions sockets = config.settings().sockets();
        return new Inbox(sockets.get(SocketOptions.SO_RCVLOWAT).orElse(Inbox.LOW_BYTES), memory);
    }

    /** Opens a connection whose messages go to {@code handler}; with an inbox, that is where they go. */
    public CompletableFuture<WebSocket> connect(ClientRequest request, WebSocketHandler handler,
            Optional<Inbox> inbox) {
        CompletableFuture<WebSocket> result = new CompletableFuture<>();
        // Resolvers and choosers of proxies may block for long, and there is no other way to ask them.
        Thread resolving = Thread.ofVirtual()
                .name(config.settings().threadName() + "-resolve")
                .unstarted(() -> attempt(request, handler, inbox, result));
        if (begin(result, Optional.of(resolving))) {
            try {
                resolving.start();
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        }
        return result;
    }

    /** Whether an attempt may go on; if the client is closed, now or later, before it is over, it fails. */
    private boolean begin(CompletableFuture<WebSocket> result, Optional<Thread> resolving) {
        opening.put(result, resolving);
        result.whenComplete((opened, thrown) -> opening.remove(result));
        if (closed) {
            result.completeExceptionally(closedException());
        }
        return !result.isDone();
    }

    private static IOException closedException() {
        return new IOException("the client is closed");
    }

    private void attempt(ClientRequest request, WebSocketHandler handler, Optional<Inbox> inbox,
            CompletableFuture<WebSocket> result) {
        try {
            // Before the host is asked: whose answer would be the wrong thing to tell.
            if (request.secure()) {
                security.layers();
            }
            Route route = routes.to(request);
            if (!result.isDone()) {
                new Attempt(this, request, handler, inbox, result).start(route);
            }
        } catch (Throwable e) {
            // User code, too, such as a cookie handler: somebody waits for an answer.
            result.completeExceptionally(e);
        }
    }

    /** Asks for a connection over a channel that stands. */
    public CompletableFuture<WebSocket> connectOver(SocketChannel channel, ClientRequest request,
            WebSocketHandler handler, Optional<Inbox> inbox) {
        CompletableFuture<WebSocket> result = new CompletableFuture<>();
        begin(result, Optional.empty());
        ClientRequest staying = request.toBuilder().maxRedirects(0).build();
        try {
            new Attempt(this, staying, handler, inbox, result).startOver(channel);
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

    /** TLS with proxies. */
    ClientSecurity proxySecurity() {
        return proxySecurity;
    }

    ConnectionListener listener() {
        return listener;
    }

    /** What its connections may hold together. */
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

    /** Counts a connection in until it ends. */
    void register(SessionSocket socket) {
        connections.add(socket);
        socket.closeFuture().whenComplete((info, thrown) -> {
            connections.remove(socket);
            end.changed();
        });
    }

    /** A loop that ends with this client. Whether it may begin: not once the client is closed. */
    boolean register(ReconnectLoop loop) {
        loops.add(loop);
        return !closed;
    }

    void unregister(ReconnectLoop loop) {
        loops.remove(loop);
    }

    boolean isClosed() {
        return closed;
    }

    /** The connections that are open or closing now. */
    public Set<WebSocket> connections() {
        return Set.copyOf(connections);
    }

    /** The counters now. */
    public ServerStats stats() {
        return counters.snapshot();
    }

    /** Where the threads of this client get their names from. */
    String threadName() {
        return config.settings().threadName();
    }

    /**
     * Gives up what is not open yet, closes all connections with 1001, waits for them, and resets what is
     * left at the deadline. On a thread that must not wait it only begins that. Idempotent.
     */
    public void close(Duration deadline) throws InterruptedException {
        closed = true;
        end.within(deadline);
        loops.forEach(ReconnectLoop::stop);
        opening.forEach((result, resolving) -> {
            result.completeExceptionally(closedException());
            resolving.ifPresent(Thread::interrupt);
        });
        connections.forEach(ws -> ws.goAway("client stops"));
        if (CallbackThreads.isCurrent()) {
            end.awaitElsewhere();
        } else {
            end.await();
        }
    }

    /** Completes when the client has closed. */
    public CompletableFuture<Void> stopped() {
        return end.ended();
    }

    private void endAll() {
        // What is left is reset by the connector; off-loaded callbacks that wait for demand need more.
        connections.forEach(WebSocket::abort);
        connector.close();
    }
}
