package io.duplex;

/** What became of a message given to {@code send}. */
public enum SendStatus {
    /** It is on its way. */
    ACCEPTED,
    /**
     * It is on its way, but more than the high-water mark waits now: a sender that can wait does so until
     * {@link WebSocketHandler#onDrained}.
     */
    ABOVE_HIGH_WATER,
    /**
     * The outbound queue is full and the overflow policy dropped this message, or a wait for room was
     * interrupted.
     */
    DROPPED,
    /**
     * The connection is not open (any more), or was just closed by the overflow policy; the message was not
     * taken. In blocking style {@code send} throws {@link ConnectionClosedException} instead.
     */
    CLOSED
}
