package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.frame.Opcode;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 6455 section 5.4: fragmentation. */
class FrameRulesTest {
    private final FrameRules rules = new FrameRules(3);

    @ParameterizedTest
    @EnumSource(names = { "TEXT", "BINARY" })
    void wholeMessagesFollowEachOther(Opcode opcode) throws WebSocketProtocolException {
        rules.dataFrame(opcode, true);
        assertDoesNotThrow(() -> rules.dataFrame(opcode, true));
    }

    @Test
    void continuationsFollowTheFirstFragmentUpToTheLast() throws WebSocketProtocolException {
        rules.dataFrame(Opcode.TEXT, false);
        rules.dataFrame(Opcode.CONTINUATION, false);
        rules.dataFrame(Opcode.CONTINUATION, true);
        assertDoesNotThrow(() -> rules.dataFrame(Opcode.BINARY, true));
    }

    @ParameterizedTest
    @EnumSource(names = { "TEXT", "BINARY" })
    void aNewMessageInsideAnotherIsRefused(Opcode opcode) throws WebSocketProtocolException {
        rules.dataFrame(Opcode.TEXT, false);
        assertRefused(ProtocolError.CONTINUATION_EXPECTED, opcode, true);
    }

    @Test
    void aContinuationOfNothingIsRefused() {
        assertRefused(ProtocolError.CONTINUATION_UNEXPECTED, Opcode.CONTINUATION, true);
    }

    @Test
    void aContinuationBehindTheLastFragmentIsRefused() throws WebSocketProtocolException {
        rules.dataFrame(Opcode.BINARY, false);
        rules.dataFrame(Opcode.CONTINUATION, true);
        assertRefused(ProtocolError.CONTINUATION_UNEXPECTED, Opcode.CONTINUATION, false);
    }

    @Test
    void asManyFragmentsAsTheLimitPassAndOneMoreDoesNot() throws WebSocketProtocolException {
        rules.dataFrame(Opcode.BINARY, false);
        rules.dataFrame(Opcode.CONTINUATION, false);
        rules.dataFrame(Opcode.CONTINUATION, false);
        assertRefused(ProtocolError.TOO_MANY_FRAGMENTS, Opcode.CONTINUATION, true);
    }

    @Test
    void theNextMessageCountsAnew() throws WebSocketProtocolException {
        for (int message = 0; message < 3; message++) {
            rules.dataFrame(Opcode.BINARY, false);
            rules.dataFrame(Opcode.CONTINUATION, false);
            rules.dataFrame(Opcode.CONTINUATION, true);
        }
        assertDoesNotThrow(() -> rules.dataFrame(Opcode.TEXT, true));
    }

    private void assertRefused(ProtocolError error, Opcode opcode, boolean fin) {
        WebSocketProtocolException thrown =
                assertThrows(WebSocketProtocolException.class, () -> rules.dataFrame(opcode, fin));
        assertEquals(error, thrown.error());
    }
}
