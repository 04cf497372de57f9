package io.duplex.transport;

/** How a TCP connection ended, as far as this end could see. */
public enum Ending {
    /** Both directions ended with a FIN: the peer has read to our end, or closed. */
    FIN_EXCHANGED,
    /**
     * This end closed with a {@link ByteLayer#lingerTime}, and the close was over before it: the peer's TCP
     * has acknowledged data and FIN. A reset that comes during the close ends it, too, and the kernel does
     * not say so.
     */
    LINGER_ACKNOWLEDGED,
    /** This end closed with a {@link ByteLayer#lingerTime}, and it has passed; the kernel goes on sending. */
    LINGER_EXPIRED,
    /** This end closed without having seen the peer's FIN. */
    CLOSED_FIRST,
    /** This end reset the connection. */
    RESET,
    /** The peer reset the connection, or the network failed. */
    BROKEN,
    /** The connection was never made. */
    NOT_CONNECTED
}
