package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.ConnectionOptions;
import io.duplex.Timeouts;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.Recorder;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.TcpEnd;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The deadlines of an open connection, on a virtual clock. */
class SessionTimersTest {
    private static final Timeouts SILENT = Timeouts.DEFAULT.withoutKeepAlive();

    private final Recorder recorder = new Recorder();

    private Solo solo(Role role, Timeouts timeouts) {
        Solo solo = new Solo(role, recorder, ConnectionOptions.SERVER.withTimeouts(timeouts)).connect();
        recorder.expect(new Event.Opened());
        return solo;
    }

    private static Duration seconds(int count) {
        return Duration.ofSeconds(count);
    }

    @Test
    void keepAlivePingsAndAnAnswerKeepsTheConnection() {
        Solo solo = solo(Role.SERVER, Timeouts.DEFAULT.withKeepAlive(seconds(20), seconds(5)));
        for (int i = 0; i < 3; i++) {
            solo.advance(seconds(20));
            List<RawFrame> sent = solo.sent();
            assertEquals(1, sent.size());
            assertEquals(9, sent.getFirst().opcode());
            solo.feed(Frames.of(10, sent.getFirst().payload().bytes()));
            recorder.expect(Event.Pong.class);
        }
        solo.advance(seconds(10));
        recorder.assertNothingElse();
    }

    @Test
    void aMissingPongFailsTheConnection() {
        Solo solo = solo(Role.SERVER, Timeouts.DEFAULT.withKeepAlive(seconds(20), seconds(5)));
        List<String> sent = List.of();
        for (int i = 0; i < 200 && sent.isEmpty(); i++) {
            sent = solo.advance(Duration.ofMillis(100)).sentInWords();
        }
        assertEquals(List.of("ping"), sent);
        solo.advance(Duration.ofMillis(4800));
        assertEquals(List.of(), solo.sentInWords());
        solo.advance(Duration.ofMillis(200));
        assertEquals(List.of("close 1011 no pong"), solo.sentInWords());
        recorder.expect(Event.Failed.class);
    }

    /** The application may still answer what came before, and ping; but no pong follows a Close frame. */
    @Test
    void aPingAfterThePeersCloseFrameDoesNotFailTheConnection() {
        ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        Solo solo = new Solo(recorder, ConnectionOptions.SERVER.withTimeouts(
                Timeouts.DEFAULT.withKeepAlive(seconds(20), seconds(1))), tasks::add).connect();
        solo.feed(Frames.text("a"), Frames.close(1000, "bye")).advance(seconds(1));
        solo.socket().ping();
        solo.run().advance(seconds(2));
        assertEquals(List.of("ping"), solo.sentInWords(), "the close waits for the callbacks");
        tasks.remove().run();
        assertEquals(List.of("close 1000 bye"), solo.run().sentInWords());
    }

    @Test
    void anIdleConnectionIsClosedWith1001() {
        Solo solo = solo(Role.SERVER, SILENT.withIdle(seconds(30)));
        solo.advance(seconds(29)).feed(Frames.text("a"));
        recorder.expect(new Event.Text("a"));
        solo.advance(seconds(29));
        assertEquals(List.of(), solo.sent());
        solo.advance(seconds(1));
        assertEquals(List.of("close 1001 idle"), solo.sentInWords());
        recorder.expect(Event.Failed.class);
    }

    @Test
    void anEndThatHasPausedReadingDoesNotMissThePeer() {
        Solo solo = solo(Role.SERVER, SILENT.withIdle(seconds(30)));
        solo.socket().pause();
        solo.run().advance(seconds(100));
        recorder.assertNothingElse();
    }

    @Test
    void aPeerThatDoesNotAnswerTheCloseFrameIsReset() {
        Solo solo = solo(Role.SERVER, SILENT.withClose(seconds(10)));
        solo.socket().close();
        solo.run().advance(seconds(9)).feed(Frames.text("still talking"));
        recorder.expect(new Event.Text("still talking"));
        assertFalse(solo.wasReset());
        solo.advance(seconds(1));
        assertTrue(solo.wasReset());
        recorder.expect(Event.Failed.class);
        CloseInfo info = recorder.expect(Event.Closed.class).info();
        assertEquals(TcpEnd.RESET, info.tcpEnd());
        assertEquals(Initiator.APPLICATION, info.initiator());
        assertEquals(1000, info.sent().orElseThrow().code());
    }

    @Test
    void aClientThatMissesTheServersFinClosesFirst() {
        Solo solo = solo(Role.CLIENT, SILENT.withClose(seconds(10))).feed(Frames.close(1000, ""));
        solo.advance(seconds(9));
        assertFalse(solo.hasEnded());
        solo.advance(seconds(1));
        CloseInfo info = recorder.expect(Event.Closed.class).info();
        assertEquals(TcpEnd.CLOSED_FIRST, info.tcpEnd());
        assertTrue(info.clean());
    }

    @Test
    void aServerThatMissesTheClientsFinResets() {
        Solo solo = solo(Role.SERVER, SILENT.withClose(seconds(10))).feed(Frames.close(1000, ""));
        assertTrue(solo.hasEnded());
        solo.advance(seconds(10));
        assertEquals(TcpEnd.RESET, recorder.expect(Event.Closed.class).info().tcpEnd());
    }

    @Test
    void aPeerThatTakesNothingIsReset() {
        Solo solo = solo(Role.SERVER, SILENT.withSend(seconds(30)));
        solo.socket().send(new byte[400 << 10]);
        solo.run().advance(seconds(29));
        assertFalse(solo.wasReset());
        solo.advance(seconds(1));
        assertTrue(solo.wasReset());
        assertEquals("the peer took nothing for 30 s",
                recorder.expect(Event.Failed.class).cause().getMessage());
        assertEquals(TcpEnd.RESET, recorder.expect(Event.Closed.class).info().tcpEnd());
    }

    @Test
    void aPeerThatTakesSlowlyIsNotReset() {
        Solo solo = solo(Role.SERVER, SILENT.withSend(seconds(30)));
        solo.socket().send(new byte[400 << 10]);
        solo.run().advance(seconds(29));
        solo.takeBytes(100 << 10);
        solo.run().advance(seconds(29));
        recorder.assertNothingElse();
    }

    @Test
    void whereNothingIsUnsentNothingIsTimed() {
        Solo solo = solo(Role.SERVER, SILENT.withSend(seconds(30)));
        assertFalse(solo.session().produce(ByteBuffer.allocate(100), 0));
        assertEquals(ByteLayer.NEVER, solo.session().nextDeadlineNanos());
    }

    @Test
    void anApplicationsPingLearnsItsTime() {
        Solo solo = solo(Role.CLIENT, SILENT);
        CompletableFuture<Duration> answer = solo.socket().ping();
        byte[] payload = solo.run().sent().getFirst().payload().bytes();
        solo.advance(seconds(2)).feed(Frames.of(10, payload));
        assertEquals(seconds(2), answer.join());
    }

    @Test
    void aPingFailsWithItsConnection() {
        Solo solo = solo(Role.CLIENT, SILENT);
        CompletableFuture<Duration> answer = solo.socket().ping();
        solo.run().end();
        assertTrue(answer.isCompletedExceptionally());
        assertTrue(solo.socket().ping().isCompletedExceptionally());
    }

    // ---- unfinished messages

    private static Frames begun(int bytes) {
        return Frames.binary(new byte[bytes]).notFinal();
    }

    private static final String TOO_SLOW = "close 1008 message too slow";

    @ParameterizedTest
    @EnumSource
    void anUnfinishedMessageHasSixtySecondsWhateverElseComes(Role role) {
        Solo solo = solo(role, SILENT).feed(begun(1));
        for (int i = 0; i < 59; i++) {
            solo.advance(seconds(1)).feed(Frames.ping("still here"));
            recorder.expect(Event.Ping.class);
        }
        assertEquals(59, solo.sent().size(), "pongs");
        solo.advance(seconds(2));
        assertEquals(List.of(TOO_SLOW), solo.sentInWords());
        assertEquals(
                "a message was not complete in time: of its payload 1 bytes have come, and it may take 1 min"
                        + " (Timeouts.message) and 1 s more for each 4,096 bytes that come",
                recorder.expect(Event.Failed.class).cause().getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void aByteNowAndThenIsNoProgress(Role role) {
        Solo solo = solo(role, SILENT).feed(begun(1));
        for (int i = 0; i < 11; i++) {
            solo.advance(seconds(5)).feed(Frames.continuation(new byte[1]).notFinal());
        }
        assertEquals(List.of(), solo.sentInWords());
        solo.advance(seconds(6));
        assertEquals(List.of(TOO_SLOW), solo.sentInWords());
        recorder.expect(Event.Failed.class);
    }

    @Test
    void aSlowMessageThatKeepsComingMayTakeLong() {
        Solo solo = solo(Role.SERVER, SILENT).feed(begun(1));
        for (int i = 0; i < 200; i++) {
            solo.advance(seconds(1)).feed(Frames.continuation(new byte[4096]).notFinal());
        }
        assertEquals(List.of(), solo.sentInWords());
        solo.feed(Frames.continuation());
        recorder.expect(Event.Binary.class);
        solo.advance(seconds(600));
        recorder.assertNothingElse();
    }

    @Test
    void aFrameThatIsCutIsAnUnfinishedMessage() {
        byte[] wire = Solo.wire(Role.SERVER, Frames.text("cut"));
        Solo solo = solo(Role.SERVER, SILENT).feed(java.util.Arrays.copyOf(wire, wire.length - 1));
        solo.advance(seconds(61));
        assertEquals(List.of(TOO_SLOW), solo.sentInWords());
        recorder.expect(Event.Failed.class);
    }

    @Test
    void eachMessageHasItsOwnTime() {
        Solo solo = solo(Role.SERVER, SILENT);
        for (int i = 0; i < 5; i++) {
            solo.feed(begun(1)).advance(seconds(50)).feed(Frames.continuation());
            recorder.expect(Event.Binary.class);
        }
        // The end of one and the beginning of the next in one read.
        solo.feed(begun(1));
        for (int i = 0; i < 5; i++) {
            solo.advance(seconds(50))
                    .feed(Frames.continuation(), begun(1));
            recorder.expect(Event.Binary.class);
        }
        assertEquals(List.of(), solo.sentInWords());
    }

    @ParameterizedTest
    @EnumSource
    void timeInWhichThisEndDoesNotReadIsNotThePeers(Role role) {
        Solo solo = solo(role, SILENT).feed(begun(1)).advance(seconds(30));
        solo.socket().pause();
        solo.run().advance(seconds(1000));
        solo.socket().resume();
        solo.run().advance(seconds(29));
        assertEquals(List.of(), solo.sentInWords());
        solo.advance(seconds(2));
        assertEquals(List.of(TOO_SLOW), solo.sentInWords());
        recorder.expect(Event.Failed.class);
    }

    @Test
    void withoutTheDeadlineAMessageMayTakeForEver() {
        solo(Role.SERVER, SILENT.withoutMessage()).feed(begun(1)).advance(Duration.ofDays(1));
        recorder.assertNothingElse();
    }

    @Test
    void partsOfAMessageAreTimedAsAWholeOne() {
        Inbox inbox = new Inbox();
        Solo solo = new Solo(Role.SERVER, inbox, ConnectionOptions.SERVER.withTimeouts(SILENT)).connect();
        solo.feed(begun(1)).advance(seconds(61));
        assertEquals(List.of(TOO_SLOW), solo.sentInWords());
    }

    @Test
    void anInboxThatIsNotReadIsNotThePeersFault() {
        Inbox inbox = new Inbox();
        Solo solo = new Solo(Role.SERVER, inbox, ConnectionOptions.SERVER.withTimeouts(SILENT)).connect();
        solo.feed(begun(70 << 10)).advance(seconds(1000));
        assertEquals(List.of(), solo.sentInWords());
    }
}
