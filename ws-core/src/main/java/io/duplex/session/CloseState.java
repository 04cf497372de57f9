package io.duplex.session;

/**
 * How far the closing handshake has come (RFC 6455 section 7.1). The transitions:
 *
 * <pre>
 *                     OPEN             CLOSE_SENT       CLOSED   FAILED
 * close()             CLOSE_SENT       –                –        –
 * Close received      CLOSED           CLOSED           –        –         (answered at once, hence no CLOSE_RECEIVED)
 * protocol failure    FAILED           FAILED           –        –
 * FIN, I/O error      FAILED           FAILED           –        –
 * </pre>
 */
enum CloseState {
    /** Both directions carry messages. */
    OPEN,
    /** Our Close frame is queued; messages of the peer still arrive. */
    CLOSE_SENT,
    /** Both Close frames were exchanged, ours perhaps still queued. */
    CLOSED,
    /** The connection failed (section 7.1.7); a Close frame of ours may be queued to say why. */
    FAILED
}
