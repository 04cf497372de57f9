package io.duplex.client;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.HandshakeException;
import io.duplex.ProxyException;
import io.duplex.ProxyServer;
import io.duplex.Statistics;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.runtime.ClientConfig;
import io.duplex.internal.runtime.ClientRuntime;
import io.duplex.internal.runtime.ConnectFailures;
import io.duplex.internal.runtime.Transports;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSettings;
import io.duplex.transport.UnsupportedOptionException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;

/**
 * Opens connections. One client serves many; its threads start with the first. Thread-safe.
 *
 * <pre>{@code
 * try (WebSocketClient client = WebSocketClient.create();
 *         WebSocket ws = client.connect(URI.create("ws://127.0.0.1:8080/echo"))) {
 *     ws.send("hello");
 *     System.out.println(ws.receive());
 * }
 * }</pre>
 */
public final class WebSocketClient implements AutoCloseable {
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);

    private final ClientRuntime runtime;

    private WebSocketClient(ClientRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Returns a client with the defaults, on the only transport of the class path.
     *
     * @return a new client
     * @throws IllegalStateException if there is not exactly one transport
     */
    public static WebSocketClient create() {
        return builder().build();
    }

    /**
     * Returns a builder with the defaults of {@link ConnectionOptions#CLIENT}.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Opens a connection in blocking style and waits for it.
     *
     * @param uri a ws URI, or wss if there is TLS (RFC 6455 section 3)
     * @return the open connection, to be read with {@link WebSocket#receive()}
     * @throws HandshakeException       if the server refused, or answered wrongly
     * @throws io.duplex.HandshakeTimeoutException if the server did not accept the connection or did not
     *                                             answer in time
     * @throws ProxyException           if a proxy opened no tunnel to it
     * @throws SSLException             if the TLS handshake failed, or the server's certificate is not
     *                                  trusted
     * @throws UnknownHostException     if its name has no address
     * @throws ConnectException         if none of its addresses can be reached; the failures of several
     *                                  addresses are the suppressed exceptions
     * @throws IOException              if the connection failed otherwise
     * @throws InterruptedException     if interrupted; the attempt is given up
     * @throws IllegalArgumentException if it is not a WebSocket URI
     */
    public WebSocket connect(URI uri) throws IOException, InterruptedException {
        return connect(ClientRequest.of(uri));
    }

    /**
     * Opens a connection in blocking style and waits for it.
     *
     * @param request what to ask for
     * @return the open connection, to be read with {@link WebSocket#receive()}
     * @throws HandshakeException   if the server refused, or answered wrongly
     * @throws io.duplex.HandshakeTimeoutException if the server did not accept the connection or did not
     *                                             answer in time
     * @throws ProxyException       if a proxy opened no tunnel to it
     * @throws SSLException         if the TLS handshake failed, or the server's certificate is not trusted
     * @throws UnknownHostException if its name has no address
     * @throws ConnectException     if none of its addresses can be reached; the failures of several addresses
     *                              are the suppressed exceptions
     * @throws IOException          if the connection failed otherwise
     * @throws InterruptedException if interrupted; the attempt is given up
     */
    public WebSocket connect(ClientRequest request) throws IOException, InterruptedException {
        Objects.requireNonNull(request, "request");
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before connecting");
        }
        Inbox inbox = runtime.newInbox();
        return await(runtime.connect(request.config(), inbox, inbox));
    }

    private static WebSocket await(CompletableFuture<WebSocket> opening)
            throws IOException, InterruptedException {
        try {
            return opening.get();
        } catch (InterruptedException e) {
            opening.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        }
    }

    /** The cause was created on another thread: a new exception here shows the caller in its trace. */
    private static IOException unwrapped(Throwable cause) {
        return switch (cause) {
            case HandshakeException refused -> refused;
            case ProxyException refused -> refused;
            case SSLException untrusted -> untrusted;
            case IOException io -> ConnectFailures.here(io);
            default -> new IOException("could not connect: " + cause, cause);
        };
    }

    /**
     * Opens a connection with a handler.
     *
     * @param request what to ask for
     * @param handler the connection's handler
     * @return completes after {@code onOpen} with the connection, on the thread of that callback; fails with
     *         an {@code IOException} of the types that {@link #connect(ClientRequest)} throws; cancelling it
     *         gives the attempt up
     */
    public CompletableFuture<WebSocket> connect(ClientRequest request, WebSocketHandler handler) {
        return runtime.connect(Objects.requireNonNull(request, "request").config(),
                Objects.requireNonNull(handler, "handler"), null);
    }

    /**
     * Opens a WebSocket connection with a handler over a channel that is connected already. The channel is
     * transferred to the client, which closes it even if the call fails. Redirects are not followed, and no
     * proxy is used.
     *
     * @param channel connected, and not registered with a selector
     * @param request what to ask for; its host is not resolved
     * @param handler the connection's handler
     * @return as {@link #connect(ClientRequest, WebSocketHandler)}; fails with an {@code
     *         UnsupportedOperationException} if the client's transport does not support channels: only nio
     *         does
     */
    public CompletableFuture<WebSocket> connectOver(SocketChannel channel, ClientRequest request,
            WebSocketHandler handler) {
        return runtime.connectOver(channel, request.config(), Objects.requireNonNull(handler, "handler"),
                null);
    }

    /**
     * Opens a WebSocket connection over a channel that is connected already, in blocking style.
     *
     * @param channel connected, and not registered with a selector
     * @param request what to ask for; its host is not resolved
     * @return the open connection, to be read with {@link WebSocket#receive()}
     * @throws HandshakeException   if the server refused, or answered wrongly
     * @throws IOException          if the connection fails
     * @throws InterruptedException if interrupted; the attempt is given up
     */
    public WebSocket connectOver(SocketChannel channel, ClientRequest request)
            throws IOException, InterruptedException {
        Inbox inbox = runtime.newInbox();
        return await(runtime.connectOver(channel, request.config(), inbox, inbox));
    }

    /**
     * Keeps a connection open: opens it, and again whenever it ends, according to the policy.
     *
     * @param request what to ask for
     * @param handler the handler of all these connections, one after the other
     * @param policy  when to try again
     * @return the running attempts
     */
    public Reconnection reconnecting(ClientRequest request, WebSocketHandler handler,
            ReconnectPolicy policy) {
        Objects.requireNonNull(request, "request");
        return reconnecting(attempt -> request, handler, policy, ReconnectListener.none());
    }

    /**
     * Keeps a connection open, with a new request for each attempt, for example with a fresh token or for
     * another server.
     *
     * @param requests makes each request; may block
     * @param handler  the handler of all these connections, one after the other
     * @param policy   when to try again
     * @param listener called for each attempt before its delay
     * @return the running attempts
     */
    public Reconnection reconnecting(RequestFactory requests, WebSocketHandler handler,
            ReconnectPolicy policy, ReconnectListener listener) {
        return new Reconnection(runtime, Objects.requireNonNull(requests, "requests"),
                Objects.requireNonNull(handler, "handler"), Objects.requireNonNull(policy, "policy"),
                Objects.requireNonNull(listener, "listener"), System::nanoTime).start();
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
     * Returns the counters.
     *
     * @return a snapshot
     */
    public Statistics stats() {
        return runtime.stats();
    }

    /**
     * Ends reconnecting, cancels pending attempts, closes every connection with 1001, waits for them, and
     * resets the remaining ones at the deadline. Then all threads of the client have ended. Idempotent; of
     * several deadlines the earliest applies.
     *
     * <p>In a callback, of any connection, server or client, on an event loop or an executor, it initiates
     * this and returns at once, because waiting there would be a deadlock. {@link #stopped}, or a call on
     * another thread, waits for the end.
     *
     * @param deadline the maximum wait for the peers
     * @throws InterruptedException if interrupted; everything was reset then
     */
    public void stop(Duration deadline) throws InterruptedException {
        runtime.close(deadline);
    }

    /**
     * Returns the future of the end after {@link #stop} or {@link #close()}, for callers that did not wait.
     *
     * @return completes when all connections and all threads of the client have ended, on a thread that may
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

    /** Collects what a client needs. Not thread-safe. */
    public static final class Builder {
        /** Null for the only one on the class path. */
        private Transport transport;
        private ConnectionOptions options = ConnectionOptions.CLIENT;
        private ConnectionListener listener;
        private Executor executor;
        private String threadName = "duplex-client";
        private boolean daemon;
        private SocketOptions sockets = SocketOptions.DEFAULT;
        private TransportSecurity secure;
        private ProxyPolicy proxies = ProxyPolicy.none();
        private HostResolver resolver = HostResolver.system();
        private DialOptions dial = DialOptions.DEFAULT;
        private TransportSecurity proxySecure;
        private long memoryBudget = MemoryBudget.defaultBytes();

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
         * Sets the options of connections whose request has no options.
         *
         * @param value the options
         * @return this
         */
        public Builder options(ConnectionOptions value) {
            options = Objects.requireNonNull(value, "options");
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
         * <p>The executor must run every task it accepts. The application shuts it down, after the client. If
         * it rejects a task, the connection fails with 1011 and {@link
         * java.util.concurrent.RejectedExecutionException}, and {@code onError} and {@code onClose} run on
         * the transport's thread.
         *
         * @param value for all requests without an executor
         * @return this
         */
        public Builder executor(Executor value) {
            executor = Objects.requireNonNull(value, "executor");
            return this;
        }

        /**
         * Sets the name prefix of the client's threads.
         *
         * @param prefix of their names
         * @return this
         */
        public Builder threadName(String prefix) {
            threadName = Objects.requireNonNull(prefix, "prefix");
            return this;
        }

        /**
         * Sets whether the virtual machine may end while connections are open. By default it may not.
         *
         * @param value true for daemon threads
         * @return this
         */
        public Builder daemon(boolean value) {
            daemon = value;
            return this;
        }

        /**
         * Sets the options of the connections' sockets.
         *
         * @param value the options; without a backlog, which only servers have
         * @return this
         */
        public Builder socketOptions(SocketOptions value) {
            sockets = Objects.requireNonNull(value, "socketOptions");
            return this;
        }

        /**
         * Sets the TLS with servers, for {@code wss} URIs. The default is that of the module ws-tls if it is
         * present, which trusts the authorities of the platform; without it such URIs are refused.
         *
         * @param value such as {@code Tls} of the module ws-tls
         * @return this
         */
        public Builder secure(TransportSecurity value) {
            secure = Objects.requireNonNull(value, "secure");
            return this;
        }

        /**
         * Sets a proxy for every server, including those on this host.
         *
         * @param value for all requests without a proxy
         * @return this
         */
        public Builder proxy(ProxyServer value) {
            return proxy(ProxyPolicy.always(value));
        }

        /**
         * Sets the policy that chooses a proxy, or none, for each connection. By default all connections are
         * direct, whatever the system's settings. Requests with an address, and connected channels, use no
         * proxy.
         *
         * @param value for all requests without a proxy, such as {@link ProxyPolicy#environment()}
         * @return this
         */
        public Builder proxy(ProxyPolicy value) {
            proxies = Objects.requireNonNull(value, "proxy");
            return this;
        }

        /**
         * Sets the TLS for {@code https} proxies. The default is that of the module ws-tls if it is present,
         * which trusts the authorities of the platform. {@link #secure} is for servers only: a proxy gets no
         * client certificate, and no pin is checked, unless it is set here.
         *
         * @param value such as {@code Tls} of the module ws-tls
         * @return this
         */
        public Builder proxySecure(TransportSecurity value) {
            proxySecure = Objects.requireNonNull(value, "proxySecure");
            return this;
        }

        /**
         * Sets the resolver of the names of servers and proxies. The default is the system's.
         *
         * @param value called for each connection
         * @return this
         */
        public Builder resolver(HostResolver value) {
            resolver = Objects.requireNonNull(value, "resolver");
            return this;
        }

        /**
         * Sets the timing of attempts for hosts with several addresses.
         *
         * @param value the options
         * @return this
         */
        public Builder dial(DialOptions value) {
            dial = Objects.requireNonNull(value, "dial");
            return this;
        }

        /**
         * Sets the maximum memory of all connections for messages: those that are being assembled or
         * inflated, that wait for the application, or that are in send queues. A message that finds no room
         * fails its connection with 1013 ("try again later"), and all others continue. Amounts of up to 16
         * KiB in one place of a connection are not counted, nor is a {@link io.duplex.PreparedMessage}. The
         * default is a quarter of the maximum heap.
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
         * Makes the client.
         *
         * @return a client without connections
         * @throws UnsupportedOptionException if the transport or the platform cannot set a socket option
         * @throws IllegalStateException if no transport was set and there is not exactly one
         */
        public WebSocketClient build() {
            return new WebSocketClient(
                    new ClientRuntime(new ClientConfig(
                            Objects.requireNonNullElseGet(transport, Transports::only),
                            new TransportSettings(threadName, daemon, sockets), options, listener,
                            executor, secure, new ClientConfig.Routing(proxies::choose, resolver::resolve,
                                    dial.attemptDelay(), dial.addressTimeout(), proxySecure),
                            memoryBudget)));
        }
    }
}
