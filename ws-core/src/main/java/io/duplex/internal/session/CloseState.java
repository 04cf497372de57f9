package io.duplex.internal.session;

/**
 * How far the closing handshake has come (RFC 6455 section 7.1). The transitions:
 *
 * <pre>
 *                       OPEN             AWAITING_PONG    CLOSE_SENT       CLOSED   FAILED
 * close()               CLOSE_SENT       –                –                –        –
 * close(ACKNOWLEDGED)   AWAITING_PONG    –                –                –        –
 * pong of the barrier   –                CLOSE_SENT       –                –        –
 * Close received        CLOSED           CLOSED           CLOSED           –        –
 * protocol failure      FAILED           FAILED           FAILED           –        –
 * FIN, I/O error        FAILED           FAILED           FAILED           –        –
 * </pre>
 *
 * A Close frame is answered at once, so there is no CLOSE_RECEIVED.
 */
enum CloseState {
    /** Both directions carry messages. */
    OPEN,
    /**
     * A ping is queued behind our last message, and our Close frame is held until its pong; messages of the
     * peer still arrive.
     */
    AWAITING_PONG,
    /** Our Close frame is queued; messages of the peer still arrive. */
    CLOSE_SENT,
    /** Both Close frames were exchanged, ours perhaps still queued. */
    CLOSED,
    /** The connection failed (section 7.1.7); our Close frame may be queued to say why. */
    FAILED
}
