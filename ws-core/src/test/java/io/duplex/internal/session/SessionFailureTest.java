package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.ReadyState;
import io.duplex.SendStatus;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TcpEnd;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * RFC 6455 section 7.1.7: failing the connection. Each row of the table of errors, on the wire and in the
 * callbacks.
 */
class SessionFailureTest {
    private static final Limits SMALL = new Limits(200, 150, 3, 1000);

    private final Recorder recorder = new Recorder();

    private Solo solo(Role role) {
        ConnectionOptions options = Pair.options(ConnectionOptions.SERVER).withLimits(SMALL);
        Solo solo = new Solo(role, recorder, options).connect();
        recorder.expect(new Event.Opened());
        return solo;
    }

    /** Bytes that break the rule, sent to a server, but for the rule that only a client has. */
    private static byte[] breach(ProtocolError error) {
        byte[] noText = { (byte) 0xC0 };
        return switch (error) {
            case UNMASKED_FRAME -> Frames.text("a").bytes();
            case MASKED_FRAME -> Frames.text("a").mask().bytes();
            case RESERVED_BIT, COMPRESSED_DATA_INVALID, COMPRESSED_TOO_BIG ->
                Solo.wire(Role.SERVER, Frames.text("a").withRsv(4));
            case RESERVED_OPCODE -> Solo.wire(Role.SERVER, Frames.of(3));
            case LENGTH_NOT_SHORTEST -> Solo.wire(Role.SERVER, Frames.text("a").withLengthBytes(2));
            case LENGTH_TOP_BIT_SET -> Solo.wire(Role.SERVER, Frames.text("a").claiming(Long.MIN_VALUE));
            case CONTROL_TOO_LONG -> Solo.wire(Role.SERVER, Frames.ping("p".repeat(126)));
            case CONTROL_FRAGMENTED -> Solo.wire(Role.SERVER, Frames.ping("p").notFinal());
            case CONTINUATION_UNEXPECTED -> Solo.wire(Role.SERVER, Frames.continuation());
            case CONTINUATION_EXPECTED ->
                Solo.wire(Role.SERVER, Frames.text("a").notFinal(), Frames.text("b"));
            case CLOSE_PAYLOAD_TRUNCATED -> Solo.wire(Role.SERVER, Frames.of(8, (byte) 3));
            case CLOSE_CODE_INVALID -> Solo.wire(Role.SERVER, Frames.close(1005, ""));
            case CLOSE_REASON_NOT_UTF8 ->
                Solo.wire(Role.SERVER, Frames.of(8, (byte) 3, (byte) 0xE8, noText[0]));
            case TEXT_NOT_UTF8 -> Solo.wire(Role.SERVER, Frames.of(1, noText));
            case FRAME_TOO_BIG -> Solo.wire(Role.SERVER, Frames.binary(new byte[151]));
            case MESSAGE_TOO_BIG -> Solo.wire(Role.SERVER, Frames.binary(new byte[150]).notFinal(),
                    Frames.continuation(new byte[51]));
            case TOO_MANY_FRAGMENTS -> Solo.wire(Role.SERVER, Frames.text("").notFinal(),
                    Frames.continuation().notFinal(), Frames.continuation().notFinal(),
                    Frames.continuation());
        };
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "COMPRESSED_.*")
    void eachBreachIsAnsweredByItsCloseCodeAndReason(ProtocolError error) {
        Role role = error == ProtocolError.MASKED_FRAME ? Role.CLIENT : Role.SERVER;
        Solo solo = solo(role);

        solo.feed(breach(error));

        assertEquals(List.of("close " + error.closeCode() + " " + error.reason()), solo.sentInWords());
        assertEquals(error,
                ((WebSocketProtocolException) recorder.expect(Event.Failed.class).cause()).error());
        assertEquals(role == Role.SERVER, solo.hasEnded(),
                "a server half-closes, a client waits for the server");
        solo.end();
        CloseInfo info = recorder.expect(Event.Closed.class).info();
        assertEquals(Optional.empty(), info.received());
        assertEquals(error.closeCode(), info.sent().orElseThrow().code());
        assertEquals(Initiator.LIBRARY, info.initiator());
        assertFalse(info.clean());
        assertEquals(TcpEnd.FIN_EXCHANGED, info.tcpEnd());
        recorder.assertNothingElse();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "COMPRESSED_.*")
    void nothingBehindABreachIsProcessed(ProtocolError error) {
        Role role = error == ProtocolError.MASKED_FRAME ? Role.CLIENT : Role.SERVER;
        Solo solo = solo(role);

        solo.feed(Frames.join(breach(error),
                Solo.wire(role, Frames.ping("p"), Frames.text("b"), Frames.close(1000, ""))));

        assertEquals(1, solo.sent().size(), "the Close frame only");
        recorder.expect(Event.Failed.class);
        recorder.assertNothingElse();
        assertEquals(ReadyState.CLOSING, solo.socket().readyState());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "FRAME_TOO_BIG | a frame of 151 bytes is longer than the limit of 150 bytes (Limits.maxFrameBytes)",
        "MESSAGE_TOO_BIG | a message of 201 bytes is longer than the limit of 200 bytes "
                + "(Limits.maxMessageBytes)",
        "TOO_MANY_FRAGMENTS | a message of more fragments than the limit of 3 (Limits.maxFragments)" })
    void theApplicationLearnsWhichLimitWasBrokenByHowMuchAndWhatSetsIt(ProtocolError error, String text) {
        solo(Role.SERVER).feed(breach(error));
        assertEquals(text, recorder.expect(Event.Failed.class).cause().getMessage());
    }

    @Test
    void aFailedConnectionTakesNoMessages() {
        Solo solo = solo(Role.SERVER);
        solo.feed(breach(ProtocolError.RESERVED_OPCODE));
        assertEquals(SendStatus.CLOSED, solo.socket().send("late"));
        solo.socket().close();
        solo.run();
        assertEquals(1, solo.sent().size());
    }

    @Test
    void whatIsThrownAwayIsBounded() {
        Solo solo = solo(Role.SERVER);
        solo.feed(breach(ProtocolError.RESERVED_OPCODE));
        solo.feed(new byte[900]);
        assertFalse(solo.wasReset());
        solo.feed(new byte[200]);
        assertTrue(solo.wasReset());
    }

    @Test
    void whatWasSentBeforeLeavesBeforeTheCloseFrame() {
        Solo solo = solo(Role.SERVER);
        solo.socket().send("first");
        solo.feed(breach(ProtocolError.RESERVED_OPCODE));
        assertEquals(List.of("text first", "close 1002 reserved opcode"), solo.sentInWords());
    }

    @Test
    void anExceptionOutOfACallbackFailsTheConnectionWith1011() {
        IllegalStateException thrown = new IllegalStateException("secret");
        recorder.on(Event.Text.class, (ws, text) -> {
            throw thrown;
        });
        Solo solo = solo(Role.SERVER);
        solo.feed(Frames.text("a"), Frames.text("b"));
        recorder.expect(new Event.Text("a"));
        recorder.expect(new Event.Failed(thrown));
        recorder.assertNothingElse();
        assertEquals(List.of("close 1011 internal error"), solo.sentInWords());
    }

    @Test
    void anErrorOutOfACallbackIsAFailureToo() {
        recorder.on(Event.Ping.class, (ws, ping) -> {
            throw new StackOverflowError();
        });
        Solo solo = solo(Role.SERVER);
        solo.feed(Frames.ping("p"));
        recorder.expect(Event.Ping.class);
        assertTrue(recorder.expect(Event.Failed.class).cause() instanceof StackOverflowError);
        assertEquals(List.of("pong p", "close 1011 internal error"), solo.sentInWords());
    }

    @Test
    void anEndWithoutACloseFrameIsReportedAs1006WhichIsNeverSent() {
        Solo solo = solo(Role.SERVER);
        solo.end();
        recorder.expect(Event.Failed.class);
        CloseInfo info = recorder.expect(Event.Closed.class).info();
        assertEquals(1006, info.code());
        assertEquals(Initiator.PEER, info.initiator());
        assertEquals(List.of(), solo.sent());
    }

    @Test
    void abortResetsAndSaysSo() {
        Solo solo = solo(Role.CLIENT);
        solo.socket().abort();
        solo.run();
        assertTrue(solo.wasReset());
        CloseInfo info = recorder.expect(Event.Closed.class).info();
        assertEquals(Initiator.APPLICATION, info.initiator());
        assertEquals(TcpEnd.RESET, info.tcpEnd());
        assertFalse(info.clean());
        recorder.assertNothingElse();
    }
}
