package io.duplex;

import io.duplex.transport.Ending;

/**
 * The strongest known result of closing a connection. {@link CloseInfo#ending} is TCP's part of it.
 */
public enum CloseOutcome {
    /**
     * The peer has processed every message: the pong of the barrier arrived ({@link CloseMode#ACKNOWLEDGED}).
     * This holds however TCP ended afterwards. A peer's Close frame that crossed ours does not count, because
     * it may have been sent before the peer read anything.
     */
    ACKNOWLEDGED,
    /** Both directions ended with a FIN: the peer has read to the end, or closed. */
    FIN_EXCHANGED,
    /** The close lingered, and was over before its time: the peer's TCP has acknowledged data and FIN. */
    LINGER_ACKNOWLEDGED,
    /** The close lingered until its time was over; the kernel continues to send. */
    LINGER_EXPIRED,
    /** Closed without waiting for the peer. */
    CLOSED_FIRST,
    /**
     * Cut, because a deadline expired ({@link Timeouts#close} or {@link Timeouts#send}).
     */
    DEADLINE,
    /** This endpoint reset the connection. */
    RESET,
    /** The peer reset the connection, or the network failed. */
    BROKEN,
    /** The connection was never established. */
    NOT_CONNECTED;

    /**
     * Returns the outcome that follows from TCP's end alone.
     *
     * @param ending how TCP ended
     * @return the outcome of the same name
     */
    public static CloseOutcome of(Ending ending) {
        return switch (ending) {
            case FIN_EXCHANGED -> FIN_EXCHANGED;
            case LINGER_ACKNOWLEDGED -> LINGER_ACKNOWLEDGED;
            case LINGER_EXPIRED -> LINGER_EXPIRED;
            case CLOSED_FIRST -> CLOSED_FIRST;
            case RESET -> RESET;
            case BROKEN -> BROKEN;
            case NOT_CONNECTED -> NOT_CONNECTED;
        };
    }
}
