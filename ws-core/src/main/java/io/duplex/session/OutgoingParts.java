package io.duplex.session;

import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.Opcode;
import java.util.Optional;

/** The message that is being sent in parts, if any: by whom, of which type, and how far. Guarded by the session's lock. */
final class OutgoingParts {
    private Optional<Object> owner = Optional.empty();
    private Opcode type = Opcode.CONTINUATION;
    private Optional<Extension> encoder = Optional.empty();
    private boolean first;
    private long payloadBytes;

    boolean underWay() {
        return owner.isPresent();
    }

    boolean heldByOther(Object candidate) {
        return owner.isPresent() && owner.get() != candidate;
    }

    /** Begins a message, or checks that this part belongs to the one under way. */
    void begin(Object candidate, Opcode candidateType, ExtensionChain extensions) {
        if (heldByOther(candidate)) {
            throw new IllegalStateException("another message is being sent in parts");
        }
        if (owner.isPresent() && type != candidateType) {
            throw new IllegalStateException(
                    "the message under way is " + type + ", this part is " + candidateType);
        }
        if (owner.isEmpty()) {
            owner = Optional.of(candidate);
            type = candidateType;
            encoder = extensions.outgoing(type == Opcode.TEXT, Long.MAX_VALUE);
            first = true;
            payloadBytes = 0;
        }
    }

    /** Adds to the payload, before compression; returns how long it is so far. */
    long add(int bytes) {
        payloadBytes += bytes;
        return payloadBytes;
    }

    /** What transforms the message; its length is not known. */
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

    void end() {
        owner = Optional.empty();
    }
}
