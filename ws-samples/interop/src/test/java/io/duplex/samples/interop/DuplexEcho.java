package io.duplex.samples.interop;

import io.duplex.CloseInfo;
import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.server.Endpoint;
import io.duplex.server.OriginPolicy;
import io.duplex.server.SubprotocolSelector;
import io.duplex.server.WebSocketServer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;

/**
 * A Duplex server on a free port of the loopback address. It echoes on {@link #ECHO} and on
 * {@link #SMALL_FRAMES}, where frames, not messages, are bounded; on both it closes with {@link #CLOSE_CODE}
 * when asked by {@link #CLOSE_WORD}. On {@link #SINK} it swallows texts. Web pages of this machine may
 * connect, if they were found by its address.
 */
final class DuplexEcho implements AutoCloseable {
    static final String ECHO = "/echo";
    static final String PAGES = "http://127.0.0.1:*";
    /** Netty says so of itself, as browsers do. */
    private static final String SECURE_PAGES = "https://127.0.0.1:*";
    static final String SINK = "/sink";
    static final String SMALL_FRAMES = "/small-frames";
    static final long SMALL_FRAME_BYTES = 4096;
    static final String SUBPROTOCOL = "echo.v2";
    static final String CLOSE_WORD = "please close";
    static final int CLOSE_CODE = 4001;
    static final String CLOSE_REASON = "asked to, schön";

    private final Events<WebSocket> opened = new Events<>();
    private final Events<CloseInfo> closed = new Events<>();
    private final Events<String> swallowed = new Events<>();
    private final WebSocketServer server;

    DuplexEcho(Setting setting) throws IOException {
        Endpoint.Builder common = Endpoint.builder()
                .extensions(setting.compression().extensions())
                .origins(OriginPolicy.allow(PAGES, SECURE_PAGES))
                .subprotocols(SubprotocolSelector.preferring(SUBPROTOCOL));
        ConnectionOptions smallFrames = ConnectionOptions.SERVER
                .withLimits(Limits.DEFAULT.withMaxFrameBytes(SMALL_FRAME_BYTES));
        WebSocketServer.Builder builder = WebSocketServer.builder()
                .transport(setting.transport())
                .bind("127.0.0.1", 0)
                .endpoint(ECHO, common.handler(new Echo()).build())
                .endpoint(SINK, common.handler(new Sink()).build())
                .endpoint(SMALL_FRAMES, common.handler(new Echo()).options(smallFrames).build());
        setting.security().tls().ifPresent(builder::secure);
        server = builder.start();
    }

    URI uri(String path) {
        return server.uri(path);
    }

    WebSocketServer server() {
        return server;
    }

    /** The connections, as they open. */
    Events<WebSocket> opened() {
        return opened;
    }

    /** The ends of connections, in their order. */
    Events<CloseInfo> closed() {
        return closed;
    }

    /** The messages to {@link #SINK}. */
    Events<String> swallowed() {
        return swallowed;
    }

    @Override
    public void close() {
        server.close();
    }

    private final class Echo implements WebSocketHandler {
        @Override
        public void onOpen(WebSocket ws) {
            opened.add(ws);
        }

        @Override
        public void onText(WebSocket ws, String text) {
            if (text.equals(CLOSE_WORD)) {
                ws.close(CLOSE_CODE, CLOSE_REASON);
            } else {
                ws.send(text);
            }
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            ws.send(payload);
        }

        @Override
        public void onClose(WebSocket ws, CloseInfo info) {
            closed.add(info);
        }
    }

    private final class Sink implements WebSocketHandler {
        @Override
        public void onText(WebSocket ws, String text) {
            swallowed.add(text);
        }

        @Override
        public void onClose(WebSocket ws, CloseInfo info) {
            closed.add(info);
        }
    }
}
