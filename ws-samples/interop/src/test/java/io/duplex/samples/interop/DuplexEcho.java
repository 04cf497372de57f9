package io.duplex.samples.interop;

import io.duplex.CloseInfo;
import io.duplex.ConnectionOptions;
import io.duplex.Endpoint;
import io.duplex.Limits;
import io.duplex.SubprotocolSelector;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.WebSocketServer;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;

/**
 * A Duplex server on a free port of the loopback address. It echoes on {@link #ECHO} and on {@link #SMALL_FRAMES}, where
 * frames, not messages, are bounded; on both it closes with {@link #CLOSE_CODE} when asked by {@link #CLOSE_WORD}. On
 * {@link #SINK} it swallows texts. Plain HTTP gets an empty page.
 */
final class DuplexEcho implements AutoCloseable {
    static final String ECHO = "/echo";
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
        Endpoint echo = Endpoint.builder()
                .handler(new Echo())
                .extensions(setting.compression().extensions())
                .subprotocols(SubprotocolSelector.preferring(SUBPROTOCOL))
                .build();
        ConnectionOptions smallFrames = ConnectionOptions.SERVER
                .withLimits(Limits.DEFAULT.withMaxFrameBytes(SMALL_FRAME_BYTES));
        Endpoint small = Endpoint.builder()
                .handler(new Echo())
                .options(smallFrames)
                .extensions(setting.compression().extensions())
                .build();
        Endpoint sink = Endpoint.builder()
                .handler(new Sink())
                .extensions(setting.compression().extensions())
                .build();
        HttpHandler page = HttpHandler.of(request -> request.path().equals("/")
                ? HttpResponse.of(200)
                        .body("<!DOCTYPE html><title>empty</title>", "text/html")
                : HttpResponse.notFound());
        server = WebSocketServer.builder()
                .transport(setting.transport())
                .bind("127.0.0.1", 0)
                .endpoint(ECHO, echo)
                .endpoint(SMALL_FRAMES, small)
                .endpoint(SINK, sink)
                .http(page)
                .start();
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

    /** How connections ended, as they end. */
    Events<CloseInfo> closed() {
        return closed;
    }

    /** What came to {@link #SINK}. */
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
