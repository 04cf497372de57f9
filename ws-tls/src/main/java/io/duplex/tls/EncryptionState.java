package io.duplex.tls;

/**
 * How far the output of a TLS connection has come, once the layer above may send. The transitions:
 *
 * <pre>
 *                 IDLE       PENDING    PRODUCING  CLOSING    FLUSHING  CLOSED
 * OUTPUT_READY    PENDING    PENDING    PENDING    CLOSING    FLUSHING  CLOSED
 * CALL_STARTS     PRODUCING  PRODUCING  PRODUCING  CLOSING    FLUSHING  CLOSED
 * CALL_EXHAUSTS   –          PENDING    IDLE       CLOSING    FLUSHING  CLOSED
 * CALL_PAUSES     –          PENDING    PENDING    CLOSING    FLUSHING  CLOSED
 * CLOSE           CLOSING    CLOSING    CLOSING    CLOSING    FLUSHING  CLOSED
 * ENGINE_DONE     FLUSHING   FLUSHING   FLUSHING   FLUSHING   FLUSHING  CLOSED
 * SPILL_EMPTIED   –          –          –          –          CLOSED    –
 * </pre>
 *
 * OUTPUT_READY comes from any thread, so it may arrive inside a call: PRODUCING then becomes PENDING, and the
 * end of the call does not lose it. A call that the engine ends by an exception stays in PRODUCING.
 */
enum EncryptionState {
    /** Everything the layer above has produced was encrypted. */
    IDLE,
    /** The layer above has output, or plaintext is pending. */
    PENDING,
    /** A produce call is running, and no output was announced since it started. */
    PRODUCING,
    /** {@code closeOutbound} was called; the engine may have more records, close_notify the last of them. */
    CLOSING,
    /** The engine makes no more records; the last bytes are in the spill buffer. */
    FLUSHING,
    /** Nothing leaves any more: close_notify has been produced, or the engine ended both directions. */
    CLOSED;

    /** What happens to the output. */
    enum Event {
        /** The layer above announces output. */
        OUTPUT_READY,
        /** A produce call starts. */
        CALL_STARTS,
        /** A produce call returns; neither the layer above nor the engine has more. */
        CALL_EXHAUSTS,
        /** A produce call returns; something is left for the next call, or waits for the peer. */
        CALL_PAUSES,
        /** The layer above has ended in an orderly way, so close_notify is due. */
        CLOSE,
        /** The engine makes no more records. */
        ENGINE_DONE,
        /** The spill buffer is empty. */
        SPILL_EMPTIED
    }

    /** Whether output of the layer above has not left yet. */
    boolean isPending() {
        return this != IDLE && this != CLOSED;
    }

    /** Whether the engine makes no more records. */
    boolean isEngineDone() {
        return this == FLUSHING || this == CLOSED;
    }

    /**
     * The state after an event.
     *
     * @throws IllegalStateException if the event is impossible in this state
     */
    EncryptionState after(Event event) {
        return switch (event) {
            case OUTPUT_READY -> beforeClose(PENDING);
            case CALL_STARTS -> beforeClose(PRODUCING);
            case CALL_EXHAUSTS -> require(this != IDLE, this == PRODUCING ? IDLE : this, event);
            case CALL_PAUSES -> require(this != IDLE, beforeClose(PENDING), event);
            case CLOSE -> beforeClose(CLOSING);
            case ENGINE_DONE -> this == CLOSED ? CLOSED : FLUSHING;
            case SPILL_EMPTIED -> require(this == FLUSHING, CLOSED, event);
        };
    }

    /** From CLOSING on, only the engine decides. */
    private EncryptionState beforeClose(EncryptionState next) {
        return this == IDLE || this == PENDING || this == PRODUCING ? next : this;
    }

    private EncryptionState require(boolean possible, EncryptionState next, Event event) {
        if (!possible) {
            throw new IllegalStateException(event + " in " + this);
        }
        return next;
    }
}
