package io.duplex.samples.servers;

import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Sends every message back. One object serves all connections, on many threads: it has no state.
 *
 * <p>Nothing here waits for a peer that sends and does not read. While more than the high-water mark waits to
 * leave, the library stops reading from that peer, so that no more messages come to be echoed.
 */
final class EchoHandler implements WebSocketHandler {
    private final Optional<String> closeWord;

    /**
     * A handler.
     *
     * @param closeWord the text message behind whose echo the connection is closed
     */
    EchoHandler(Optional<String> closeWord) {
        this.closeWord = closeWord;
    }

    @Override
    public void onText(WebSocket ws, String text) {
        ws.send(text);
        if (closeWord.isPresent() && closeWord.get().equals(text)) {
            // Returns at once; the Close frame leaves behind the echo.
            ws.close();
        }
    }

    /**
     * The payload lies in the library's buffer, lent for this call: it is encoded from there, and never
     * becomes an array.
     */
    @Override
    public void onBinary(WebSocket ws, ByteBuffer payload) {
        ws.send(payload);
    }
}
