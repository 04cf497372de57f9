package io.duplex.benchmarks.transports;

import io.duplex.ConnectionOptions;
import io.duplex.Limits;
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

/**
 * A server to measure: an echo of WebSocket messages or of bare bytes, on one kind of socket.
 *
 * @param kind the content that is echoed
 * @param sockets the kind of socket
 * @param security clear or TLS; a bare echo is in clear
 */
record Contestant(Kind kind, Sockets sockets, Security security) {
    /** The content that is echoed. */
    enum Kind {
        /** Binary messages, by this library. */
        DUPLEX,
        /** Bare bytes, by the shortest possible loop: the budget. */
        RAW
    }

    /** The kinds of sockets, with the names of the transports. */
    enum Sockets {
        BIO, NIO, LOOM;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** In clear, or the provider of TLS. */
    enum Security {
        CLEAR, JDK, BC;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final long LONGEST_MESSAGE_BYTES = 8 << 20;
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

    /** Returns this library in clear. */
    static Contestant duplex(Sockets sockets) {
        return new Contestant(Kind.DUPLEX, sockets, Security.CLEAR);
    }

    /** Returns the budget. */
    static Contestant raw(Sockets sockets) {
        return new Contestant(Kind.RAW, sockets, Security.CLEAR);
    }

    /** Returns the name in tables and files. */
    String label() {
        String name = kind == Kind.DUPLEX ? sockets.label() : "raw " + sockets.label();
        return security == Security.CLEAR ? name : name + " " + security.label();
    }

    /** Starts the server in this process; {@code loops} is for selectors only. */
    EchoServer start(int loops) throws IOException {
        return switch (kind) {
            case RAW -> switch (sockets) {
                case BIO -> new RawBlockingEcho(Thread.ofPlatform().factory());
                case LOOM -> new RawBlockingEcho(Thread.ofVirtual().factory());
                case NIO -> new RawSelectorEcho(loops);
            };
            case DUPLEX -> duplex(switch (sockets) {
                case BIO -> new BioTransport();
                case LOOM -> new LoomTransport();
                case NIO -> new NioTransport(loops);
            });
        };
    }

    private EchoServer duplex(Transport transport) throws IOException {
        WebSocketServer.Builder builder = WebSocketServer.builder()
                .transport(transport)
                .bind("127.0.0.1", 0)
                .backlog(RawSelectorEcho.BACKLOG)
                .maxConnections(Integer.MAX_VALUE)
                .options(OPTIONS)
                .endpoint(Wire.PATH, new Echo());
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
