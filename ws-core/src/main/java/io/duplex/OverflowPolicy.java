package io.duplex;

/** The fate of a message that is sent while the send queue is full (see {@link SendQueueOptions}). */
public enum OverflowPolicy {
    /**
     * The connection to the slow peer is closed with 1008, and {@code send} returns {@link
     * SendStatus#CLOSED}.
     */
    CLOSE,
    /** {@code send} throws {@link SendQueueFullException}; the connection stays open. */
    FAIL,
    /**
     * {@code send} waits until there is room or the connection ends. On a thread of the transport, which must
     * not wait (an event loop, a callback), it acts as {@link #FAIL}; a callback on an executor waits. An
     * interrupt ends the wait: the whole message is dropped, {@code send} returns {@link SendStatus#DROPPED},
     * and the thread stays interrupted.
     */
    BLOCK,
    /** The new message is dropped, and {@code send} returns {@link SendStatus#DROPPED}. */
    DROP
}
