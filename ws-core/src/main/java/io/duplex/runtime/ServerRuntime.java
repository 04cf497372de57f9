package io.duplex.runtime;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Endpoint.Application;
import io.duplex.Limits;
import io.duplex.ServerStats;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.connection.ServerConnection;
import io.duplex.handshake.ServerHandshake;
import io.duplex.handshake.Upgrade;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;
import io.duplex.session.Facts;
import io.duplex.session.Inbox;
import io.duplex.session.OwnOptions;
import io.duplex.session.Role;
import io.duplex.session.Session;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Durations;
import io.duplex.transport.LayerHost;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.Transport.Listener;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** A running server: its live connections, what they need to know, and how they all end. Thread-safe. */
public final class ServerRuntime implements ServerConnection.Environment {
    private static final System.Logger LOG = System.getLogger("io.duplex");
    /** How many refusals may be under way beside the served connections; one more peer is reset unheard. */
    private static final int MAX_REFUSALS = 64;

    private final ServerConfig config;
    private final ServerHandshake handshake;
    private final Counters counters = new Counters();
    private final ConnectionListener listener;
    private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
    /** Those of them that are too many. */
    private final Set<ServerConnection> refusals = ConcurrentHashMap.newKeySet();
    private final AtomicLong ids = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition goneOne = lock.newCondition();
    private final Listener sockets;
    private volatile boolean stopping;

    private ServerRuntime(ServerConfig config) throws IOException {
        this.config = config;
        this.handshake = new ServerHandshake(config.routes());
        this.listener = config.listener()
                .<ConnectionListener>map(own -> new Listeners(counters, new LogListener(), own))
                .orElseGet(() -> new Listeners(counters, new LogListener()));
        this.sockets = config.transport().listen(config.address(), config.settings(), this::accept);
    }

    /** Binds and serves. */
    public static ServerRuntime start(ServerConfig config) throws IOException {
        if (config.secure().isPresent()) {
            config.secure().get().requireAccepting();
        }
        return new ServerRuntime(config);
    }

    private Optional<ByteLayer> accept() {
        lock.lock();
        try {
            int served = connections.size() - refusals.size();
            boolean tooMany = served >= config.maxConnections();
            if (stopping || tooMany && refusals.size() >= MAX_REFUSALS) {
                return Optional.empty();
            }
            ServerConnection connection = tooMany ? refusing() : serving();
            return Optional
                    .of(config.secure().<ByteLayer>map(tls -> tls.accepting(connection)).orElse(connection));
        } finally {
            lock.unlock();
        }
    }

    private ServerConnection serving() {
        ServerConnection connection = ServerConnection.serving(this);
        connections.add(connection);
        return connection;
    }

    private ServerConnection refusing() {
        ServerConnection connection = ServerConnection.refusing(this);
        refusals.add(connection);
        connections.add(connection);
        return connection;
    }

    @Override
    public Session open(Upgrade upgrade, LayerHost host) {
        return switch (upgrade.endpoint().application()) {
            case Application.Callbacks callbacks -> {
                WebSocketHandler handler = Objects.requireNonNull(
                        callbacks.handlers().apply(upgrade.candidate().request()), "the endpoint's handler");
                yield new Session(facts(upgrade, callbacks.executor().or(config::executor)), host, handler,
                        Optional.empty());
            }
            case Application.Blocking blocking -> {
                Inbox inbox = OwnOptions.newInbox(config.settings().sockets());
                yield new Session(facts(upgrade, Optional.empty()), host,
                        new BlockingApplication(blocking.handler(), inbox, config.settings().threadName()),
                        Optional.of(inbox));
            }
        };
    }

    private Facts facts(Upgrade upgrade, Optional<Executor> executor) {
        ConnectionOptions options = OwnOptions.merge(
                upgrade.endpoint().options().orElse(config.options()), config.settings().sockets());
        return new Facts(ids.incrementAndGet(), Role.SERVER, upgrade.request(), upgrade.response(),
                upgrade.subprotocol(), upgrade.extensions(), upgrade.pathParameters(),
                upgrade.attachments(), options, listener, counters,
                executor.map(chosen -> chosen::execute));
    }

    @Override
    public HttpHandler http() {
        return request -> config.http().isEmpty()
                ? HttpHandler.of(handshake::unhandled).handle(request)
                : config.http().get().handle(request).thenApply(response -> orUpgrade(request, response));
    }

    /** A path that only a WebSocket endpoint knows is not unknown: the client is told what to speak. */
    private HttpResponse orUpgrade(HttpRequest request, HttpResponse response) {
        return response.status() == HttpStatus.NOT_FOUND
                && handshake.unhandled(request).status() == HttpStatus.UPGRADE_REQUIRED
                        ? handshake.unhandled(request)
                        : response;
    }

    @Override
    public ServerHandshake handshake() {
        return handshake;
    }

    @Override
    public HeadLimits headLimits() {
        return config.headLimits();
    }

    @Override
    public Timeouts timeouts() {
        return config.options().timeouts();
    }

    @Override
    public Limits limits() {
        return config.options().limits();
    }

    @Override
    public void refused(int status) {
        try {
            listener.refused(status);
        } catch (Throwable thrown) {
            LOG.log(System.Logger.Level.WARNING, "! the listener failed to hear of a refusal", thrown);
        }
    }

    @Override
    public void failed(Throwable thrown) {
        LOG.log(System.Logger.Level.WARNING, "! the application failed to answer a request", thrown);
    }

    /** An off-loaded handler may still have its last callback before it. */
    @Override
    public void gone(ServerConnection connection) {
        connection.session()
                .ifPresentOrElse(
                        session -> session.closeFuture().whenComplete((info, thrown) -> remove(connection)),
                        () -> remove(connection));
    }

    private void remove(ServerConnection connection) {
        lock.lock();
        try {
            connections.remove(connection);
            refusals.remove(connection);
            goneOne.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Serves a connection that came by another way. */
    public void adopt(SocketChannel channel) throws IOException {
        sockets.adopt(channel);
    }

    /** Where it listens. */
    public SocketAddress address() {
        return sockets.address();
    }

    /** What is in force on the listening socket, and the deadlines and marks of connections without options of their own. */
    public SocketOptions socketOptions() {
        SocketOptions sockets = config.settings().sockets();
        return OwnOptions.inForce(
                this.sockets.effectiveOptions()
                        .toBuilder()
                        .receiveLowWaterBytes(sockets.receiveLowWaterBytes().orElse(Inbox.LOW_BYTES))
                        .build(),
                OwnOptions.merge(config.options(), sockets));
    }

    /** Whether it speaks TLS. */
    public boolean secure() {
        return config.secure().isPresent();
    }

    /** The connections that are open or closing now. */
    public Set<WebSocket> connections() {
        return connections.stream()
                .flatMap(connection -> connection.session().stream())
                .map(session -> (WebSocket) session.socket())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The counters now. */
    public ServerStats stats() {
        return counters.snapshot();
    }

    /** Ends all connections with 1001, waits for them, and resets what is left at the deadline. Idempotent. */
    public void stop(Duration deadline) throws InterruptedException {
        if (connections.stream().anyMatch(ServerRuntime::isInItsCallback)) {
            throw new IllegalStateException(
                    "stop would wait for the callback that it is called in; call it on another thread");
        }
        lock.lock();
        try {
            stopping = true;
        } finally {
            lock.unlock();
        }
        sockets.stopAccepting();
        connections.forEach(ServerConnection::stop);
        try {
            awaitGone(Durations.nanos(deadline));
        } finally {
            sockets.close();
            // Messages that an off-loaded handler has paused would hold up its onClose.
            connections.forEach(connection -> connection.session().ifPresent(left -> left.socket().abort()));
        }
    }

    private static boolean isInItsCallback(ServerConnection connection) {
        return connection.isOnTransportThread()
                || connection.session()
                        .stream()
                        .anyMatch(session -> session.socket().isInOffloadedCallback());
    }

    private void awaitGone(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (!connections.isEmpty() && left > 0) {
                left = goneOne.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
