package io.duplex.internal.protocol;

/**
 * How far the closing handshake has come (RFC 6455 section 7.1). The transitions:
 *
 * <pre>
 *                       OPEN             AWAITING_PONG    CLOSE_SENT       CLOSED   FAILED
 * close()               CLOSE_SENT       –                –                –        –
 * close(ACKNOWLEDGED)   AWAITING_PONG    –                –                –        –
 * close(RESET)          FAILED           –                –                –        –
 * pong of the barrier   –                CLOSE_SENT       –                –        –
 * Close answered        CLOSED           CLOSED           CLOSED           –        –
 * protocol failure      FAILED           FAILED           FAILED           –        –
 * FIN, I/O error        FAILED           FAILED           FAILED           –        –
 * abort()               FAILED           FAILED           FAILED           –        –
 * </pre>
 *
 * There is no state CLOSE_RECEIVED: until a received Close frame is answered, the application may still send,
 * as in {@link #OPEN}.
 */
public enum CloseState {
    /** Both directions carry messages. */
    OPEN,
    /**
     * A ping is queued after our last message, and our Close frame is held until its pong; messages of the
     * peer still arrive.
     */
    AWAITING_PONG,
    /** Our Close frame is queued; messages of the peer still arrive. */
    CLOSE_SENT,
    /** Both Close frames were exchanged; ours may still be queued. */
    CLOSED,
    /** The connection failed (section 7.1.7); our Close frame may be queued to say why. */
    FAILED;

    /** Returns whether no later event changes the state. */
    boolean isFinal() {
        return this == CLOSED || this == FAILED;
    }
}
