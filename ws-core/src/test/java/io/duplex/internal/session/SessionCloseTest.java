package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.ReadyState;
import io.duplex.frame.CloseStatus;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TcpEnd;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RFC 6455 section 7: the closing handshake of either role, and the order in which TCP ends (section 7.1.1).
 */
class SessionCloseTest {
    private static final CloseStatus DONE = new CloseStatus(1000, "done");
    private static final CloseStatus AWAY = new CloseStatus(1001, "away");

    private final Recorder recorder = new Recorder();

    private Solo solo(Role role) {
        Solo solo = new Solo(role, recorder).connect();
        recorder.expect(new Event.Opened());
        return solo;
    }

    private CloseInfo closed() {
        CloseInfo info = recorder.expect(Event.Closed.class).info();
        recorder.assertNothingElse();
        return info;
    }

    @ParameterizedTest
    @EnumSource
    void thisEndBegins(Role role) {
        Solo solo = solo(role);
        solo.socket().close(1000, "done");
        solo.run();
        assertEquals(List.of("close 1000 done"), solo.sentInWords());
        assertEquals(ReadyState.CLOSING, solo.socket().readyState());
        assertFalse(solo.hasEnded(), "the peer's Close frame has not come");
        solo.feed(Frames.close(1000, "done"));
        assertEquals(role == Role.SERVER, solo.hasEnded());
        solo.end();
        assertEquals(
                new CloseInfo(Optional.of(DONE), Optional.of(DONE), Initiator.APPLICATION, Optional.empty(),
                        TcpEnd.FIN_EXCHANGED),
                closed());
        assertEquals(ReadyState.CLOSED, solo.socket().readyState());
        assertEquals(List.of(), solo.sent());
    }

    @ParameterizedTest
    @EnumSource
    void thePeerBeginsAndIsAnsweredWithItsOwnCode(Role role) {
        Solo solo = solo(role).feed(Frames.close(1001, "away"));
        assertEquals(List.of("close 1001 away"), solo.sentInWords());
        assertEquals(role == Role.SERVER, solo.hasEnded());
        solo.end();
        assertEquals(new CloseInfo(Optional.of(AWAY), Optional.of(AWAY), Initiator.PEER, Optional.empty(),
                TcpEnd.FIN_EXCHANGED), closed());
    }

    @ParameterizedTest
    @EnumSource
    void bothBeginAtOnce(Role role) {
        Solo solo = solo(role);
        solo.socket().close(1000, "done");
        solo.feed(Frames.close(1001, "away")).end();
        assertEquals(List.of("close 1000 done"), solo.sentInWords());
        CloseInfo info = closed();
        assertEquals(Optional.of(AWAY), info.received());
        assertEquals(Optional.of(DONE), info.sent());
        assertEquals(Initiator.APPLICATION, info.initiator());
        assertTrue(info.clean());
    }

    @ParameterizedTest
    @EnumSource
    void aCloseFrameWithoutACodeIsAnsweredWithoutOne(Role role) {
        Solo solo = solo(role).feed(Frames.close());
        assertEquals(List.of("close"), solo.sentInWords());
        solo.end();
        CloseInfo info = closed();
        assertEquals(1005, info.code());
        assertTrue(info.clean());
    }

    @ParameterizedTest
    @ValueSource(ints = { 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_536 })
    void codesThatMustNotBeSentAreRefused(int code) {
        Solo solo = solo(Role.SERVER);
        assertThrows(IllegalArgumentException.class, () -> solo.socket().close(code, ""));
        solo.run();
        assertEquals(List.of(), solo.sent());
        assertEquals(ReadyState.OPEN, solo.socket().readyState());
    }

    @Test
    void messagesOfThePeerStillArriveUntilItsCloseFrame() {
        Solo solo = solo(Role.SERVER);
        solo.socket().close();
        solo.feed(Frames.text("late"), Frames.close(1000, ""), Frames.text("too late"));
        recorder.expect(new Event.Text("late"));
        recorder.assertNothingElse();
    }

    @Test
    void closingAgainChangesNothing() {
        Solo solo = solo(Role.CLIENT);
        solo.socket().close(1000, "done");
        solo.socket().close(1001, "again");
        solo.run();
        assertEquals(List.of("close 1000 done"), solo.sentInWords());
    }

    @Test
    void aCloseInOnOpenIsTaken() {
        recorder.on(Event.Opened.class, (ws, opened) -> ws.close(1000, "at once"));
        assertEquals(List.of("close 1000 at once"), solo(Role.SERVER).sentInWords());
    }

    @Test
    void messagesSentBeforeTheCloseLeaveBeforeIt() {
        Solo solo = solo(Role.SERVER);
        solo.socket().send("last words");
        solo.socket().close();
        solo.run();
        assertEquals(List.of("text last words", "close 1000 "), solo.sentInWords());
    }

    @Test
    void aFinInsteadOfTheAnswerIsNotClean() {
        Solo solo = solo(Role.SERVER);
        solo.socket().close(1000, "done");
        solo.run().end();
        recorder.expect(Event.Failed.class);
        CloseInfo info = closed();
        assertEquals(Optional.of(DONE), info.sent());
        assertEquals(1006, info.code());
        assertFalse(info.clean());
        assertEquals(Initiator.APPLICATION, info.initiator());
    }

    @Test
    void theCloseFutureCompletesBehindOnClose() {
        Solo solo = solo(Role.SERVER);
        boolean[] doneInOnClose = new boolean[1];
        solo.session()
                .closeFuture()
                .thenRun(() -> doneInOnClose[0] = solo.socket().readyState() == ReadyState.CLOSED);
        solo.feed(Frames.close(1000, "done"));
        assertFalse(solo.session().closeFuture().isDone());
        solo.end();
        assertTrue(doneInOnClose[0]);
        assertEquals(closed(), solo.session().closeFuture().join());
    }

    @Test
    void twoEndsCloseTheServerFirst() {
        Recorder server = new Recorder();
        Pair pair = new Pair(recorder, server).connect();
        pair.client().close(1000, "done");
        pair.link().run();
        recorder.expect(new Event.Opened());
        server.expect(new Event.Opened());
        assertEquals(Initiator.APPLICATION, closed().initiator());
        CloseInfo atServer = server.expect(Event.Closed.class).info();
        assertEquals(Initiator.PEER, atServer.initiator());
        assertEquals(TcpEnd.FIN_EXCHANGED, atServer.tcpEnd());
        assertTrue(atServer.clean());
    }
}
