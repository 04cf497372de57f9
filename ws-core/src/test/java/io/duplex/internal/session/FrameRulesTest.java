package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.frame.Opcode;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 6455 section 5.4: fragmentation. */
class FrameRulesTest {
    private final FrameRules rules = new FrameRules(3);

    @ParameterizedTest
    @EnumSource(names = { "TEXT", "BINARY" })
    void wholeMessagesFollowEachOther(Opcode opcode) throws ProtocolException {
        rules.dataFrame(opcode, true);
        assertDoesNotThrow(() -> rules.dataFrame(opcode, true));
    }

    @Test
    void continuationsFollowTheFirstFragmentUpToTheLast() throws ProtocolException {
        rules.dataFrame(Opcode.TEXT, false);
        rules.dataFrame(Opcode.CONTINUATION, false);
        rules.dataFrame(Opcode.CONTINUATION, true);
        assertDoesNotThrow(() -> rules.dataFrame(Opcode.BINARY, true));
    }

    @ParameterizedTest
    @EnumSource(names = { "TEXT", "BINARY" })
    void aNewMessageInsideAnotherIsRefused(Opcode opcode) throws ProtocolException {
        rules.dataFrame(Opcode.TEXT, false);
        assertRefused(ProtocolError.CONTINUATION_EXPECTED, opcode, true);
    }

    @Test
    void aContinuationOfNothingIsRefused() {
        assertRefused(ProtocolError.CONTINUATION_UNEXPECTED, Opcode.CONTINUATION, true);
    }

    @Test
    void aContinuationBehindTheLastFragmentIsRefused() throws ProtocolException {
        rules.dataFrame(Opcode.BINARY, false);
        rules.dataFrame(Opcode.CONTINUATION, true);
        assertRefused(ProtocolError.CONTINUATION_UNEXPECTED, Opcode.CONTINUATION, false);
    }

    @Test
    void asManyFragmentsAsTheLimitPassAndOneMoreDoesNot() throws ProtocolException {
        rules.dataFrame(Opcode.BINARY, false);
        rules.dataFrame(Opcode.CONTINUATION, false);
        rules.dataFrame(Opcode.CONTINUATION, false);
        assertRefused(ProtocolError.TOO_MANY_FRAGMENTS, Opcode.CONTINUATION, true);
    }

    @Test
    void theNextMessageCountsAnew() throws ProtocolException {
        for (int message = 0; message < 3; message++) {
            rules.dataFrame(Opcode.BINARY, false);
            rules.dataFrame(Opcode.CONTINUATION, false);
            rules.dataFrame(Opcode.CONTINUATION, true);
        }
        assertDoesNotThrow(() -> rules.dataFrame(Opcode.TEXT, true));
    }

    private void assertRefused(ProtocolError error, Opcode opcode, boolean fin) {
        ProtocolException thrown = assertThrows(ProtocolException.class, () -> rules.dataFrame(opcode, fin));
        assertEquals(error, thrown.error());
    }
}
