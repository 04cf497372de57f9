package io.duplex.samples.servers;

import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Sends every message back. One handler serves all connections, on many threads: it has no state.
 *
 * <p>It never waits for a peer that sends and does not read. While the send queue is above its high-water
 * mark, the library stops reading from that peer, so no further messages arrive.
 */
final class EchoHandler implements WebSocketHandler {
    private final Optional<String> closeWord;

    /**
     * Creates a handler.
     *
     * @param closeWord the text message after whose echo the connection is closed
     */
    EchoHandler(Optional<String> closeWord) {
        this.closeWord = closeWord;
    }

    @Override
    public void onText(WebSocket ws, String text) {
        ws.send(text);
        if (closeWord.isPresent() && closeWord.get().equals(text)) {
            // Returns immediately. The Close frame is sent after the echo.
            ws.close();
        }
    }

    /**
     * The payload is in the library's buffer, valid during this call. It is encoded from there without a copy
     * to an array.
     */
    @Override
    public void onBinary(WebSocket ws, ByteBuffer payload) {
        ws.send(payload);
    }
}
