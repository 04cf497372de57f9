package io.duplex;

/** What happens to a message that is sent while the outbound queue is full (see {@link SendQueueOptions}). */
public enum OverflowPolicy {
    /** The slow peer is closed with 1008, and {@code send} answers {@link SendStatus#CLOSED}. */
    CLOSE,
    /** {@code send} throws {@link SendQueueFullException}; the connection lives on. */
    FAIL,
    /**
     * {@code send} waits until there is room or the connection ends. On a thread of the transport, which must
     * not wait (an event loop, a callback), it does as {@link #FAIL}; a callback on an executor waits. An
     * interrupt ends the wait: the message is dropped whole, {@code send} answers {@link SendStatus#DROPPED},
     * and the thread stays interrupted.
     */
    BLOCK,
    /** The new message is dropped, and {@code send} answers {@link SendStatus#DROPPED}. */
    DROP
}
