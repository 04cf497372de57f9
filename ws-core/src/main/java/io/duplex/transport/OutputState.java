package io.duplex.transport;

/**
 * What a layer wants done with its output direction and its connection. States only move forward, in this
 * order.
 */
public enum OutputState {
    /** Bytes flow. */
    OPEN,
    /** Write all that was produced, then half-close (FIN); keep reading until the peer's FIN. */
    END,
    /**
     * Write all that was produced, then close; {@link ByteLayer#lingerTime} says whether the close waits for
     * the peer.
     */
    CLOSE,
    /** Throw away what was not written and reset the connection (RST), at once. */
    ABORT
}
