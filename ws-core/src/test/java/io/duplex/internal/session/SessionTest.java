package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Message;
import io.duplex.ReadyState;
import io.duplex.SendStatus;
import io.duplex.frame.CloseStatus;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Cuts;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.testkit.Recorder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An open connection: bytes in, callbacks; sends, bytes out. */
class SessionTest {
    private static final Frames[] CONVERSATION = { Frames.text("Hello"), Frames.ping("p"),
        Frames.text("Gr\u00fc").notFinal(), Frames.pong("q"), Frames.continuation("\u00dfe\u20ac".getBytes()),
        Frames.binary(new byte[300]), Frames.text(""), Frames.binary(), Frames.ping(""),
        Frames.close(1001, "away") };

    private final Recorder recorder = new Recorder();

    private Solo solo(Role role) {
        Solo solo = new Solo(role, recorder).connect();
        recorder.expect(new Event.Opened());
        return solo;
    }

    // ---- however the bytes are cut

    private static void assertConversation(Recorder seen) {
        seen.expect(new Event.Opened());
        seen.expect(new Event.Text("Hello"));
        seen.expect(new Event.Ping(Payload.of("p")));
        seen.expect(new Event.Pong(Payload.of("q")));
        seen.expect(new Event.Text("Gr\u00fc\u00dfe\u20ac"));
        seen.expect(new Event.Binary(new Payload(new byte[300])));
        seen.expect(new Event.Text(""));
        seen.expect(new Event.Binary(Payload.of("")));
        seen.expect(new Event.Ping(Payload.of("")));
        assertEquals(1001, seen.expect(Event.Closed.class).info().code());
        seen.assertNothingElse();
    }

    @ParameterizedTest
    @EnumSource
    void everyCutGivesTheSameEvents(Role role) {
        int length = Solo.wire(role, CONVERSATION).length;
        for (int cut = 0; cut <= length; cut++) {
            Recorder seen = new Recorder();
            new Solo(role, seen).cut(Cuts.at(cut)).connect().feed(CONVERSATION).end();
            assertConversation(seen);
        }
    }

    @ParameterizedTest
    @EnumSource
    void byteByByteGivesTheSameEvents(Role role) {
        new Solo(role, recorder).cut(Cuts.every(1)).connect().feed(CONVERSATION).end();
        assertConversation(recorder);
    }

    // ---- sending

    @Test
    void sendsLeaveInTheirOrderAndTogether() {
        Solo solo = solo(Role.SERVER);
        long before = solo.host().outputReadyCalls();
        assertEquals(SendStatus.ACCEPTED, solo.socket().send("a"));
        solo.socket().send(new byte[] { 98 });
        solo.socket().send(ByteBuffer.wrap(new byte[] { 99 }));
        assertEquals(1, solo.host().outputReadyCalls() - before, "one call for a burst");
        solo.run();
        assertEquals(List.of("text a", "binary b", "binary c"), solo.sentInWords());
    }

    @Test
    void anAnswerOutOfACallbackLeavesBehindIt() {
        recorder.on(Event.Text.class, (ws, text) -> ws.send(text.text() + "!"));
        Solo solo = solo(Role.SERVER).feed(Frames.text("a"), Frames.text("b"));
        assertEquals(List.of("text a!", "text b!"), solo.sentInWords());
    }

    @Test
    void onlyOpenConnectionsTakeMessages() {
        List<SendStatus> inOnClose = new ArrayList<>();
        recorder.on(Event.Closed.class, (ws, closed) -> inOnClose.add(ws.send("late")));
        Solo solo = solo(Role.SERVER).feed(Frames.close(1000, ""));
        assertEquals(SendStatus.CLOSED, solo.socket().send("late"));
        solo.end();
        assertEquals(List.of(SendStatus.CLOSED), inOnClose);
    }

    @Test
    void theCompletionComesWhenTheSocketHasTakenTheMessage() {
        Solo solo = solo(Role.SERVER);
        CompletableFuture<Void> done = solo.socket().sendAsync(new Message.Text("a"));
        assertFalse(done.isDone());
        assertEquals(3, solo.socket().bufferedAmount());
        solo.run();
        assertTrue(done.isDone());
        assertEquals(0, solo.socket().bufferedAmount());
    }

    @Test
    void eachPingIsAnsweredWhileLittleWaits() {
        Solo solo = solo(Role.SERVER).feed(Frames.ping("1"), Frames.ping("2"), Frames.ping("3"));
        assertEquals(List.of("pong 1", "pong 2", "pong 3"), solo.sentInWords());
    }

    @Test
    void manyPingsBehindThatCostOnePongOfTheNewest() {
        Frames[] pings = new Frames[140];
        Arrays.setAll(pings, i -> Frames.ping("x".repeat(100) + i));
        List<String> sent = solo(Role.SERVER).feed(pings).sentInWords();
        assertTrue(sent.size() < 50, () -> sent.size() + " pongs");
        assertEquals("pong " + "x".repeat(100) + 139, sent.get(sent.size() - 1));
    }

    // ---- back-pressure

    @Test
    void aPauseHoldsMessagesBackAndADemandLetsSomeIn() {
        Solo solo = solo(Role.SERVER);
        solo.socket().pause();
        solo.feed(Frames.text("a"), Frames.text("b"), Frames.text("c"));
        // The bytes of the first read reach a layer that looked away meanwhile.
        recorder.assertNothingElse();
        solo.socket().demand(2);
        solo.run();
        recorder.expect(new Event.Text("a"));
        recorder.expect(new Event.Text("b"));
        recorder.assertNothingElse();
        solo.socket().resume();
        solo.run();
        recorder.expect(new Event.Text("c"));
    }

    @Test
    void aPauseInsideACallbackHoldsTheNextMessageOfTheSameRead() {
        recorder.on(Event.Text.class, (ws, text) -> ws.pause());
        Solo solo = solo(Role.SERVER).feed(Frames.text("a"), Frames.text("b"));
        recorder.expect(new Event.Text("a"));
        recorder.assertNothingElse();
        solo.socket().resume();
        solo.run();
        recorder.expect(new Event.Text("b"));
    }

    // ---- codes that are never on the wire, even if a handler asks for them

    @Test
    void aCloseFrameCannotHoldAReservedCode() {
        for (int code : new int[] { 1005, 1006, 1015 }) {
            try {
                CloseStatus.of(code, "");
                throw new AssertionError("made a Close frame of " + code);
            } catch (IllegalArgumentException expected) {
                assertTrue(expected.getMessage().contains(Integer.toString(code)));
            }
        }
    }

    @Test
    void theStatesFollowEachOther() {
        Solo solo = new Solo(Role.SERVER, recorder);
        solo.host().attach();
        assertEquals(ReadyState.CONNECTING, solo.socket().readyState());
        assertEquals(SendStatus.CLOSED, solo.socket().send("early"));
        solo.host().connected();
        assertEquals(ReadyState.OPEN, solo.socket().readyState());
        solo.feed(Frames.close());
        assertEquals(ReadyState.CLOSING, solo.socket().readyState());
        solo.end();
        assertEquals(ReadyState.CLOSED, solo.socket().readyState());
    }
}
