package io.duplex.benchmarks.transports;

import io.duplex.Broadcast;
import io.duplex.CloseInfo;
import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.PreparedMessage;
import io.duplex.SendQueueOptions;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.server.WebSocketServer;
import io.duplex.tls.SelfSigned;
import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.tls.TlsProvider;
import io.duplex.transport.Transport;
import io.duplex.transport.bio.BioTransport;
import io.duplex.transport.loom.LoomTransport;
import io.duplex.transport.nio.NioTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server to measure. It echoes on {@link Wire#ECHO}, and sends to all connections on
 * {@link Wire#BROADCAST}.
 *
 * @param kind the server
 * @param security clear or TLS; a bare echo is in clear
 */
record Contestant(Kind kind, Security security) {
    /** The servers, with their names on the command line. */
    enum Kind {
        /** Bare bytes on a selector, by the shortest possible loop: the budget of all others. */
        RAW,
        /** Bare bytes with a platform thread for each connection. */
        RAW_BIO,
        /** Bare bytes with a virtual thread for each connection. */
        RAW_LOOM,
        /** This library, on each of its transports. */
        NIO, LOOM, BIO,
        /** Netty's handlers on each of its pollers. */
        NETTY, NETTY_EPOLL, NETTY_IO_URING, VERTX, HELIDON,
        /** Jetty with platform threads, and with virtual threads. */
        JETTY, JETTY_LOOM, UNDERTOW, TOMCAT, JAVA_WEBSOCKET,
        /** The library {@code ws} of Node.js. */
        NODE;

        /** Returns true for bare bytes, false for WebSocket. */
        boolean isRaw() {
            return this == RAW || this == RAW_BIO || this == RAW_LOOM;
        }

        /** Returns the transport of this library; {@code loops} is for selectors only. */
        Transport transport(int loops) {
            return switch (this) {
                case NIO -> new NioTransport(loops);
                case LOOM -> new LoomTransport();
                case BIO -> new BioTransport();
                default -> throw new IllegalArgumentException(this + " is no transport of this library");
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** In clear, or the provider of TLS. */
    enum Security {
        CLEAR, JDK, BC;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final long LONGEST_MESSAGE_BYTES = 8 << 20;
    /** No pings: connections are idle between rounds, and the load generator answers none. */
    private static final ConnectionOptions OPTIONS =
            ConnectionOptions.SERVER.withTimeouts(Timeouts.DEFAULT.withoutKeepAlive())
                    .withLimits(Limits.DEFAULT.withMaxMessageBytes(LONGEST_MESSAGE_BYTES))
                    .withSendQueue(SendQueueOptions.SERVER.withLimitBytes(LONGEST_MESSAGE_BYTES));

    /** Serves all connections. */
    private static final class Echo implements WebSocketHandler {
        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            ws.send(payload);
        }
    }

    /** Serves all connections, as the echo server of the samples does. */
    private static final class FanOut implements WebSocketHandler {
        private final Set<WebSocket> members = ConcurrentHashMap.newKeySet();

        @Override
        public void onOpen(WebSocket ws) {
            members.add(ws);
        }

        @Override
        public void onBinary(WebSocket ws, byte[] payload) {
            Broadcast.send(PreparedMessage.binary(payload), members);
        }

        @Override
        public void onClose(WebSocket ws, CloseInfo info) {
            members.remove(ws);
        }
    }

    /** Creates a contestant in clear. */
    static Contestant clear(Kind kind) {
        return new Contestant(kind, Security.CLEAR);
    }

    /** Returns the name in tables and files. */
    String label() {
        return security == Security.CLEAR ? kind.toString() : kind + " " + security;
    }

    /** Returns true if the server has this security here, and runs on this machine. */
    boolean exists() {
        return hasSecurity() && switch (kind) {
            case NETTY_EPOLL -> NettyEcho.Poller.EPOLL.isAvailable();
            case NETTY_IO_URING -> NettyEcho.Poller.IO_URING.isAvailable();
            case NODE -> NodeEcho.isAvailable();
            default -> true;
        };
    }

    private boolean hasSecurity() {
        return switch (kind) {
            case NIO, LOOM, BIO -> true;
            case NETTY, NETTY_EPOLL, NETTY_IO_URING, UNDERTOW -> security != Security.BC;
            default -> security == Security.CLEAR;
        };
    }

    /** Returns the largest message in bytes that the server takes. */
    long largestMessageBytes() {
        return kind == Kind.TOMCAT ? TomcatEcho.LARGEST_MESSAGE_BYTES : LONGEST_MESSAGE_BYTES;
    }

    /** Starts the server in this process; {@code loops} is for selectors only. */
    EchoServer start(int loops) throws IOException {
        return switch (kind) {
            case RAW -> new RawSelectorEcho(loops);
            case RAW_BIO -> new RawBlockingEcho(Thread.ofPlatform().factory());
            case RAW_LOOM -> new RawBlockingEcho(Thread.ofVirtual().factory());
            case NETTY -> new NettyEcho(NettyEcho.Poller.NIO, loops, security);
            case NETTY_EPOLL -> new NettyEcho(NettyEcho.Poller.EPOLL, loops, security);
            case NETTY_IO_URING -> new NettyEcho(NettyEcho.Poller.IO_URING, loops, security);
            case VERTX -> new VertxEcho(loops);
            case HELIDON -> new HelidonEcho();
            case JETTY -> new JettyEcho(false, loops);
            case JETTY_LOOM -> new JettyEcho(true, loops);
            case UNDERTOW -> new UndertowEcho(loops, security);
            case TOMCAT -> new TomcatEcho();
            case JAVA_WEBSOCKET -> new JavaWebSocketEcho(loops);
            case NODE -> throw new IllegalArgumentException("Node is a process of its own");
            case NIO, LOOM, BIO -> duplex(kind.transport(loops));
        };
    }

    private EchoServer duplex(Transport transport) throws IOException {
        WebSocketServer.Builder builder = WebSocketServer.builder()
                .transport(transport)
                .bind("127.0.0.1", 0)
                .backlog(RawSelectorEcho.BACKLOG)
                .maxConnections(Integer.MAX_VALUE)
                .options(OPTIONS)
                .endpoint(Wire.ECHO, new Echo())
                .endpoint(Wire.BROADCAST, new FanOut());
        if (security != Security.CLEAR) {
            builder.secure(Tls.of(TlsConfig.builder()
                    .provider(security == Security.JDK ? TlsProvider.JDK : TlsProvider.BC)
                    .selfSigned(SelfSigned.of("localhost"))
                    .build()));
        }
        WebSocketServer server = builder.start();
        return new EchoServer() {
            @Override
            public int port() {
                return server.port();
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }
}
