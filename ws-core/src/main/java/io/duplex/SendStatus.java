package io.duplex;

/** The fate of a message given to {@code send}. */
public enum SendStatus {
    /** The message was accepted. */
    ACCEPTED,
    /**
     * The message was accepted, but the send queue is above its high-water mark: senders that can should wait
     * for {@link WebSocketHandler#onDrained}.
     */
    ABOVE_HIGH_WATER,
    /**
     * The send queue is full and the overflow policy dropped this message, or a wait for room was
     * interrupted.
     */
    DROPPED,
    /**
     * The connection is not or no longer open, or the overflow policy has just closed it; the message was not
     * accepted. In blocking style {@code send} throws {@link ConnectionClosedException} instead.
     */
    CLOSED
}
