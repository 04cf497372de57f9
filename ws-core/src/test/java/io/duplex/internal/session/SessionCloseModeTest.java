package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.CloseMode;
import io.duplex.ConnectionOptions;
import io.duplex.ReadyState;
import io.duplex.SendStatus;
import io.duplex.frame.CloseStatus;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TcpEnd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * RFC 6455 section 7 and the close modes, in memory and on a virtual clock: what leaves, when it is over, and
 * what is said of it.
 */
class SessionCloseModeTest {
    private static final CloseStatus DONE = new CloseStatus(1000, "done");
    private static final CloseMode LINGER = CloseMode.linger(Duration.ofSeconds(3));

    private final Recorder recorder = new Recorder();

    private Solo solo(Role role) {
        return solo(role, CloseMode.HALF_CLOSE);
    }

    private Solo solo(Role role, CloseMode preset) {
        ConnectionOptions options = role == Role.CLIENT ? ConnectionOptions.CLIENT : ConnectionOptions.SERVER;
        Solo solo = new Solo(role, recorder, Pair.options(options).withCloseMode(preset)).connect();
        recorder.expect(new Event.Opened());
        return solo;
    }

    private CloseInfo closed() {
        CloseInfo info = recorder.expect(Event.Closed.class).info();
        recorder.assertNothingElse();
        return info;
    }

    // ---- BACKGROUND

    @ParameterizedTest
    @EnumSource
    void backgroundIsOverWhenTheCloseFrameHasLeft(Role role) {
        Solo solo = solo(role);
        solo.socket().send("last words");
        solo.socket().close(1000, "done", CloseMode.BACKGROUND);
        solo.run();
        CloseInfo info = closed();
        assertEquals(List.of("text last words", "close 1000 done"), solo.sentInWords());
        assertTrue(solo.hasEnded());
        assertEquals(Optional.of(DONE), info.sent());
        assertEquals(Optional.empty(), info.received());
        assertEquals(Initiator.APPLICATION, info.initiator());
        assertEquals("CLOSED_FIRST", info.outcome());
        assertFalse(info.clean());
        assertEquals("closed without waiting for the peer's Close frame, in mode background",
                info.cause().orElseThrow().getMessage());
    }

    @Test
    void backgroundWaitsForItsOwnQueueUntilTheCloseDeadline() {
        Solo solo = solo(Role.SERVER);
        solo.socket().send(new byte[Pair.CAPACITY_BYTES]);
        solo.socket().close(1000, "done", CloseMode.BACKGROUND);
        solo.run().advance(Duration.ofSeconds(9));
        recorder.assertNothingElse();
        solo.advance(Duration.ofSeconds(1));
        assertTrue(solo.wasReset());
        assertInstanceOf(TimeoutException.class, recorder.expect(Event.Failed.class).cause());
        CloseInfo info = closed();
        assertEquals("DEADLINE", info.outcome());
        assertEquals(TcpEnd.RESET, info.tcpEnd());
        assertEquals(Optional.empty(), info.sent());
    }

    @ParameterizedTest
    @EnumSource
    void backgroundAsThePresetModeAnswersAndLeaves(Role role) {
        Solo solo = solo(role, CloseMode.BACKGROUND).feed(Frames.close(1001, "away"));
        CloseInfo info = closed();
        assertEquals(List.of("close 1001 away"), solo.sentInWords());
        assertTrue(info.clean());
        assertEquals("CLOSED_FIRST", info.outcome());
        assertEquals(Initiator.PEER, info.initiator());
    }

    @Test
    void aFailureIsReportedAndDrainedInAnyPresetMode() {
        Solo solo = solo(Role.SERVER, CloseMode.BACKGROUND).feed(Frames.of(3));
        recorder.expect(Event.Failed.class);
        recorder.assertNothingElse();
        assertTrue(solo.hasEnded());
        solo.end();
        assertEquals("FIN_EXCHANGED", closed().outcome());
    }

    // ---- LINGER

    @ParameterizedTest
    @EnumSource
    void lingerIsOverWhenThePeersKernelHasAll(Role role) {
        Solo solo = solo(role);
        solo.socket().close(1000, "done", LINGER);
        solo.run();
        recorder.assertNothingElse();
        assertTrue(solo.hasEnded());
        assertEquals(List.of("close 1000 done"), solo.sentInWords());
        solo.run();
        CloseInfo info = closed();
        assertEquals("LINGER_ACKNOWLEDGED", info.outcome());
        assertEquals(Optional.of(DONE), info.sent());
        assertFalse(info.clean());
    }

    @ParameterizedTest
    @EnumSource
    void lingerIsOverWhenItsTimeIs(Role role) {
        Solo solo = solo(role);
        solo.socket().close(1000, "done", LINGER);
        solo.run().advance(Duration.ofMillis(2999));
        recorder.assertNothingElse();
        solo.advance(Duration.ofMillis(1));
        assertEquals("LINGER_EXPIRED", closed().outcome());
        assertFalse(solo.wasReset());
        assertEquals(List.of("close 1000 done"), solo.sentInWords(), "the kernel goes on");
    }

    // ---- RESET

    @ParameterizedTest
    @EnumSource
    void resetSendsNothingMore(Role role) {
        Solo solo = solo(role);
        solo.socket().send("lost");
        solo.socket().close(1000, "done", CloseMode.RESET);
        assertEquals(SendStatus.CLOSED, solo.socket().send("too late"));
        solo.run();
        assertTrue(solo.wasReset());
        CloseInfo info = closed();
        assertEquals(List.of(), solo.sent());
        assertEquals(Optional.empty(), info.sent());
        assertEquals("RESET", info.outcome());
        assertEquals("reset by the application, in mode reset", info.cause().orElseThrow().getMessage());
        assertEquals(Initiator.APPLICATION, info.initiator());
    }

    @Test
    void resetDoesNotTakeAClosingConnectionBack() {
        Solo solo = solo(Role.SERVER);
        solo.socket().close(1000, "done");
        solo.socket().close(1000, "done", CloseMode.RESET);
        solo.run();
        assertFalse(solo.wasReset());
        assertEquals(List.of("close 1000 done"), solo.sentInWords());
    }

    @Test
    void aServerThatStopsSaysSoInAnyPresetMode() {
        Solo solo = solo(Role.SERVER, CloseMode.RESET);
        solo.session().socket().goAway("server stops");
        solo.run();
        assertEquals(List.of("close 1001 server stops"), solo.sentInWords());
    }

    // ---- ACKNOWLEDGED

    @ParameterizedTest
    @EnumSource
    void acknowledgedHoldsTheCloseFrameUntilThePong(Role role) {
        Solo solo = solo(role);
        solo.socket().send("last words");
        solo.socket().close(1000, "done", CloseMode.ACKNOWLEDGED);
        assertEquals(ReadyState.CLOSING, solo.socket().readyState());
        assertEquals(SendStatus.CLOSED, solo.socket().send("too late"));
        solo.run();
        List<RawFrame> sent = solo.sent();
        assertEquals(List.of(1, 9), sent.stream().map(RawFrame::opcode).toList());
        solo.feed(Frames.text("still delivered"), Frames.ping("and answered"), Frames.pong("not ours"));
        recorder.expect(new Event.Text("still delivered"));
        recorder.expect(Event.Ping.class);
        recorder.expect(Event.Pong.class);
        assertEquals(List.of("pong and answered"), solo.sentInWords());
        solo.feed(Frames.of(10, sent.get(1).payload().bytes()));
        recorder.expect(Event.Pong.class);
        assertEquals(List.of("close 1000 done"), solo.sentInWords());
        solo.feed(Frames.close(1000, "done")).end();
        CloseInfo info = closed();
        assertTrue(info.clean());
        assertEquals("ACKNOWLEDGED", info.outcome());
        assertEquals(TcpEnd.FIN_EXCHANGED, info.tcpEnd());
        assertEquals(Initiator.APPLICATION, info.initiator());
    }

    @Test
    void theAnswerToAnEarlierPingIsNotTheBarriers() {
        Solo solo = solo(Role.SERVER);
        solo.socket().ping();
        solo.socket().close(1000, "done", CloseMode.ACKNOWLEDGED);
        solo.run();
        List<RawFrame> pings = solo.sent();
        solo.feed(Frames.of(10, pings.get(0).payload().bytes()));
        assertEquals(List.of(), solo.sent());
        solo.feed(Frames.of(10, pings.get(1).payload().bytes()));
        assertEquals(List.of("close 1000 done"), solo.sentInWords());
    }

    @ParameterizedTest
    @EnumSource
    void aCloseFrameThatCrossesIsAnsweredWithOursAndProvesLess(Role role) {
        Solo solo = solo(role);
        solo.socket().close(1000, "done", CloseMode.ACKNOWLEDGED);
        solo.feed(Frames.close(1001, "away")).end();
        assertEquals(List.of("ping", "close 1000 done"), solo.sentInWords());
        CloseInfo info = closed();
        assertTrue(info.clean());
        assertEquals(Optional.of(DONE), info.sent());
        assertEquals(1001, info.code());
        assertEquals("FIN_EXCHANGED", info.outcome());
    }

    @ParameterizedTest
    @EnumSource
    void theCloseDeadlineCoversTheBarrier(Role role) {
        Solo solo = solo(role);
        solo.socket().close(1000, "done", CloseMode.ACKNOWLEDGED);
        solo.run().advance(Duration.ofSeconds(10));
        assertTrue(solo.wasReset());
        assertEquals("the peer did not acknowledge within 10 s",
                recorder.expect(Event.Failed.class).cause().getMessage());
        CloseInfo info = closed();
        assertEquals("DEADLINE", info.outcome());
        assertEquals(Optional.empty(), info.sent());
    }

    @Test
    void theDeadlineIsNotSetAnewBehindTheBarrier() {
        Solo solo = solo(Role.SERVER);
        solo.socket().close(1000, "done", CloseMode.ACKNOWLEDGED);
        solo.run().advance(Duration.ofSeconds(6));
        solo.feed(Frames.of(10, solo.sent().get(0).payload().bytes()));
        recorder.expect(Event.Pong.class);
        solo.advance(Duration.ofSeconds(4));
        recorder.expect(Event.Failed.class);
        CloseInfo info = closed();
        assertEquals("ACKNOWLEDGED", info.outcome(), "the messages have arrived nevertheless");
        assertEquals(TcpEnd.RESET, info.tcpEnd());
    }

    @Test
    void aFailureBehindTheBarrierIsSaidInPlaceOfTheHeldFrame() {
        Solo solo = solo(Role.SERVER);
        solo.socket().close(1000, "done", CloseMode.ACKNOWLEDGED);
        solo.feed(Frames.of(3)).end();
        recorder.expect(Event.Failed.class);
        List<String> sent = solo.sentInWords();
        assertEquals("ping", sent.get(0));
        assertTrue(sent.get(1).startsWith("close 1002"), sent.get(1));
        assertEquals(2, sent.size());
        assertEquals("FIN_EXCHANGED", closed().outcome());
    }

    // ---- two ends

    @ParameterizedTest
    @CsvSource(textBlock = """
            half-close,   half-close,   FIN_EXCHANGED, FIN_EXCHANGED
            acknowledged, half-close,   FIN_EXCHANGED, FIN_EXCHANGED
            acknowledged, acknowledged, ACKNOWLEDGED,  ACKNOWLEDGED
            """)
    void bothCloseAtOnce(String client, String server, String atClient, String atServer) {
        Recorder other = new Recorder();
        Pair pair = new Pair(recorder, other).connect();
        pair.client().send("from the client");
        pair.server().send("from the server");
        pair.client().close(4001, "client", CloseMode.parse(client));
        pair.server().close(4002, "server", CloseMode.parse(server));
        pair.link().run();
        CloseInfo clientInfo = recorder.skipToClosed();
        CloseInfo serverInfo = other.skipToClosed();
        assertTrue(clientInfo.clean() && serverInfo.clean(), clientInfo + " / " + serverInfo);
        assertEquals(clientInfo.sent(), serverInfo.received());
        assertEquals(serverInfo.sent(), clientInfo.received());
        assertEquals(List.of(atClient, atServer), List.of(clientInfo.outcome(), serverInfo.outcome()));
    }

    @Test
    void anEndThatLeavesAtOnceDoesNotFailTheOther() {
        Recorder other = new Recorder();
        Pair pair = new Pair(recorder, other).connect();
        pair.client().send("all of it");
        pair.client().close(4001, "client", CloseMode.BACKGROUND);
        pair.link().run();
        other.expect(new Event.Opened());
        other.expect(new Event.Text("all of it"));
        CloseInfo atServer = other.skipToClosed();
        assertEquals(4001, atServer.code());
        assertEquals("CLOSED_FIRST", recorder.skipToClosed().outcome());
    }
}
