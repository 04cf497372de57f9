package io.duplex.runtime;

import io.duplex.ClientRequest;
import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.HandshakeException;
import io.duplex.ServerStats;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.connection.ClientConnection;
import io.duplex.frame.CloseCode;
import io.duplex.handshake.ClientHandshake;
import io.duplex.handshake.HandshakeKey;
import io.duplex.handshake.Outcome;
import io.duplex.http.ResponseHead;
import io.duplex.session.Facts;
import io.duplex.session.Inbox;
import io.duplex.session.Offloader;
import io.duplex.session.OwnOptions;
import io.duplex.session.Role;
import io.duplex.session.Session;
import io.duplex.session.SessionSocket;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.Transport.Connector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** A client: opens connections, follows redirects, and knows which connections live. Thread-safe. */
public final class ClientRuntime {
    private final ClientConfig config;
    private final Connector connector;
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
            // Name resolution may block for long, and there is no other way to ask for it.
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
            new Attempt(request, handler, inbox, result, addresses(request), 0).start();
        } catch (UnknownHostException e) {
            result.completeExceptionally(new IOException("unknown host: " + e.getMessage(), e));
        } catch (Throwable e) {
            // User code, too, such as a cookie handler: somebody waits for an answer.
            result.completeExceptionally(e);
        }
    }

    private static List<SocketAddress> addresses(ClientRequest request) throws UnknownHostException {
        SocketAddress chosen = request.address()
                .orElseGet(() -> InetSocketAddress.createUnresolved(request.host(), request.port()));
        if (!(chosen instanceof InetSocketAddress inet && inet.isUnresolved())) {
            return List.of(chosen);
        }
        try {
            return Stream.of(InetAddress.getAllByName(inet.getHostString()))
                    .<SocketAddress>map(address -> new InetSocketAddress(address, inet.getPort()))
                    .toList();
        } catch (UnknownHostException e) {
            // What the system says about it differs.
            throw (UnknownHostException) new UnknownHostException(inet.getHostString()).initCause(e);
        }
    }

    /** Asks for a connection over a channel that stands. */
    public CompletableFuture<WebSocket> connectOver(SocketChannel channel, ClientRequest request,
            WebSocketHandler handler, Optional<Inbox> inbox) {
        CompletableFuture<WebSocket> result = new CompletableFuture<>();
        ClientRequest staying = request.toBuilder().maxRedirects(0).build();
        try {
            new Attempt(staying, handler, inbox, result, List.of(), 0).startOver(channel);
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    /** One try at one of a host's addresses. */
    private final class Attempt implements ClientConnection.Opener {
        private final ClientRequest request;
        private final WebSocketHandler handler;
        private final Optional<Inbox> inbox;
        private final CompletableFuture<WebSocket> result;
        private final List<SocketAddress> addresses;
        private final int index;

        Attempt(ClientRequest request, WebSocketHandler handler, Optional<Inbox> inbox,
                CompletableFuture<WebSocket> result, List<SocketAddress> addresses, int index) {
            this.request = request;
            this.handler = handler;
            this.inbox = inbox;
            this.result = result;
            this.addresses = addresses;
            this.index = index;
        }

        void start() throws IOException {
            connector.connect(addresses.get(index), secured(newConnection()));
        }

        void startOver(SocketChannel channel) throws IOException {
            ByteLayer layer;
            try {
                layer = secured(newConnection());
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
            connector.adopt(channel, layer);
        }

        private ClientConnection newConnection() throws HandshakeException {
            ClientHandshake handshake = ClientHandshake.of(request, HandshakeKey.generate(random));
            ClientConnection connection = new ClientConnection(handshake, options(), this);
            result.whenComplete((opened, thrown) -> {
                if (result.isCancelled()) {
                    connection.cancel();
                }
            });
            return connection;
        }

        private ByteLayer secured(ClientConnection connection) throws IOException {
            return request.secure()
                    ? security.layers().connecting(connection, request.host(), request.port())
                    : connection;
        }

        /** Nothing of the application's runs in an inbox. */
        private Optional<Offloader> offloader() {
            return inbox.isPresent()
                    ? Optional.empty()
                    : request.executor().or(config::executor).map(executor -> executor::execute);
        }

        private ConnectionOptions options() {
            return OwnOptions.merge(request.options().orElse(config.options()), config.settings().sockets());
        }

        @Override
        public Session open(ClientHandshake handshake, ResponseHead response,
                Outcome.Accepted accepted, LayerHost host) {
            Facts facts = new Facts(ids.incrementAndGet(), Role.CLIENT, handshake.head(), response,
                    accepted.subprotocol(), accepted.extensions(), Map.of(), Map.of(),
                    options(), listener, counters,
                    offloader());
            Session session = new Session(facts, host, handler, inbox);
            connections.add(session.socket());
            session.closeFuture().whenComplete((info, thrown) -> connections.remove(session.socket()));
            return session;
        }

        @Override
        public void opened(Session session) {
            session.socket().behindCallbacks(() -> {
                if (!result.complete(session.socket())) {
                    session.socket().close(CloseCode.GOING_AWAY, "");
                }
            });
        }

        @Override
        public void redirected(ClientRequest next) {
            connectAgain(next);
        }

        private void connectAgain(ClientRequest next) {
            CompletableFuture<WebSocket> there = connect(next, handler, inbox);
            result.whenComplete((opened, thrown) -> {
                if (result.isCancelled()) {
                    there.cancel(false);
                }
            });
            there.whenComplete((socket, thrown) -> {
                if (thrown != null) {
                    result.completeExceptionally(thrown);
                } else if (!result.complete(socket)) {
                    socket.close(CloseCode.GOING_AWAY, "");
                }
            });
        }

        @Override
        public void failed(IOException cause) {
            // Who answers at one address and fails to prove who it is must not be helped out by the next.
            boolean unreachable = !(cause instanceof HandshakeException || cause instanceof SSLException);
            if (unreachable && index + 1 < addresses.size()) {
                try {
                    new Attempt(request, handler, inbox, result, addresses, index + 1).start();
                    return;
                } catch (IOException e) {
                    cause.addSuppressed(e);
                }
            }
            result.completeExceptionally(cause);
        }
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
            CompletableFuture.allOf(ends).get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // What is left is reset by the connector.
            connections.forEach(WebSocket::abort);
        } finally {
            connector.close();
        }
    }
}
