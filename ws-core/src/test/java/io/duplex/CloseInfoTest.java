package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.frame.CloseStatus;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 sections 7.1.4 to 7.1.6. */
class CloseInfoTest {
    private static final Optional<CloseStatus> BYE = Optional.of(new CloseStatus(1000, "bye"));

    private static CloseInfo info(Optional<CloseStatus> received, Optional<CloseStatus> sent,
            Optional<Throwable> cause) {
        return new CloseInfo(received, sent, CloseInfo.Initiator.PEER, cause, TcpEnd.FIN_EXCHANGED);
    }

    @Test
    void cleanIsBothFramesAndNoFailure() {
        assertTrue(info(BYE, BYE, Optional.empty()).clean());
        assertFalse(info(Optional.empty(), BYE, Optional.empty()).clean());
        assertFalse(info(BYE, Optional.empty(), Optional.empty()).clean());
        assertFalse(info(BYE, BYE, Optional.of(new IOException())).clean());
    }

    @ParameterizedTest
    @ValueSource(ints = { 1000, 1001, 1005 })
    void theseCodesAreNormal(int code) {
        Optional<CloseStatus> said = Optional.of(new CloseStatus(code, ""));
        assertTrue(info(said, BYE, Optional.empty()).normal());
        assertTrue(info(BYE, said, Optional.empty()).normal());
    }

    @ParameterizedTest
    @ValueSource(ints = { 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999 })
    void everyOtherCodeIsCleanButNotNormal(int code) {
        Optional<CloseStatus> said = Optional.of(new CloseStatus(code, ""));
        assertTrue(info(said, said, Optional.empty()).clean());
        assertFalse(info(said, BYE, Optional.empty()).normal());
        assertFalse(info(BYE, said, Optional.empty()).normal());
    }

    @Test
    void whatIsNotCleanIsNotNormal() {
        assertFalse(info(Optional.empty(), BYE, Optional.empty()).normal());
        assertFalse(info(BYE, Optional.empty(), Optional.empty()).normal());
        assertFalse(info(BYE, BYE, Optional.of(new IOException())).normal());
    }

    @Test
    void codeAndReasonAreTheReceivedOnes() {
        CloseInfo info = info(BYE, Optional.of(new CloseStatus(1001, "x")), Optional.empty());
        assertEquals(1000, info.code());
        assertEquals("bye", info.reason());
    }

    @Test
    void withoutACodeItIs1005AndWithoutAFrame1006() {
        CloseInfo none = info(Optional.of(CloseStatus.NONE), BYE, Optional.empty());
        assertEquals(1005, none.code());
        assertEquals("", none.reason());
        CloseInfo lost = info(Optional.empty(), BYE, Optional.empty());
        assertEquals(1006, lost.code());
        assertEquals("", lost.reason());
    }

    @Test
    void withoutMoreTheOutcomeIsTcps() {
        for (TcpEnd ending : TcpEnd.values()) {
            CloseInfo info = new CloseInfo(BYE, BYE, CloseInfo.Initiator.PEER, Optional.empty(), ending);
            assertEquals(ending.name(), info.outcome());
            assertTrue(info.toString().endsWith("clean, " + ending), info.toString());
        }
    }

    @Test
    void anOutcomeThatSaysMoreStandsInFront() {
        CloseInfo info = new CloseInfo(BYE, BYE, CloseInfo.Initiator.PEER, Optional.empty(),
                TcpEnd.FIN_EXCHANGED, true, false);
        assertEquals(
                "received 1000 \"bye\", sent 1000 \"bye\", initiated by PEER, clean, ACKNOWLEDGED "
                        + "(FIN_EXCHANGED)",
                info.toString());
    }
}
