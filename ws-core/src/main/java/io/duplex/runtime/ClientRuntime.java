package io.duplex.runtime;

import io.duplex.ClientRequest;
import io.duplex.ConnectionListener;
import io.duplex.ServerStats;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.handshake.HandshakeKey;
import io.duplex.session.Inbox;
import io.duplex.session.OwnOptions;
import io.duplex.session.SessionSocket;
import io.duplex.session.Traffic;
import io.duplex.transport.Durations;
import io.duplex.transport.Transport.Connector;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A client: opens connections, each by an {@link Attempt}, and knows which of them live. Thread-safe. */
public final class ClientRuntime {
    private final ClientConfig config;
    private final Connector connector;
    private final Routes routes;
    private final ClientSecurity security;
    private final Counters counters = new Counters();
    private final ConnectionListener listener;
    private final Set<SessionSocket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong ids = new AtomicLong();
    private final SecureRandom random = new SecureRandom();
    private volatile boolean closed;

    /** A client whose threads start with its first connection. */
    public ClientRuntime(ClientConfig config) {
        this.config = config;
        this.connector = config.transport().connector(config.settings());
        this.routes = new Routes(config.way());
        this.security = new ClientSecurity(config.secure());
        this.listener = config.listener()
                .<ConnectionListener>map(own -> new Listeners(counters, new LogListener(), own))
                .orElseGet(() -> new Listeners(counters, new LogListener()));
    }

    /** An inbox for a connection in blocking style. */
    public Inbox newInbox() {
        return OwnOptions.newInbox(config.settings().sockets());
    }

    /** Opens a connection whose messages go to {@code handler}; with an inbox, that is where they go. */
    public CompletableFuture<WebSocket> connect(ClientRequest request, WebSocketHandler handler,
            Optional<Inbox> inbox) {
        CompletableFuture<WebSocket> result = new CompletableFuture<>();
        if (closed) {
            result.completeExceptionally(new IOException("the client is closed"));
        } else {
            // Resolvers and choosers of proxies may block for long, and there is no other way to ask them.
            Thread.ofVirtual()
                    .name(config.settings().threadName() + "-resolve")
                    .start(() -> attempt(request, handler, inbox, result));
        }
        return result;
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

    ConnectionListener listener() {
        return listener;
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
        socket.closeFuture().whenComplete((info, thrown) -> connections.remove(socket));
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

    /** Closes all connections with 1001, waits for them, and resets what is left at the deadline. Idempotent. */
    public void close(Duration deadline) throws InterruptedException {
        closed = true;
        CompletableFuture<?>[] ends = connections.stream()
                .map(WebSocket::closeFuture)
                .toArray(CompletableFuture[]::new);
        connections.forEach(ws -> ws.goAway("client stops"));
        try {
            CompletableFuture.allOf(ends).get(Durations.nanos(deadline), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // What is left is reset by the connector.
            connections.forEach(WebSocket::abort);
        } finally {
            connector.close();
        }
    }
}
