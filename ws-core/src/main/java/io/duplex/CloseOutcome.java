package io.duplex;

import io.duplex.transport.Ending;

/**
 * What is known about the end of a connection, in one word: the strongest that could be found out.
 * {@link CloseInfo#ending} has only TCP's part of it.
 */
public enum CloseOutcome {
    /**
     * The peer has processed every message: the pong of the barrier came ({@link CloseMode#ACKNOWLEDGED}). It
     * stays so however TCP ended afterwards. A peer's Close frame that crossed ours does not count, for it
     * may have been sent before the peer read anything.
     */
    ACKNOWLEDGED,
    /** Both directions ended with a FIN: the peer has read to the end, or closed. */
    FIN_EXCHANGED,
    /** The close lingered, and was over before its time: the peer's TCP has acknowledged data and FIN. */
    LINGER_ACKNOWLEDGED,
    /** The close lingered until its time was over; the kernel goes on sending. */
    LINGER_EXPIRED,
    /** This end closed without waiting for the peer. */
    CLOSED_FIRST,
    /**
     * A deadline passed ({@link Timeouts#close} or {@link Timeouts#send}), and this end cut the connection.
     */
    DEADLINE,
    /** This end reset the connection. */
    RESET,
    /** The peer reset the connection, or the network failed. */
    BROKEN,
    /** The connection was never made. */
    NOT_CONNECTED;

    /**
     * What TCP's end alone says.
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
