package io.duplex.client;

import io.duplex.CloseInfo;
import io.duplex.Delivery;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.nio.ByteBuffer;

/** The application's handler for one connection, which records whether a message arrived. */
final class WatchedHandler implements WebSocketHandler {
    private final WebSocketHandler handler;
    private volatile boolean received;

    WatchedHandler(WebSocketHandler handler) {
        this.handler = handler;
    }

    /** Returns whether a message arrived, or a part of one. */
    boolean hasReceived() {
        return received;
    }

    /** Reading a volatile is cheap, writing it for each message is not. */
    private void mark() {
        if (!received) {
            received = true;
        }
    }

    @Override
    public void onOpen(WebSocket ws) throws Exception {
        handler.onOpen(ws);
    }

    @Override
    public void onText(WebSocket ws, String text) throws Exception {
        mark();
        handler.onText(ws, text);
    }

    @Override
    public void onBinary(WebSocket ws, ByteBuffer payload) throws Exception {
        mark();
        handler.onBinary(ws, payload);
    }

    @Override
    public void onBinary(WebSocket ws, byte[] payload) throws Exception {
        mark();
        handler.onBinary(ws, payload);
    }

    @Override
    public void onTextPart(WebSocket ws, String part, boolean last) throws Exception {
        mark();
        handler.onTextPart(ws, part, last);
    }

    @Override
    public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) throws Exception {
        mark();
        handler.onBinaryPart(ws, part, last);
    }

    @Override
    public void onPing(WebSocket ws, ByteBuffer payload) throws Exception {
        handler.onPing(ws, payload);
    }

    @Override
    public void onPong(WebSocket ws, ByteBuffer payload) throws Exception {
        handler.onPong(ws, payload);
    }

    @Override
    public void onDrained(WebSocket ws) throws Exception {
        handler.onDrained(ws);
    }

    @Override
    public void onError(WebSocket ws, Throwable cause) {
        handler.onError(ws, cause);
    }

    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        handler.onClose(ws, info);
    }

    @Override
    public Delivery delivery() {
        return handler.delivery();
    }
}
