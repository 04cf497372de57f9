package io.duplex.server;

import io.duplex.BlockingHandler;
import io.duplex.Broadcast;
import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.PreparedMessage;
import io.duplex.Statistics;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.http.Authority;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpHandler;
import io.duplex.http.PathPattern;
import io.duplex.internal.handshake.EndpointRoutes;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.runtime.ServerConfig;
import io.duplex.internal.runtime.ServerRuntime;
import io.duplex.internal.runtime.Transports;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSettings;
import io.duplex.transport.UnsupportedOptionException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;

/**
 * A running server: WebSocket endpoints and plain HTTP on one port. Thread-safe.
 *
 * <pre>{@code
 * WebSocketServer server = WebSocketServer.builder().bind("127.0.0.1", 8080)
 *         .endpoint("/echo", new WebSocketHandler() {
 *             public void onText(WebSocket ws, String text) {
 *                 ws.send(text);
 *             }
 *         }).start();
 * }</pre>
 */
public final class WebSocketServer implements AutoCloseable {
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);

    private final ServerRuntime runtime;

    private WebSocketServer(ServerRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Returns a builder with the defaults of {@link ConnectionOptions#SERVER}, bound to port 8080 of the
     * loopback address.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the address of the listening socket.
     *
     * @return the bound address, with the real port
     */
    public SocketAddress address() {
        return runtime.address();
    }

    /**
     * Returns the port of the listening socket.
     *
     * @return 1 to 65535
     * @throws IllegalStateException if it does not listen on an Internet address
     */
    public int port() {
        return inetAddress().getPort();
    }

    /**
     * Returns the URI of a path on this server.
     *
     * @param path begins with a slash
     * @return with the scheme ws, or wss if the server was given TLS
     * @throws IllegalStateException if it does not listen on an Internet address
     */
    public URI uri(String path) {
        InetSocketAddress address = inetAddress();
        String host = address.getAddress().isAnyLocalAddress()
                ? "localhost"
                : address.getAddress().getHostAddress();
        return URI.create(
                (runtime.secure() ? "wss://" : "ws://") + (host.contains(":") ? "[" + host + "]" : host) + ":"
                        + address.getPort() + path);
    }

    private InetSocketAddress inetAddress() {
        if (runtime.address() instanceof InetSocketAddress address) {
            return address;
        }
        throw new IllegalStateException(runtime.address() + " is not an Internet address");
    }

    /**
     * Returns the effective options of the listening socket, and the deadlines and water marks of connections
     * whose endpoint has no options of its own. See {@link WebSocket#socketOptions} for options of
     * connections only.
     *
     * @return the effective options
     * @throws IllegalStateException if the server was stopped
     */
    public SocketOptions socketOptions() {
        return runtime.socketOptions();
    }

    /**
     * Returns the live connections.
     *
     * @return those that are open or closing now
     */
    public Set<WebSocket> connections() {
        return runtime.connections();
    }

    /**
     * Sends a message to every open connection: encoded once, never waiting for a slow peer.
     *
     * @param message the message
     * @return the fate of the message
     */
    public Broadcast broadcast(PreparedMessage message) {
        return Broadcast.send(message, runtime.connections());
    }

    /**
     * Returns the counters.
     *
     * @return a snapshot
     */
    public Statistics stats() {
        return runtime.stats();
    }

    /**
     * Serves a connection that was accepted elsewhere, from its first byte on. The channel is transferred to
     * the server, which closes it even if the call fails.
     *
     * @param channel connected, and not registered with a selector
     * @throws IOException                   if it is refused: the server is stopping, or has too many
     *                                       connections
     * @throws IllegalArgumentException      if the channel is not connected, or registered with a selector
     * @throws UnsupportedOperationException if the server's transport does not support channels: only nio
     *                                       does
     */
    public void adopt(SocketChannel channel) throws IOException {
        runtime.adopt(channel);
    }

    /**
     * Stops: accepts no more connections; sends 1001 on all open ones; closes plain HTTP connections without
     * pending responses; waits for all of them and for blocking handlers; at the deadline resets the
     * remaining ones, and interrupts handlers that still run. Then all threads of the server have ended,
     * unless a handler runs for 10 seconds more. Idempotent; of several deadlines the earliest applies.
     *
     * <p>In a callback, of any connection, server or client, on an event loop or an executor, and in a
     * blocking handler of this server it initiates this and returns at once, because waiting there would be a
     * deadlock. {@link #stopped}, or a call on another thread, waits for the end.
     *
     * @param deadline the maximum wait for the peers
     * @throws InterruptedException if interrupted; everything was reset then
     */
    public void stop(Duration deadline) throws InterruptedException {
        runtime.stop(deadline);
    }

    /**
     * Returns the future of the end after {@link #stop} or {@link #close()}, for callers that did not wait.
     *
     * @return completes when all connections and all threads of the server have ended, on a thread that may
     *         block
     */
    public CompletableFuture<Void> stopped() {
        return runtime.stopped();
    }

    /** {@link #stop} within 10 seconds; an interrupt resets at once and stays set. */
    @Override
    public void close() {
        try {
            stop(CLOSE_DEADLINE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects what a server needs. Not thread-safe. */
    public static final class Builder {
        private final EndpointRoutes.Builder routes = EndpointRoutes.builder();
        /** Null for the only one on the class path. */
        private Transport transport;
        private SocketAddress address = new InetSocketAddress("127.0.0.1", 8080);
        private HttpHandler http;
        private ConnectionOptions options = ConnectionOptions.SERVER;
        private HeadLimits headLimits = HeadLimits.DEFAULT;
        private int maxConnections = 10_000;
        private long memoryBudget = MemoryBudget.defaultBytes();
        private ConnectionListener listener;
        private Executor executor;
        private String threadName = "duplex-server";
        private boolean daemon;
        private AddressLimits addressLimits = AddressLimits.DEFAULT;
        private SocketOptions sockets = SocketOptions.DEFAULT;
        private TransportSecurity secure;
        private BiPredicate<SocketAddress, Authority> hosts = Builder::allowsByDefault;
        private OriginPolicy httpOrigins = OriginPolicy.sameHost();
        private int maxBodyBytes = 64 << 10;

        private Builder() {}

        /**
         * Names the transport. By default it is the only one on the class path.
         *
         * @param value the transport
         * @return this
         */
        public Builder transport(Transport value) {
            transport = Objects.requireNonNull(value, "transport");
            return this;
        }

        /**
         * Sets the address to listen on.
         *
         * @param host a name or address of this machine
         * @param port 0 to 65535; 0 picks a free port
         * @return this
         */
        public Builder bind(String host, int port) {
            return bind(new InetSocketAddress(host, port));
        }

        /**
         * Sets the address to listen on.
         *
         * @param value an address that the transport supports: an Internet address, or with nio a {@link
         *              java.net.UnixDomainSocketAddress}, whose file the server creates, and removes when it
         *              stops
         * @return this
         */
        public Builder bind(SocketAddress value) {
            address = Objects.requireNonNull(value, "address");
            return this;
        }

        /**
         * Adds an endpoint with the defaults.
         *
         * @param path    a path, or a pattern such as {@code /chat/{room}} or {@code /files/*}
         * @param handler serves all its connections, so it must be thread-safe
         * @return this
         * @throws IllegalArgumentException if the pattern is malformed or taken
         */
        public Builder endpoint(String path, WebSocketHandler handler) {
            return endpoint(path, Endpoint.of(handler));
        }

        /**
         * Adds an endpoint.
         *
         * @param path     a path or pattern
         * @param endpoint the endpoint
         * @return this
         * @throws IllegalArgumentException if the pattern is malformed or taken
         */
        public Builder endpoint(String path, Endpoint endpoint) {
            routes.add(PathPattern.of(path), endpoint.config());
            return this;
        }

        /**
         * Adds an endpoint in blocking style with the defaults.
         *
         * @param path    a path or pattern
         * @param handler called for each connection on a virtual thread of its own
         * @return this
         * @throws IllegalArgumentException if the pattern is malformed or taken
         */
        public Builder blocking(String path, BlockingHandler handler) {
            return endpoint(path, Endpoint.builder().blocking(handler).build());
        }

        /**
         * Sets the handler of requests that are not WebSocket handshakes. By default they get 404, or 426 on
         * an endpoint's path.
         *
         * @param value the handler
         * @return this
         */
        public Builder http(HttpHandler value) {
            http = Objects.requireNonNull(value, "http");
            return this;
        }

        /**
         * Sets the allowed hosts of requests, for WebSocket and plain HTTP alike; others get 421. By default
         * a server that is bound to a loopback address allows {@link HostPolicy#loopback()}, so that DNS
         * rebinding does not reach it, and any other server allows every host.
         *
         * @param value the policy
         * @return this
         */
        public Builder hosts(HostPolicy value) {
            Objects.requireNonNull(value, "hosts");
            hosts = (listening, host) -> value.allows(host);
            return this;
        }

        /** By default a server on a loopback address is for this machine only. */
        private static boolean allowsByDefault(SocketAddress listening, Authority host) {
            boolean local = listening instanceof InetSocketAddress inet && !inet.isUnresolved()
                    && inet.getAddress().isLoopbackAddress();
            return !local || HostPolicy.loopback().allows(host);
        }

        /**
         * Sets which pages may send plain HTTP requests that change state: with a method other than GET, HEAD
         * and OPTIONS. Those of other pages get 403. The default is {@link OriginPolicy#sameHost()}.
         *
         * @param value the policy
         * @return this
         */
        public Builder httpOrigins(OriginPolicy value) {
            httpOrigins = Objects.requireNonNull(value, "httpOrigins");
            return this;
        }

        /**
         * Sets the maximum size of the body of a plain HTTP request; a larger one gets 413. The default is 64
         * KiB. Each connection may hold one body.
         *
         * @param value in bytes, not negative
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxBodyBytes(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("maxBodyBytes must not be negative: " + value);
            }
            maxBodyBytes = value;
            return this;
        }

        /**
         * Sets the options of connections whose endpoint has no options; until the handshake is complete, the
         * handshake and close deadlines are taken from here.
         *
         * @param value the options
         * @return this
         */
        public Builder options(ConnectionOptions value) {
            options = Objects.requireNonNull(value, "options");
            return this;
        }

        /**
         * Sets the limits of a request's head.
         *
         * @param value the limits
         * @return this
         */
        public Builder headLimits(HeadLimits value) {
            headLimits = Objects.requireNonNull(value, "headLimits");
            return this;
        }

        /**
         * Sets the maximum number of connections at once, HTTP included; further ones get 503. The default is
         * 10,000.
         *
         * @param value positive
         * @return this
         */
        public Builder maxConnections(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("maxConnections must be 1 or more, not " + value);
            }
            maxConnections = value;
            return this;
        }

        /**
         * Sets the maximum memory of all connections for messages: those that are being assembled or
         * inflated, that wait for the application, or that are in send queues. A message that finds no room
         * fails its connection with 1013 ("try again later"), and all others continue. Amounts of up to 16
         * KiB in one place of a connection are not counted, nor is a {@link PreparedMessage}. The default is
         * a quarter of the maximum heap.
         *
         * @param bytes positive
         * @return this
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder memoryBudget(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("memoryBudget must be positive: " + bytes);
            }
            memoryBudget = bytes;
            return this;
        }

        /**
         * Sets the limits of connections, and of handshakes in a second, for one remote address.
         *
         * @param value the limits; {@link AddressLimits#NONE} behind a reverse proxy
         * @return this
         */
        public Builder addressLimits(AddressLimits value) {
            addressLimits = Objects.requireNonNull(value, "addressLimits");
            return this;
        }

        /**
         * Sets the listener of all connections.
         *
         * @param value the listener
         * @return this
         */
        public Builder listener(ConnectionListener value) {
            listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /**
         * Runs the callbacks of connections on an executor instead of the transport's threads, so that they
         * may block: {@code Executors.newVirtualThreadPerTaskExecutor()}, a pool. Nothing else about
         * callbacks changes: those of one connection run one at a time and in order, each happening before
         * the next. Buffers for a callback are copied first. A connection stops reading while more than 64
         * KiB wait for its handler. Applications in blocking style always have their own thread.
         *
         * <p>The executor must run every task it accepts. The application shuts it down, after the server. If
         * it rejects a task, the connection fails with 1011 and {@link
         * java.util.concurrent.RejectedExecutionException}, and {@code onError} and {@code onClose} run on
         * the transport's thread.
         *
         * @param value for all endpoints without an executor
         * @return this
         */
        public Builder executor(Executor value) {
            executor = Objects.requireNonNull(value, "executor");
            return this;
        }

        /**
         * Sets the name prefix of the server's threads.
         *
         * @param prefix of their names
         * @return this
         */
        public Builder threadName(String prefix) {
            threadName = Objects.requireNonNull(prefix, "prefix");
            return this;
        }

        /**
         * Sets whether the virtual machine may end while the server runs. By default it may not.
         *
         * @param value true for daemon threads
         * @return this
         */
        public Builder daemon(boolean value) {
            daemon = value;
            return this;
        }

        /**
         * Sets the options of the listening and the accepted sockets.
         *
         * @param value the options
         * @return this
         */
        public Builder socketOptions(SocketOptions value) {
            sockets = Objects.requireNonNull(value, "socketOptions");
            return this;
        }

        /**
         * Sets the TLS of the server. By default it serves in clear.
         *
         * @param value such as {@code Tls} of the module ws-tls
         * @return this
         */
        public Builder secure(TransportSecurity value) {
            secure = Objects.requireNonNull(value, "secure");
            return this;
        }

        /**
         * Sets {@link SocketOptions#BACKLOG}, the maximum number of connections that wait to be accepted, in
         * addition to the other socket options set so far.
         *
         * @param value positive; the kernel caps it
         * @return this
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder backlog(int value) {
            sockets = sockets.with(SocketOptions.BACKLOG, value);
            return this;
        }

        /**
         * Binds and starts.
         *
         * @return the running server
         * @throws IOException                if the address cannot be bound, or TLS has no key for the server
         * @throws UnsupportedOptionException if the transport or the platform cannot set a socket option
         * @throws IllegalStateException      if no transport was set and there is not exactly one
         * @throws IllegalArgumentException   if a value is out of its range
         */
        public WebSocketServer start() throws IOException {
            return new WebSocketServer(
                    ServerRuntime.start(new ServerConfig(
                            Objects.requireNonNullElseGet(transport, Transports::only), address,
                            new TransportSettings(threadName, daemon, sockets), routes.build(), http,
                            new ServerConfig.HttpSettings(hosts, httpOrigins::allows, maxBodyBytes), options,
                            headLimits,
                            maxConnections, listener, executor, secure, memoryBudget,
                            new ServerConfig.PerAddress(addressLimits.maxConnections(),
                                    addressLimits.handshakesPerSecond()))));
        }
    }
}
