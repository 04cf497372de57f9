package io.duplex.transport;

/** The end of a TCP connection, as this endpoint saw it. */
public enum TcpEnd {
    /** Both directions ended with a FIN: the peer has read to the end, or closed. */
    FIN_EXCHANGED,
    /**
     * This endpoint closed with a {@link ByteLayer#lingerTime}, and the close was over before it: the peer's
     * TCP has acknowledged data and FIN. A reset that comes during the close ends it, too, and the kernel
     * does not report it.
     */
    LINGER_ACKNOWLEDGED,
    /**
     * This endpoint closed with a {@link ByteLayer#lingerTime}, and it has expired; the kernel continues to
     * send.
     */
    LINGER_EXPIRED,
    /** This endpoint closed without having seen the peer's FIN. */
    CLOSED_FIRST,
    /** This endpoint reset the connection. */
    RESET,
    /** The peer reset the connection, or the network failed. */
    BROKEN,
    /** The connection was never made. */
    NOT_CONNECTED
}
