package io.duplex;

import java.nio.ByteBuffer;

/**
 * The callbacks of an application for the events of a connection. Each connection needs a handler; one
 * handler may serve many if it is thread-safe. The callbacks of one connection run one after the other, on
 * the transport's thread for that connection: on a selector-based transport a callback that blocks delays
 * other connections, too. With an executor ({@link io.duplex.server.WebSocketServer.Builder#executor}) they
 * run there, still one after the other, and may block. An exception or error from a callback ends this
 * connection only: {@link #onError}, then close with 1011.
 */
public interface WebSocketHandler {
    /**
     * The opening handshake is complete: the first callback.
     *
     * @param ws the connection
     * @throws Exception fails the connection with 1011
     */
    default void onOpen(WebSocket ws) throws Exception {}

    /**
     * A text message, with {@link Delivery#WHOLE}.
     *
     * @param ws   the connection
     * @param text the message, well-formed UTF-16
     * @throws Exception fails the connection with 1011
     */
    default void onText(WebSocket ws, String text) throws Exception {}

    /**
     * A binary message, with {@link Delivery#WHOLE}, in a buffer that is valid during this call only. Unless
     * overridden it copies the message for {@link #onBinary(WebSocket, byte[])}; a handler that processes the
     * bytes at once saves that copy.
     *
     * @param ws      the connection
     * @param payload the message from position to limit; read-only, invalid after this call
     * @throws Exception fails the connection with 1011
     */
    default void onBinary(WebSocket ws, ByteBuffer payload) throws Exception {
        byte[] copy = new byte[payload.remaining()];
        payload.get(copy);
        onBinary(ws, copy);
    }

    /**
     * A binary message, with {@link Delivery#WHOLE}, in an array that is transferred to the application.
     *
     * @param ws      the connection
     * @param payload the message; the application may keep it
     * @throws Exception fails the connection with 1011
     */
    default void onBinary(WebSocket ws, byte[] payload) throws Exception {}

    /**
     * A part of a text message, with {@link Delivery#PARTS}. Parts follow the arrival of bytes, not the
     * sender's fragments; characters are never split.
     *
     * @param ws   the connection
     * @param part possibly empty
     * @param last whether the message ends here
     * @throws Exception fails the connection with 1011
     */
    default void onTextPart(WebSocket ws, String part, boolean last) throws Exception {}

    /**
     * A part of a binary message, with {@link Delivery#PARTS}. Parts follow the arrival of bytes, not the
     * sender's fragments.
     *
     * @param ws   the connection
     * @param part from position to limit; read-only, invalid after this call, possibly empty
     * @param last whether the message ends here
     * @throws Exception fails the connection with 1011
     */
    default void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) throws Exception {}

    /**
     * A ping arrived; its pong is already queued.
     *
     * @param ws      the connection
     * @param payload at most 125 bytes; read-only, invalid after this call
     * @throws Exception fails the connection with 1011
     */
    default void onPing(WebSocket ws, ByteBuffer payload) throws Exception {}

    /**
     * A pong arrived, solicited or not.
     *
     * @param ws      the connection
     * @param payload at most 125 bytes; read-only, invalid after this call
     * @throws Exception fails the connection with 1011
     */
    default void onPong(WebSocket ws, ByteBuffer payload) throws Exception {}

    /**
     * After {@link SendStatus#ABOVE_HIGH_WATER}, the send queue is down to {@link
     * SendQueueOptions#lowWaterBytes}: empty by default.
     *
     * @param ws the connection
     * @throws Exception fails the connection with 1011
     */
    default void onDrained(WebSocket ws) throws Exception {}

    /**
     * A failure ends the connection: a broken rule, a deadline, an I/O error, or an exception from a
     * callback. {@link #onClose} follows.
     *
     * @param ws    the connection
     * @param cause the failure
     */
    default void onError(WebSocket ws, Throwable cause) {}

    /**
     * The connection has ended, TCP included: the last callback.
     *
     * @param ws   the connection
     * @param info how it ended
     */
    default void onClose(WebSocket ws, CloseInfo info) {}

    /**
     * Returns the form in which this handler gets its messages; called once for each connection, before
     * {@link #onOpen}.
     *
     * @return by default, whole
     */
    default Delivery delivery() {
        return Delivery.WHOLE;
    }
}
