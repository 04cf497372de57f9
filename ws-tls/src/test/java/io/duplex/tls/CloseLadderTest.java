package io.duplex.tls;

import static io.duplex.transport.OutputState.ABORT;
import static io.duplex.transport.OutputState.CLOSE;
import static io.duplex.transport.OutputState.END;
import static io.duplex.transport.OutputState.OPEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Limits;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.OutputState;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of TCP at each step of the end. */
class CloseLadderTest {
    private final CloseLadder ladder = new CloseLadder();

    @ParameterizedTest
    @EnumSource
    void nothingEndsBeforeCloseNotifyHasLeft(TlsPhase phase) {
        for (OutputState wanted : new OutputState[] { OPEN, END, CLOSE }) {
            assertSame(OPEN, ladder.outputState(phase, wanted, false));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAbortDoesNotWaitForCloseNotify(TlsPhase phase) {
        assertSame(ABORT, ladder.outputState(phase, ABORT, false));
    }

    @Test
    void behindCloseNotifyTheLayerAboveHasItsWay() {
        assertSame(OPEN, ladder.outputState(TlsPhase.OPEN, OPEN, true));
        assertSame(END, ladder.outputState(TlsPhase.OPEN, END, true));
        assertSame(CLOSE, ladder.outputState(TlsPhase.OPEN, CLOSE, true));
    }

    @Test
    void thePeersFinIsAwaitedBehindItsCloseNotifySoThatNoResetOvertakesOurs() {
        ladder.closeNotifyReceived();
        assertSame(END, ladder.outputState(TlsPhase.OPEN, CLOSE, true));
        ladder.finReceived();
        assertSame(CLOSE, ladder.outputState(TlsPhase.OPEN, CLOSE, true));
    }

    @Test
    void thePeersFinIsNotAwaitedForEver() {
        ladder.closeNotifyReceived();
        ladder.awaitFin(100);
        assertEquals(100 + CloseLadder.FIN_WAIT_NANOS, ladder.deadlineNanos());
        assertFalse(ladder.takeDeadline(99 + CloseLadder.FIN_WAIT_NANOS));
        assertTrue(ladder.takeDeadline(100 + CloseLadder.FIN_WAIT_NANOS));
        assertEquals(ByteLayer.NEVER, ladder.deadlineNanos());
        ladder.overdue();
        assertSame(CLOSE, ladder.outputState(TlsPhase.OPEN, CLOSE, true));
    }

    @Test
    void aFailureReadsOnSoThatTheAlertArrives() {
        ladder.failed(0);
        assertTrue(ladder.isInboundDone());
        assertSame(END, ladder.outputState(TlsPhase.FAILED, OPEN, true));
        ladder.finReceived();
        assertSame(CLOSE, ladder.outputState(TlsPhase.FAILED, OPEN, true));
    }

    @Test
    void aFailedPeerThatDoesNotEndIsReset() {
        ladder.failed(0);
        ladder.overdue();
        assertSame(ABORT, ladder.outputState(TlsPhase.FAILED, OPEN, true));
    }

    @Test
    void whoGivesUpInTheHandshakeReadsOnSoThatItsCloseNotifyArrives() {
        ladder.handshakeUntil(50);
        ladder.gaveUp(10);
        // The receiving thread may find the handshake over at the same moment.
        ladder.agreed();
        assertEquals(10 + CloseLadder.FIN_WAIT_NANOS, ladder.deadlineNanos());
        assertSame(END, ladder.outputState(TlsPhase.HANDSHAKING, CLOSE, true));
        ladder.overdue();
        assertSame(CLOSE, ladder.outputState(TlsPhase.HANDSHAKING, CLOSE, true));
    }

    @Test
    void theHandshakesDeadlineEndsWithTheHandshake() {
        ladder.handshakeUntil(50);
        ladder.agreed();
        assertFalse(ladder.takeDeadline(60));
    }

    private void discard(long bytes) {
        ByteBuffer some = ByteBuffer.allocate(64 << 10);
        for (long left = bytes; left > 0; left -= some.remaining()) {
            some.clear().limit((int) Math.min(left, some.capacity()));
            int count = some.remaining();
            ladder.discard(some);
            assertFalse(some.hasRemaining());
            some.position(0).limit(count);
        }
    }

    @Test
    void aFailedPeerMaySendSoMuchAndNoMore() {
        ladder.failed(0);
        discard(CloseLadder.MAX_DRAIN_BYTES);
        assertSame(END, ladder.outputState(TlsPhase.FAILED, OPEN, true));
        discard(1);
        assertSame(ABORT, ladder.outputState(TlsPhase.FAILED, OPEN, true));
    }

    @Test
    void behindAnOrderlyEndThePeerMaySendAsMuchAsInClear() {
        ladder.closeNotifyReceived();
        discard(Limits.DEFAULT.maxDrainBytes());
        assertSame(CLOSE, sendEnds());
        discard(1);
        assertSame(ABORT, sendEnds());
    }

    private OutputState sendEnds() {
        ladder.finReceived();
        return ladder.outputState(TlsPhase.OPEN, CLOSE, true);
    }
}
