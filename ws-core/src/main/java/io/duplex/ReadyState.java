package io.duplex;

/**
 * The states of a connection as the W3C WebSocket API has them; the half-closed states lie inside
 * {@link #CLOSING}.
 */
public enum ReadyState {
    /** The opening handshake is under way. */
    CONNECTING,
    /** Messages can be sent. */
    OPEN,
    /** A Close frame was sent or received, or the connection failed, and TCP still stands. */
    CLOSING,
    /** TCP has ended. */
    CLOSED
}
