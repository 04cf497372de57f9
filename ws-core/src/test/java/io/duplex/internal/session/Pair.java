package io.duplex.internal.session;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.Extension;
import io.duplex.frame.MaskKeys;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.handshake.HandshakeHeads;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.MemoryLink;
import io.duplex.testkit.VirtualClock;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputBatch;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A client's and a server's session joined in memory: a connection behind its opening handshake, on a virtual
 * clock.
 */
final class Pair {
    static final int CAPACITY_BYTES = 256 << 10;

    private final SessionLayer client;
    private final SessionLayer server;
    private final MemoryLink link;

    Pair(WebSocketHandler client, WebSocketHandler server) {
        this(client, options(ConnectionOptions.CLIENT), server, options(ConnectionOptions.SERVER),
                CAPACITY_BYTES);
    }

    Pair(WebSocketHandler client, ConnectionOptions clientOptions, WebSocketHandler server,
            ConnectionOptions serverOptions, int capacityBytes) {
        this.client = new SessionLayer(Role.CLIENT, clientOptions, client);
        this.server = new SessionLayer(Role.SERVER, serverOptions, server);
        this.link = new MemoryLink(this.client, this.server, new VirtualClock(), capacityBytes);
    }

    /** Options without pings: most tests want silence on the wire. */
    static ConnectionOptions options(ConnectionOptions defaults) {
        return defaults.withTimeouts(Timeouts.DEFAULT.withoutKeepAlive());
    }

    Pair connect() {
        link.connect();
        return this;
    }

    MemoryLink link() {
        return link;
    }

    WebSocket client() {
        return client.session().socket();
    }

    WebSocket server() {
        return server.session().socket();
    }

    Session session(Role role) {
        return (role == Role.CLIENT ? client : server).session();
    }

    MemoryHost host(Role role) {
        return role == Role.CLIENT ? link.client() : link.server();
    }

    static ConnectionContext context(Role role, ConnectionOptions options, List<Extension> extensions) {
        return context(role, options, extensions, Optional.empty());
    }

    static ConnectionContext context(Role role, ConnectionOptions options, List<Extension> extensions,
            Optional<CallbackExecutor> executor) {
        return context(role, options, extensions, executor, MemoryBudget.UNLIMITED);
    }

    static ConnectionContext context(Role role, ConnectionOptions options, List<Extension> extensions,
            Optional<CallbackExecutor> executor, MemoryBudget memory) {
        return context(role, options, extensions, new ConnectionListener() {}, Traffic.UNCOUNTED, executor,
                memory);
    }

    static ConnectionContext context(Role role, ConnectionOptions options, List<Extension> extensions,
            ConnectionListener listener, Traffic traffic) {
        return context(role, options, extensions, listener, traffic, Optional.empty(),
                MemoryBudget.UNLIMITED);
    }

    private static ConnectionContext context(Role role, ConnectionOptions options, List<Extension> extensions,
            ConnectionListener listener, Traffic traffic, Optional<CallbackExecutor> executor,
            MemoryBudget memory) {
        return new ConnectionContext(1, role,
                HandshakeHeads.of(new RequestHead("GET", "/", HttpVersion.HTTP_1_1, HttpHeaders.of()),
                        ResponseHead.of(101, HttpHeaders.of())),
                null, extensions, Map.of(), Map.of(), options, listener, traffic,
                executor.orElse(null), memory);
    }

    /**
     * Makes the session when its host is known, as the opening handshake does. Its masking keys are the same
     * in each run.
     */
    static final class SessionLayer implements ByteLayer {
        private final Role role;
        private final ConnectionOptions options;
        private final WebSocketHandler handler;
        private final List<Extension> extensions;
        private final Optional<CallbackExecutor> executor;
        private MemoryBudget memory = MemoryBudget.UNLIMITED;
        private Session session;
        private boolean ended;

        SessionLayer(Role role, ConnectionOptions options, WebSocketHandler handler) {
            this(role, options, handler, List.of());
        }

        SessionLayer(Role role, ConnectionOptions options, WebSocketHandler handler,
                List<Extension> extensions) {
            this(role, options, handler, extensions, Optional.empty());
        }

        SessionLayer(Role role, ConnectionOptions options, WebSocketHandler handler,
                List<Extension> extensions, Optional<CallbackExecutor> executor) {
            this.executor = executor;
            this.extensions = extensions;
            this.role = role;
            this.options = options;
            this.handler = handler;
        }

        /** Before it is attached. */
        SessionLayer within(MemoryBudget budget) {
            memory = budget;
            return this;
        }

        Session session() {
            return session;
        }

        @Override
        public void attach(LayerHost host, long nanoTime) {
            Inbox inbox = handler instanceof Inbox blocking ? blocking : null;
            session =
                    new Session(context(role, options, extensions, executor, memory), new HalfCloseHost(host),
                            handler, inbox,
                            new MaskKeys(new Random(1)));
            session.attach(host, nanoTime);
        }

        @Override
        public void connected(long nanoTime) {
            session.connected(nanoTime);
        }

        @Override
        public void receive(ByteBuffer src, long nanoTime) {
            session.receive(src, nanoTime);
        }

        @Override
        public void receiveEnd(long nanoTime) {
            session.receiveEnd(nanoTime);
        }

        @Override
        public void receiveFailure(IOException cause, long nanoTime) {
            session.receiveFailure(cause, nanoTime);
        }

        @Override
        public ByteBuffer readTarget() {
            return session.readTarget();
        }

        @Override
        public boolean produce(ByteBuffer dst, long nanoTime) {
            return produced(session.produce(dst, nanoTime));
        }

        @Override
        public boolean produce(OutputBatch batch, long nanoTime) {
            return produced(session.produce(batch, nanoTime));
        }

        private boolean produced(boolean more) {
            ended = !more && session.outputState() == OutputState.END;
            return more;
        }

        @Override
        public void sent(long nanoTime) {
            session.sent(nanoTime);
        }

        @Override
        public boolean wantsRead() {
            return session.wantsRead();
        }

        @Override
        public OutputState outputState() {
            return session.outputState();
        }

        @Override
        public Optional<Duration> lingerTime() {
            return session.lingerTime();
        }

        @Override
        public long nextDeadlineNanos() {
            return session.nextDeadlineNanos();
        }

        @Override
        public void onDeadline(long nanoTime) {
            session.onDeadline(nanoTime);
        }

        @Override
        public void released(TcpEnd ending, long nanoTime) {
            session.released(ending, nanoTime);
        }

        /**
         * The memory host waits for a produce that it will not make if it is told of output behind its
         * half-close; it looks at the layer's state after each receiving call anyway.
         */
        private final class HalfCloseHost implements LayerHost {
            private final LayerHost host;

            HalfCloseHost(LayerHost host) {
                this.host = host;
            }

            @Override
            public WorkBudget budget() {
                return host.budget();
            }

            @Override
            public void outputReady() {
                if (!ended) {
                    host.outputReady();
                }
            }

            @Override
            public void inputReady() {
                host.inputReady();
            }

            @Override
            public void execute(Runnable task) {
                host.execute(task);
            }

            @Override
            public void flush() {
                host.flush();
            }

            @Override
            public boolean writesAtOnce() {
                return host.writesAtOnce();
            }

            @Override
            public boolean inTransportThread() {
                return host.inTransportThread();
            }

            @Override
            public long nanoTime() {
                return host.nanoTime();
            }

            @Override
            public SocketAddress localAddress() {
                return host.localAddress();
            }

            @Override
            public SocketAddress remoteAddress() {
                return host.remoteAddress();
            }
        }
    }
}
