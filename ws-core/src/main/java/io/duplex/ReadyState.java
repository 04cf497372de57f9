package io.duplex;

/**
 * The states of a connection as in the W3C WebSocket API; the half-closed states are part of {@link
 * #CLOSING}.
 */
public enum ReadyState {
    /** The opening handshake is under way. */
    CONNECTING,
    /** Messages can be sent. */
    OPEN,
    /** A Close frame was sent or received, or the connection failed, and TCP has not ended. */
    CLOSING,
    /** TCP has ended. */
    CLOSED
}
