package io.duplex.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Code;
import io.duplex.CloseInfo.Initiator;
import io.duplex.transport.Ending;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 6455 section 7: the states of a closing connection, and who closes TCP when (section 7.1.1). */
class ClosingTest {
    private static final Code OURS = new Code(1000, "ours");
    private static final Code THEIRS = new Code(1001, "theirs");
    private static final IOException CAUSE = new IOException("cause");

    /** What can happen to a connection. */
    enum Happening {
        BEGIN, RECEIVED, FAIL, PEER_ENDED, BROKEN, ABORTED, EXPIRED
    }

    private static Closing in(CloseState state, Role role) {
        Closing closing = new Closing(role);
        switch (state) {
            case OPEN -> {
                // It is so at first.
            }
            case CLOSE_SENT -> closing.begin(OURS);
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
            case BEGIN -> closing.begin(OURS);
            case RECEIVED -> closing.received(THEIRS);
            case FAIL -> closing.fail(CAUSE, Initiator.LIBRARY);
            case PEER_ENDED -> closing.peerEnded();
            case BROKEN -> closing.broken();
            case ABORTED -> closing.aborted();
            case EXPIRED -> closing.expired();
        }
    }

    /** The last two columns: the output state when all output has left, of a server and of a client. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            OPEN,       BEGIN,      CLOSE_SENT, OPEN,  OPEN
            OPEN,       RECEIVED,   CLOSED,     END,   OPEN
            OPEN,       FAIL,       FAILED,     END,   OPEN
            OPEN,       PEER_ENDED, OPEN,       OPEN,  OPEN
            OPEN,       BROKEN,     OPEN,       CLOSE, CLOSE
            OPEN,       ABORTED,    OPEN,       ABORT, ABORT
            OPEN,       EXPIRED,    OPEN,       ABORT, ABORT
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
            assertThrows(IllegalStateException.class, () -> closing.begin(OURS));
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
    @CsvSource({ "OPEN, true", "CLOSE_SENT, false", "CLOSED, false", "FAILED, false" })
    void onlyAnOpenConnectionAnswersACloseFrame(CloseState state, boolean answers) {
        assertEquals(answers, in(state, Role.SERVER).received(THEIRS));
    }

    @ParameterizedTest
    @CsvSource({ "OPEN, true", "CLOSE_SENT, true", "CLOSED, false", "FAILED, false" })
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
        Closing closing = new Closing(Role.SERVER);
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
