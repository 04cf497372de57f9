package io.duplex.internal.runtime;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.Refusal;
import io.duplex.Statistics;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpException;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.connection.ServerConnection;
import io.duplex.internal.handshake.EndpointConfig;
import io.duplex.internal.handshake.HandshakeHeads;
import io.duplex.internal.handshake.ServerHandshake;
import io.duplex.internal.handshake.Upgrade;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import io.duplex.internal.runtime.AddressAdmission.Verdict;
import io.duplex.internal.session.CallbackExecutor;
import io.duplex.internal.session.ConnectionContext;
import io.duplex.internal.session.Session;
import io.duplex.transport.AddressText;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.CallbackThreads;
import io.duplex.transport.LayerHost;
import io.duplex.transport.SafeLog;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.Transport.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** A running server: its live connections, their shared objects, and stopping. Thread-safe. */
public final class ServerRuntime implements ServerConnection.Environment {
    private static final SafeLog LOG = SafeLog.of("io.duplex");
    /** The time for the threads of blocking handlers to end after an interrupt. */
    private static final Duration INTERRUPT_GRACE = Duration.ofSeconds(10);
    /**
     * The maximum number of refusals at once, in addition to the served connections; further peers are reset
     * without an answer.
     */
    private static final int MAX_REFUSALS = 64;

    private final ServerConfig config;
    private final ServerHandshake handshake;
    /** Of connections at endpoints without options of their own. */
    private final ConnectionOptions connectionOptions;
    private final MemoryBudget memory;
    private final Counters counters;
    private final LogListener log = new LogListener();
    private final ConnectionListener listener;
    /** With the key of their address, if it is counted. */
    private final Map<ServerConnection, Optional<Long>> connections = new ConcurrentHashMap<>();
    /** Those above the limit of connections. */
    private final Set<ServerConnection> refusals = ConcurrentHashMap.newKeySet();
    /** Guarded by the lock. */
    private final AddressAdmission addresses;
    private final AtomicLong ids = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Stopping end;
    private final HandlerThreads handlers;
    private final Listener sockets;
    private volatile boolean stopping;

    private ServerRuntime(ServerConfig config) throws IOException {
        this.config = config;
        this.connectionOptions = config.options().withSocketOptions(config.settings().sockets());
        this.memory = new MemoryBudget(config.memoryBudgetBytes());
        this.counters = new Counters(memory);
        this.handshake = new ServerHandshake(config.routes(), terms());
        this.addresses = new AddressAdmission(config.perAddress());
        this.end = new Stopping(config.settings().threadName() + "-stop", config.settings().daemon(),
                this::isIdle, this::endAll);
        this.handlers = new HandlerThreads(end::changed);
        this.listener = config.listener() == null
                ? new Listeners(counters, log)
                : new Listeners(counters, log, config.listener());
        this.sockets = config.transport().listen(config.address(), config.settings(), this::accept);
    }

    /** Binds and serves. */
    public static ServerRuntime start(ServerConfig config) throws IOException {
        FirstUse.prepare();
        if (config.secure() != null) {
            config.secure().requireAccepting();
        }
        requireKnown(config.address());
        return new ServerRuntime(config);
    }

    private static void requireKnown(SocketAddress address) throws UnknownHostException {
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new UnknownHostException(
                    "cannot listen on " + AddressText.of(address) + ": the host name is not known");
        }
    }

    private ServerHandshake.Terms terms() {
        HttpHandler http = Objects.requireNonNullElseGet(config.http(),
                () -> HttpHandler.of(request -> HttpResponse.notFound()));
        return new ServerHandshake.Terms(
                host -> config.httpSettings().hosts().test(listeningAddress(), host),
                config.httpSettings().origins(),
                http::methods, config.httpSettings().maxBodyBytes());
    }

    /** The transport knows it better than the configuration: it may have been given a socket. */
    private SocketAddress listeningAddress() {
        Listener listening = sockets;
        return listening == null ? config.address() : listening.address();
    }

    private Optional<ByteLayer> accept(SocketAddress remote, long nanoTime) {
        Optional<Long> address = AddressAdmission.key(remote);
        lock.lock();
        try {
            return stopping ? Optional.empty() : decide(address, nanoTime);
        } finally {
            lock.unlock();
        }
    }

    private Optional<ByteLayer> decide(Optional<Long> address, long nanoTime) {
        if (connections.size() - refusals.size() >= config.maxConnections()) {
            return refuse(HttpStatus.SERVICE_UNAVAILABLE, "too many connections; try again later");
        }
        Verdict verdict = address.map(key -> addresses.admit(key, nanoTime)).orElse(Verdict.ADMITTED);
        return switch (verdict) {
            case ADMITTED -> layers(ServerConnection.serving(this), address);
            case TOO_MANY -> refuse(HttpStatus.TOO_MANY_REQUESTS, "too many connections from your address");
            // An answer would cost what the bound is there to save.
            case TOO_FAST -> secure()
                    ? Optional.empty()
                    : refuse(HttpStatus.TOO_MANY_REQUESTS,
                            "too many handshakes from your address; wait a second");
        };
    }

    private Optional<ByteLayer> refuse(int status, String reason) {
        if (refusals.size() >= MAX_REFUSALS) {
            return Optional.empty();
        }
        ServerConnection connection = ServerConnection.refusing(this, new HttpException(status, reason));
        refusals.add(connection);
        return layers(connection, Optional.empty());
    }

    private Optional<ByteLayer> layers(ServerConnection connection, Optional<Long> address) {
        connections.put(connection, address);
        boolean made = false;
        try {
            ByteLayer layers = config.secure() != null
                    ? config.secure().accepting(connection)
                    : connection;
            made = true;
            return Optional.of(layers);
        } finally {
            if (!made) {
                remove(connection);
            }
        }
    }

    @Override
    public Session open(Upgrade upgrade, LayerHost host) {
        EndpointConfig endpoint = upgrade.endpoint();
        if (endpoint.blocking() != null) {
            Inbox inbox = new Inbox(receiveLowWaterBytes(), memory);
            return new Session(context(upgrade, Optional.empty()), host,
                    new BlockingApplication(endpoint.blocking(), inbox, config.settings().threadName(),
                            log, handlers),
                    inbox);
        }
        WebSocketHandler handler = Objects.requireNonNull(
                endpoint.handlers().apply(upgrade.candidate().request()), "the endpoint's handler");
        Optional<CallbackExecutor> executor = endpoint.executor() != null
                ? Optional.of(endpoint.executor()::accept)
                : Optional.ofNullable(config.executor()).map(chosen -> chosen::execute);
        return new Session(context(upgrade, executor), host, handler, null);
    }

    private ConnectionContext context(Upgrade upgrade, Optional<CallbackExecutor> executor) {
        ConnectionOptions own = upgrade.endpoint().options();
        ConnectionOptions options = own == null
                ? connectionOptions
                : own.withSocketOptions(config.settings().sockets());
        return new ConnectionContext(ids.incrementAndGet(), Role.SERVER,
                HandshakeHeads.of(upgrade.request(), upgrade.response()),
                upgrade.subprotocol().orElse(null), upgrade.extensions(), upgrade.pathParameters(),
                upgrade.attachments(), options, listener, counters,
                executor.orElse(null), memory);
    }

    @Override
    public HttpHandler http() {
        return request -> config.http() == null
                ? HttpHandler.of(handshake::unhandled).handle(request)
                : config.http().handle(request).thenApply(response -> orUpgrade(request, response));
    }

    /** A path that has only a WebSocket endpoint is not a 404: the answer names the protocol to use. */
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
    public int maxBodyBytes() {
        return config.httpSettings().maxBodyBytes();
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
    public void refused(Refusal refusal) {
        try {
            listener.refused(refusal);
        } catch (Throwable thrown) {
            log.listenerFailed(thrown);
        }
    }

    @Override
    public void failed(Throwable thrown) {
        log.answerFailed(thrown);
    }

    /** An off-loaded handler may still have its last callback before it. */
    @Override
    public void gone(ServerConnection connection) {
        Session session = connection.session();
        CompletableFuture<CloseInfo> closed = session == null ? null : session.closeFuture();
        if (closed == null || closed.isDone()) {
            remove(connection);
        } else {
            closed.whenComplete((info, thrown) -> remove(connection));
        }
    }

    private void remove(ServerConnection connection) {
        lock.lock();
        try {
            Optional<Long> address = connections.remove(connection);
            refusals.remove(connection);
            if (address != null && address.isPresent()) {
                addresses.released(address.get());
            }
        } finally {
            lock.unlock();
        }
        end.changed();
    }

    /** Serves a connection that came by another way. */
    public void adopt(SocketChannel channel) throws IOException {
        sockets.adopt(channel);
    }

    /** Returns the address that the server listens on. */
    public SocketAddress address() {
        return sockets.address();
    }

    /**
     * What is in force on the listening socket, and the deadlines and marks of connections without options of
     * their own.
     */
    public SocketOptions socketOptions() {
        return connectionOptions.inForce(sockets.effectiveOptions())
                .with(SocketOptions.SO_RCVLOWAT, receiveLowWaterBytes());
    }

    private int receiveLowWaterBytes() {
        return config.settings().sockets().get(SocketOptions.SO_RCVLOWAT).orElse(Inbox.LOW_BYTES);
    }

    /** Returns whether the server uses TLS. */
    public boolean secure() {
        return config.secure() != null;
    }

    /** The connections that are open or closing now. */
    public Set<WebSocket> connections() {
        return connections.keySet()
                .stream()
                .map(ServerConnection::session)
                .filter(Objects::nonNull)
                .map(session -> (WebSocket) session.socket())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The counters now. */
    public Statistics stats() {
        return counters.snapshot();
    }

    /**
     * Ends all connections with 1001, waits for them and for their handlers, and resets what is left at the
     * deadline. On a thread that must not wait it only begins that. Idempotent.
     */
    public void stop(Duration deadline) throws InterruptedException {
        lock.lock();
        try {
            stopping = true;
        } finally {
            lock.unlock();
        }
        end.within(deadline);
        sockets.stopAccepting();
        connections.keySet().forEach(ServerConnection::stop);
        if (CallbackThreads.isCurrent() || handlers.isCurrent()) {
            end.awaitElsewhere();
        } else {
            end.await();
        }
    }

    /** Completes when the server has stopped. */
    public CompletableFuture<Void> stopped() {
        return end.ended();
    }

    private boolean isIdle() {
        return connections.isEmpty() && handlers.isEmpty();
    }

    private void endAll() {
        sockets.close();
        // Messages that an off-loaded handler has paused would hold up its onClose.
        connections().forEach(WebSocket::abort);
        handlers.interrupt();
        end.awaitUninterruptibly(handlers::isEmpty, INTERRUPT_GRACE);
        if (!handlers.isEmpty()) {
            LOG.warning("blocking handlers go on though they were interrupted: {}", handlers.names());
        }
        handlers.joinLeaving();
    }
}
