package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Code;
import io.duplex.CloseInfo.Initiator;
import io.duplex.CloseMode;
import io.duplex.CloseOutcome;
import io.duplex.frame.CloseFrame;
import io.duplex.transport.Ending;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 6455 section 7: the states of a closing connection, and who closes TCP when (section 7.1.1). */
class ClosingTest {
    private static final Code OURS = new Code(1000, "ours");
    private static final Code THEIRS = new Code(1001, "theirs");
    private static final CloseFrame FRAME = new CloseFrame(1000, "ours");
    private static final IOException CAUSE = new IOException("cause");

    /** What can happen to a connection. */
    enum Happening {
        BEGIN, PING, PONG, RECEIVED, FAIL, PEER_ENDED, BROKEN, ABORTED, EXPIRED, STUCK
    }

    private static Closing in(CloseState state, Role role) {
        return in(state, role, CloseMode.HALF_CLOSE);
    }

    private static Closing in(CloseState state, Role role, CloseMode mode) {
        Closing closing = new Closing(role, mode);
        switch (state) {
            case OPEN -> {
                // It is so at first.
            }
            case AWAITING_PONG -> closing.beginBehindPing(FRAME);
            case CLOSE_SENT -> closing.begin(OURS, mode);
            case CLOSED -> {
                closing.received(THEIRS);
                closing.answered(THEIRS);
            }
            case FAILED -> closing.fail(CAUSE, Initiator.LIBRARY);
        }
        assertEquals(state, closing.state());
        return closing;
    }

    private static void happen(Closing closing, Happening happening) {
        switch (happening) {
            case BEGIN -> closing.begin(OURS, CloseMode.HALF_CLOSE);
            case PING -> closing.beginBehindPing(FRAME);
            case PONG -> closing.acknowledged();
            case RECEIVED -> closing.received(THEIRS);
            case FAIL -> closing.fail(CAUSE, Initiator.LIBRARY);
            case PEER_ENDED -> closing.peerEnded();
            case BROKEN -> closing.broken();
            case ABORTED -> closing.aborted();
            case EXPIRED -> closing.expired(true);
            case STUCK -> closing.stuck();
        }
    }

    /** The last two columns: the output state when all output has left, of a server and of a client. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            OPEN,       BEGIN,      CLOSE_SENT, OPEN,  OPEN
            OPEN,       PING,       AWAITING_PONG, OPEN, OPEN
            OPEN,       PONG,       OPEN,       OPEN,  OPEN
            OPEN,       RECEIVED,   CLOSED,     END,   OPEN
            OPEN,       FAIL,       FAILED,     END,   OPEN
            OPEN,       PEER_ENDED, OPEN,       OPEN,  OPEN
            OPEN,       BROKEN,     OPEN,       CLOSE, CLOSE
            OPEN,       ABORTED,    OPEN,       ABORT, ABORT
            OPEN,       EXPIRED,    OPEN,       ABORT, ABORT
            OPEN,       STUCK,      OPEN,       ABORT, ABORT
            AWAITING_PONG, PONG,       CLOSE_SENT,    OPEN,  OPEN
            AWAITING_PONG, RECEIVED,   CLOSED,        END,   OPEN
            AWAITING_PONG, FAIL,       FAILED,        END,   OPEN
            AWAITING_PONG, PEER_ENDED, AWAITING_PONG, OPEN,  OPEN
            AWAITING_PONG, BROKEN,     AWAITING_PONG, CLOSE, CLOSE
            AWAITING_PONG, ABORTED,    AWAITING_PONG, ABORT, ABORT
            AWAITING_PONG, EXPIRED,    AWAITING_PONG, ABORT, ABORT
            AWAITING_PONG, STUCK,      AWAITING_PONG, ABORT, ABORT
            CLOSE_SENT, PONG,       CLOSE_SENT, OPEN,  OPEN
            CLOSE_SENT, STUCK,      CLOSE_SENT, ABORT, ABORT
            CLOSED,     PONG,       CLOSED,     END,   OPEN
            CLOSED,     STUCK,      CLOSED,     ABORT, ABORT
            FAILED,     PONG,       FAILED,     END,   OPEN
            FAILED,     STUCK,      FAILED,     ABORT, ABORT
            CLOSE_SENT, RECEIVED,   CLOSED,     END,   OPEN
            CLOSE_SENT, FAIL,       FAILED,     END,   OPEN
            CLOSE_SENT, PEER_ENDED, CLOSE_SENT, OPEN,  OPEN
            CLOSE_SENT, BROKEN,     CLOSE_SENT, CLOSE, CLOSE
            CLOSE_SENT, ABORTED,    CLOSE_SENT, ABORT, ABORT
            CLOSE_SENT, EXPIRED,    CLOSE_SENT, ABORT, ABORT
            CLOSED,     RECEIVED,   CLOSED,     END,   OPEN
            CLOSED,     FAIL,       CLOSED,     END,   OPEN
            CLOSED,     PEER_ENDED, CLOSED,     CLOSE, CLOSE
            CLOSED,     BROKEN,     CLOSED,     CLOSE, CLOSE
            CLOSED,     ABORTED,    CLOSED,     ABORT, ABORT
            CLOSED,     EXPIRED,    CLOSED,     ABORT, CLOSE
            FAILED,     RECEIVED,   FAILED,     END,   OPEN
            FAILED,     FAIL,       FAILED,     END,   OPEN
            FAILED,     PEER_ENDED, FAILED,     CLOSE, CLOSE
            FAILED,     BROKEN,     FAILED,     CLOSE, CLOSE
            FAILED,     ABORTED,    FAILED,     ABORT, ABORT
            FAILED,     EXPIRED,    FAILED,     ABORT, ABORT
            """)
    void everyHappeningInEveryState(CloseState before, Happening happening, CloseState after,
            OutputState server,
            OutputState client) {
        for (Role role : Role.values()) {
            Closing closing = in(before, role);
            happen(closing, happening);
            assertEquals(after, closing.state(), role.name());
            assertEquals(role == Role.SERVER ? server : client, closing.outputState(true), role.name());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OPEN")
    void theSessionNeverBeginsTwice(CloseState state) {
        for (Role role : Role.values()) {
            Closing closing = in(state, role);
            assertThrows(IllegalStateException.class, () -> closing.begin(OURS, CloseMode.HALF_CLOSE));
            assertThrows(IllegalStateException.class, () -> closing.beginBehindPing(FRAME));
            assertEquals(state, closing.state());
        }
    }

    @ParameterizedTest
    @EnumSource
    void outputThatWaitsKeepsTcpOpen(CloseState state) {
        for (Role role : Role.values()) {
            Closing closing = in(state, role);
            assertEquals(OutputState.OPEN, closing.outputState(false));
            closing.peerEnded();
            assertEquals(OutputState.OPEN, closing.outputState(false));
            closing.broken();
            assertEquals(OutputState.CLOSE, closing.outputState(false), "nothing can leave any more");
            closing.aborted();
            assertEquals(OutputState.ABORT, closing.outputState(false));
        }
    }

    @ParameterizedTest
    @CsvSource({ "OPEN, true", "AWAITING_PONG, true", "CLOSE_SENT, false", "CLOSED, false", "FAILED, false" })
    void onlyAnOpenConnectionAnswersACloseFrame(CloseState state, boolean answers) {
        assertEquals(answers, in(state, Role.SERVER).received(THEIRS));
    }

    @ParameterizedTest
    @CsvSource({ "OPEN, true", "AWAITING_PONG, true", "CLOSE_SENT, true", "CLOSED, false", "FAILED, false" })
    void onlyAConnectionThatIsNotOverFails(CloseState state, boolean fails) {
        Closing closing = in(state, Role.SERVER);
        assertEquals(fails, closing.fail(new IOException("late"), Initiator.PEER));
    }

    @Test
    void theFirstCauseStays() {
        Closing closing = in(CloseState.FAILED, Role.CLIENT);
        closing.fail(new IOException("second"), Initiator.PEER);
        assertEquals(Optional.of(CAUSE), closing.cause());
        assertEquals(Initiator.LIBRARY, info(closing).initiator());
    }

    @Test
    void aFailureIsNotForgottenForACloseFrameThatWasReadMeanwhile() {
        Closing closing = in(CloseState.FAILED, Role.SERVER);
        closing.received(THEIRS);
        assertEquals(Optional.empty(), info(closing).received());
        assertFalse(info(closing).clean());
    }

    // ---- the modes

    /**
     * What the transport is told when all output has left: when this end has closed, when both have, when the
     * connection failed.
     */
    @ParameterizedTest
    @CsvSource(textBlock = """
            half-close,   SERVER, OPEN,  END,   END
            half-close,   CLIENT, OPEN,  OPEN,  OPEN
            acknowledged, SERVER, OPEN,  END,   END
            acknowledged, CLIENT, OPEN,  OPEN,  OPEN
            background,   SERVER, CLOSE, CLOSE, CLOSE
            background,   CLIENT, CLOSE, CLOSE, CLOSE
            linger:5s,    SERVER, CLOSE, CLOSE, CLOSE
            linger:5s,    CLIENT, CLOSE, CLOSE, CLOSE
            """)
    void theModeSaysWhenTcpIsClosed(String mode, Role role, OutputState begun, OutputState both,
            OutputState failed) {
        Closing closing = in(CloseState.CLOSE_SENT, role, CloseMode.parse(mode));
        assertEquals(begun, closing.outputState(true));
        assertEquals(OutputState.OPEN, closing.outputState(false), "our Close frame waits");
        closing.received(THEIRS);
        assertEquals(both, closing.outputState(true));
        assertEquals(OutputState.OPEN, closing.outputState(false));
        Closing other = in(CloseState.CLOSE_SENT, role, CloseMode.parse(mode));
        other.fail(CAUSE, Initiator.PEER);
        assertEquals(failed, other.outputState(true), "it never goes back");
    }

    /**
     * The mode of the connection, when the peer begins, and when the connection fails without either having
     * begun.
     */
    @ParameterizedTest
    @CsvSource(textBlock = """
            half-close,   END,   END
            acknowledged, END,   END
            reset,        END,   END
            background,   CLOSE, END
            linger:5s,    CLOSE, END
            """)
    void thePresetModeHoldsWhereItCan(String mode, OutputState peerBegan, OutputState failed) {
        Closing closing = in(CloseState.CLOSED, Role.SERVER, CloseMode.parse(mode));
        assertEquals(peerBegan, closing.outputState(true));
        Closing other = in(CloseState.FAILED, Role.SERVER, CloseMode.parse(mode));
        assertEquals(failed, other.outputState(true), "the peer is to read why");
        assertEquals(Optional.empty(), other.lingerTime());
    }

    @Test
    void onlyLingerLingers() {
        CloseMode five = CloseMode.linger(Duration.ofSeconds(5));
        Closing closing = in(CloseState.CLOSE_SENT, Role.SERVER, five);
        assertEquals(Optional.of(Duration.ofSeconds(5)), closing.lingerTime());
        closing.broken();
        assertEquals(Optional.empty(), closing.lingerTime(), "nothing moves that could be waited for");
        assertEquals(Optional.empty(),
                in(CloseState.CLOSE_SENT, Role.SERVER, CloseMode.BACKGROUND).lingerTime());
        assertEquals(Optional.empty(), in(CloseState.OPEN, Role.SERVER, five).lingerTime());
    }

    @Test
    void thePongLetsTheHeldFrameOutOnce() {
        Closing closing = in(CloseState.AWAITING_PONG, Role.CLIENT);
        assertFalse(closing.closeFrameQueued());
        assertEquals(Optional.of(FRAME), closing.acknowledged());
        assertTrue(closing.closeFrameQueued());
        assertEquals(Optional.empty(), closing.acknowledged());
        assertEquals(CloseOutcome.ACKNOWLEDGED, info(closing).outcome());
    }

    @Test
    void thePeersCloseFrameIsAnsweredWithTheHeldOneAndAcknowledgesNothing() {
        Closing closing = in(CloseState.AWAITING_PONG, Role.CLIENT);
        assertTrue(closing.received(THEIRS));
        assertEquals(Optional.of(FRAME), closing.answer(Optional.empty()));
        assertEquals(CloseOutcome.FIN_EXCHANGED, info(closing).outcome());
        assertEquals(Initiator.APPLICATION, info(closing).initiator());
    }

    @Test
    void aClientResetsAtTheDeadlineIfThePeerHasNotTakenAll() {
        Closing closing = in(CloseState.CLOSED, Role.CLIENT);
        closing.expired(false);
        assertEquals(OutputState.ABORT, closing.outputState(false));
    }

    @ParameterizedTest
    @CsvSource({ "RESET, DEADLINE", "CLOSED_FIRST, DEADLINE", "FIN_EXCHANGED, FIN_EXCHANGED",
        "LINGER_EXPIRED, LINGER_EXPIRED", "BROKEN, BROKEN" })
    void aDeadlineIsTheOutcomeIfThisEndCutTheConnectionForIt(Ending ending, CloseOutcome outcome) {
        Closing expired = in(CloseState.CLOSE_SENT, Role.SERVER);
        expired.expired(true);
        assertEquals(outcome, expired.info(ending, true).outcome());
        Closing stuck = in(CloseState.OPEN, Role.SERVER);
        stuck.stuck();
        assertEquals(outcome, stuck.info(ending, true).outcome());
    }

    @Test
    void aModeThatDoesNotWaitIsTheCauseAndNoFailure() {
        Closing closing = in(CloseState.CLOSE_SENT, Role.SERVER, CloseMode.BACKGROUND);
        closing.endedAlone(Ending.CLOSED_FIRST);
        CloseInfo info = closing.info(Ending.CLOSED_FIRST, true);
        assertEquals("closed without waiting for the peer's Close frame, in mode background",
                info.cause().orElseThrow().getMessage());
        assertEquals(Initiator.APPLICATION, info.initiator());
        assertEquals(CloseOutcome.CLOSED_FIRST, info.outcome());
    }

    @Test
    void beingCutIsNotWhatTheModeDid() {
        Closing closing = in(CloseState.CLOSE_SENT, Role.SERVER, CloseMode.BACKGROUND);
        closing.endedAlone(Ending.RESET);
        assertEquals(Optional.empty(), closing.cause());
        Closing waits = in(CloseState.CLOSE_SENT, Role.SERVER, CloseMode.HALF_CLOSE);
        waits.endedAlone(Ending.CLOSED_FIRST);
        assertEquals(Optional.empty(), waits.cause());
    }

    // ---- what onClose says

    @Test
    void theApplicationBegan() {
        Closing closing = in(CloseState.CLOSE_SENT, Role.CLIENT);
        closing.received(THEIRS);
        CloseInfo info = info(closing);
        assertEquals(Initiator.APPLICATION, info.initiator());
        assertEquals(Optional.of(OURS), info.sent());
        assertEquals(Optional.of(THEIRS), info.received());
        assertTrue(info.clean());
    }

    @Test
    void thePeerBegan() {
        CloseInfo info = info(in(CloseState.CLOSED, Role.CLIENT));
        assertEquals(Initiator.PEER, info.initiator());
        assertEquals(Optional.of(THEIRS), info.sent());
        assertTrue(info.clean());
    }

    @Test
    void aCloseFrameThatDidNotLeaveWasNotSent() {
        CloseInfo info = in(CloseState.CLOSED, Role.SERVER).info(Ending.BROKEN, false);
        assertEquals(Optional.empty(), info.sent());
        assertFalse(info.clean());
    }

    @Test
    void whoBeganStaysWhoBegan() {
        Closing closing = in(CloseState.CLOSE_SENT, Role.SERVER);
        closing.fail(CAUSE, Initiator.LIBRARY);
        assertEquals(Initiator.APPLICATION, info(closing).initiator());
        assertEquals(Optional.of(CAUSE), info(closing).cause());
    }

    @Test
    void whetherACloseFrameWasQueuedIsKnown() {
        Closing closing = new Closing(Role.SERVER, CloseMode.HALF_CLOSE);
        assertFalse(closing.closeFrameQueued());
        closing.fail(CAUSE, Initiator.LIBRARY);
        assertFalse(closing.closeFrameQueued());
        closing.answered(OURS);
        assertTrue(closing.closeFrameQueued());
    }

    private static CloseInfo info(Closing closing) {
        return closing.info(Ending.FIN_EXCHANGED, true);
    }
}
