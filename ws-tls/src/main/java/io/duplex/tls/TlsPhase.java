package io.duplex.tls;

/** The phase of TLS on a connection. */
enum TlsPhase {
    /** No data of the layer above moves yet. */
    HANDSHAKING,
    /** Records carry data, until both peers have closed. */
    OPEN,
    /** An alert is sent, and input is drained. */
    FAILED
}
