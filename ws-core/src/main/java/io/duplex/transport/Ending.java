package io.duplex.transport;

/** How a TCP connection ended, as far as this end could see. */
public enum Ending {
    /** Both directions ended with a FIN: the peer has read to our end, or closed. */
    FIN_EXCHANGED,
    /** This end closed without having seen the peer's FIN. */
    CLOSED_FIRST,
    /** This end reset the connection. */
    RESET,
    /** The peer reset the connection, or the network failed. */
    BROKEN,
    /** The connection was never made. */
    NOT_CONNECTED
}
