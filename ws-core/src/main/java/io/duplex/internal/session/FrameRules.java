package io.duplex.internal.session;

import io.duplex.frame.Opcode;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;

/**
 * Which frame may come now (RFC 6455 section 5.4), and of how many fragments a message may consist. Syntax
 * was checked before; payloads are checked after. Receiving thread only.
 */
final class FrameRules {
    private int maxFragments;
    private boolean inMessage;
    private int fragments;

    FrameRules(int maxFragments) {
        reset(maxFragments);
    }

    /** Makes this as new. */
    void reset(int newMaxFragments) {
        maxFragments = newMaxFragments;
        inMessage = false;
        fragments = 0;
    }

    /** Whether a message has begun and not ended. */
    boolean inMessage() {
        return inMessage;
    }

    /** How many frames of the message have come. */
    int fragments() {
        return fragments;
    }

    /** Checks the header of a data frame and remembers what may follow it. */
    void dataFrame(Opcode opcode, boolean fin) throws WebSocketProtocolException {
        boolean continues = opcode == Opcode.CONTINUATION;
        if (continues && !inMessage) {
            throw new WebSocketProtocolException(ProtocolError.CONTINUATION_UNEXPECTED);
        }
        if (!continues && inMessage) {
            throw new WebSocketProtocolException(ProtocolError.CONTINUATION_EXPECTED);
        }
        fragments = continues ? fragments + 1 : 1;
        if (fragments > maxFragments) {
            throw WebSocketProtocolException.tooMany(ProtocolError.TOO_MANY_FRAGMENTS, "a message",
                    "fragments",
                    maxFragments,
                    "Limits.maxFragments");
        }
        inMessage = !fin;
    }
}
