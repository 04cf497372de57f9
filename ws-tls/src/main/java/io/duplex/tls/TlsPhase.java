package io.duplex.tls;

/** How far TLS is on a connection. */
enum TlsPhase {
    /** Nothing of the layer above moves yet. */
    HANDSHAKING,
    /** Records of data, until both ends have closed. */
    OPEN,
    /** An alert leaves, what comes is thrown away. */
    FAILED
}
