package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.ConnectionClosedException;
import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What came before the peer's Close frame, or before a broken one, may be answered first (docs/closing.md),
 * in each style.
 */
class SessionInputEndTest {
    private static final Duration NOW = Duration.ZERO;

    private final Inbox inbox = new Inbox();
    private final Solo solo = new Solo(Role.SERVER, inbox, Pair.options(ConnectionOptions.SERVER)).connect();
    private final WebSocket ws = solo.socket();

    private void receive(String text) throws Exception {
        assertEquals(new Message.Text(text), ws.receive(NOW));
    }

    @Test
    void theCloseFrameIsAnsweredWhenTheApplicationAsksForMore() throws Exception {
        solo.feed(Frames.text("a"), Frames.text("b"), Frames.close(1000, "bye"));
        receive("a");
        receive("b");
        assertEquals(SendStatus.ACCEPTED, ws.send("answer"));
        assertEquals(List.of("text answer"), solo.run().sentInWords());
        assertNull(ws.receive());
        assertEquals(List.of("close 1000 bye"), solo.run().sentInWords());
        assertThrows(ConnectionClosedException.class, () -> ws.send("late"));
        solo.end();
        assertTrue(ws.closeFuture().join().normal());
    }

    @Test
    void aFailureIsSaidWhenTheApplicationAsksForMore() throws Exception {
        solo.feed(Frames.text("a"), Frames.of(3), Frames.text("never seen"));
        receive("a");
        assertEquals(SendStatus.ACCEPTED, ws.send("answer"));
        assertEquals(List.of("text answer"), solo.run().sentInWords());
        assertThrows(java.util.concurrent.TimeoutException.class, () -> ws.receive(NOW), "TCP has not ended");
        assertEquals(List.of("close 1002 reserved opcode"), solo.run().sentInWords());
        solo.end();
        ConnectionClosedException thrown = assertThrows(ConnectionClosedException.class, ws::receive);
        assertInstanceOf(WebSocketProtocolException.class, thrown.getCause());
        assertSame(ws.closeFuture().join(), thrown.closeInfo().orElseThrow());
    }

    @Test
    void aCloseFrameBehindNothingIsAnsweredAtOnce() {
        assertEquals(List.of("close 1000"), words(solo.feed(Frames.close(1000, ""))));
    }

    private static List<String> words(Solo of) {
        return of.sentInWords().stream().map(String::strip).toList();
    }

    @Test
    void anApplicationThatDoesNotAskHasHalfOfTheCloseDeadline() throws Exception {
        solo.feed(Frames.text("a"), Frames.close(1000, ""));
        receive("a");
        solo.advance(Duration.ofMillis(4900));
        assertEquals(SendStatus.ACCEPTED, ws.send("answer"));
        assertEquals(List.of("text answer"), words(solo.run()));
        solo.advance(Duration.ofMillis(100));
        assertEquals(List.of("close 1000"), words(solo));
        assertThrows(ConnectionClosedException.class, () -> ws.send("late"));
        solo.end();
        assertSame(TcpEnd.FIN_EXCHANGED, ws.closeFuture().join().tcpEnd());
        assertNull(ws.receive());
    }

    @Test
    void aFailureIsSaidAfterHalfOfTheCloseDeadlineToo() throws Exception {
        solo.feed(Frames.text("a"), Frames.of(3));
        solo.advance(Duration.ofSeconds(5));
        assertEquals(List.of("close 1002 reserved opcode"), words(solo));
        solo.advance(Duration.ofSeconds(4));
        assertFalse(solo.wasReset());
        solo.advance(Duration.ofSeconds(1));
        assertTrue(solo.wasReset(), "at the close deadline");
        receive("a");
        assertThrows(ConnectionClosedException.class, ws::receive);
    }

    @Test
    void anApplicationThatClosesHasAnsweredAll() {
        solo.feed(Frames.text("a"), Frames.close(1001, ""));
        ws.close(4000, "mine");
        assertEquals(List.of("close 4000 mine"), words(solo.run()));
        assertTrue(solo.hasEnded(), "both Close frames were exchanged");
    }

    @Test
    void anApplicationThatClosesBehindABrokenFrameLetsThePeerHearOfThat() {
        solo.feed(Frames.text("a"), Frames.of(3));
        ws.close(1000, "mine");
        assertEquals(List.of("close 1002 reserved opcode"), words(solo.run()));
    }

    @Test
    void aResetIsNotWaitedFor() throws Exception {
        solo.feed(Frames.text("a"));
        solo.host().fail(new IOException("reset"), TcpEnd.BROKEN);
        assertThrows(ConnectionClosedException.class, () -> ws.send("late"));
        receive("a");
        CloseInfo info = assertThrows(ConnectionClosedException.class, ws::receive).closeInfo().orElseThrow();
        assertEquals("reset", info.cause().orElseThrow().getMessage());
    }

    @Test
    void callbacksOnAnExecutorAnswerBeforeAFailureToo() {
        ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        Recorder recorder = new Recorder().on(Event.Text.class, (socket, text) -> {
            assertEquals(SendStatus.ACCEPTED, socket.send(text.text()));
        });
        Solo off = new Solo(recorder, Pair.options(ConnectionOptions.SERVER), tasks::add).connect();
        off.feed(Frames.text("a"), Frames.text("b"), Frames.of(3));
        assertEquals(List.of(), off.sentInWords());
        runAll(tasks);
        assertEquals(List.of("text a", "text b", "close 1002 reserved opcode"), off.run().sentInWords());
        off.end();
        runAll(tasks);
        recorder.expect(new Event.Opened());
        recorder.expect(new Event.Text("a"));
        recorder.expect(new Event.Text("b"));
        assertInstanceOf(WebSocketProtocolException.class, recorder.expect(Event.Failed.class).cause());
        recorder.expect(Event.Closed.class);
    }

    private static void runAll(ArrayDeque<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    // ---- arguments

    @Test
    void argumentsThatAreNullAreNamed() {
        assertNamed("text", () -> ws.send((String) null));
        assertNamed("payload", () -> ws.send((byte[]) null));
        assertNamed("payload", () -> ws.send((java.nio.ByteBuffer) null));
        assertNamed("message", () -> ws.send((io.duplex.PreparedMessage) null));
        assertNamed("message", () -> ws.trySend(null));
        assertNamed("message", () -> ws.sendAsync(null));
        assertNamed("part", () -> ws.sendPart((String) null, true));
        assertNamed("part", () -> ws.sendPart((java.nio.ByteBuffer) null, true));
        assertNamed("payload", () -> ws.sendPong(null));
        assertNamed("timeout", () -> ws.receive(null));
        assertNamed("timeout", () -> ws.closeAndWait(null));
        assertNamed("reason", () -> ws.close(1000, null));
        assertNamed("mode", () -> ws.close(1000, "", null));
        assertTrue(solo.run().sentInWords().isEmpty());
    }

    private static void assertNamed(String name, org.junit.jupiter.api.function.Executable call) {
        assertEquals(name, assertThrows(NullPointerException.class, call).getMessage());
    }
}
