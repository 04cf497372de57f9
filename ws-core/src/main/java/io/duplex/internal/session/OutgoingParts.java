package io.duplex.internal.session;

import io.duplex.extension.Extension;
import io.duplex.frame.Opcode;
import java.util.Optional;

/**
 * A message that is being sent in parts: by whom, of which type, and how far. Guarded by the session's lock.
 */
final class OutgoingParts {
    private final Object owner;
    private final Opcode type;
    private final Optional<Extension> encoder;
    private boolean first = true;
    private long payloadBytes;

    /**
     * Begins a message.
     *
     * @param encoder what transforms it; its length is not known
     */
    OutgoingParts(Object owner, Opcode type, Optional<Extension> encoder) {
        this.owner = owner;
        this.type = type;
        this.encoder = encoder;
    }

    boolean isOf(Object candidate) {
        return owner == candidate;
    }

    /** Checks that another part belongs to this message. */
    void requireContinuedBy(Object candidate, Opcode candidateType) {
        if (!isOf(candidate)) {
            throw new IllegalStateException("another message is being sent in parts");
        }
        if (type != candidateType) {
            throw new IllegalStateException(
                    "the message under way is " + type + ", this part is " + candidateType);
        }
    }

    /** Adds to the payload, before compression; returns how long it is so far. */
    long add(int bytes) {
        payloadBytes += bytes;
        return payloadBytes;
    }

    Optional<Extension> encoder() {
        return encoder;
    }

    boolean isFirst() {
        return first;
    }

    /** The opcode of the next frame. */
    Opcode nextOpcode() {
        Opcode opcode = first ? type : Opcode.CONTINUATION;
        first = false;
        return opcode;
    }
}
