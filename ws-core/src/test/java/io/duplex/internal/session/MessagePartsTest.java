package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.Delivery;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.testkit.Event;
import io.duplex.testkit.Payload;
import io.duplex.testkit.Recorder;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MessagePartsTest {
    private static final String ALL_LENGTHS = "a\u00e9\u20ac\ud83d\ude00.\u07ff\uffff\udbff\udfff";

    private final Recorder recorder = new Recorder(Delivery.PARTS);
    private final Sinks sinks = new Sinks(recorder);
    private final MessageParts sink = new MessageParts(100, sinks.callbacks());

    @BeforeEach
    void open() {
        sinks.open();
    }

    @AfterEach
    void nothingElseHappened() {
        recorder.assertNothingElse();
    }

    @Test
    void partsArePassedOnAsTheyCome() throws WebSocketProtocolException {
        sink.begin(false);
        sink.part(Sinks.bytes("ab"), false);
        sink.part(Sinks.bytes("c"), true);
        recorder.expect(new Event.BinaryPart(Payload.of("ab"), false));
        recorder.expect(new Event.BinaryPart(Payload.of("c"), true));
    }

    @Test
    void anEmptyPartMattersOnlyAtTheEnd() throws WebSocketProtocolException {
        for (boolean text : new boolean[] { true, false }) {
            sink.begin(text);
            sink.part(Sinks.bytes(""), false);
            sink.part(Sinks.bytes("a"), false);
            sink.part(Sinks.bytes(""), true);
        }
        recorder.expect(new Event.TextPart("a", false));
        recorder.expect(new Event.TextPart("", true));
        recorder.expect(new Event.BinaryPart(Payload.of("a"), false));
        recorder.expect(new Event.BinaryPart(Payload.of(""), true));
    }

    @Test
    void noCharacterIsSplitByAnyTwoCuts() throws WebSocketProtocolException {
        byte[] bytes = Payload.of(ALL_LENGTHS).bytes();
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                sink.begin(true);
                sink.part(ByteBuffer.wrap(bytes, 0, first), false);
                sink.part(ByteBuffer.wrap(bytes, first, second - first), false);
                sink.part(ByteBuffer.wrap(bytes, second, bytes.length - second), true);
                assertEquals(ALL_LENGTHS, joinedText());
            }
        }
    }

    @Test
    void byteByByteGivesTheSameText() throws WebSocketProtocolException {
        byte[] bytes = Payload.of(ALL_LENGTHS).bytes();
        sink.begin(true);
        for (int i = 0; i < bytes.length; i++) {
            sink.part(ByteBuffer.wrap(bytes, i, 1), i == bytes.length - 1);
        }
        assertEquals(ALL_LENGTHS, joinedText());
    }

    private String joinedText() {
        StringBuilder all = new StringBuilder();
        for (;;) {
            Event.TextPart part = recorder.expect(Event.TextPart.class);
            assertFalse(endsInsideASurrogatePair(part.text()), () -> "split: " + part);
            all.append(part.text());
            if (part.last()) {
                return all.toString();
            }
        }
    }

    private static boolean endsInsideASurrogatePair(String text) {
        return !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
    }

    @Test
    void theLimitHoldsOverAllParts() throws WebSocketProtocolException {
        sink.begin(false);
        sink.part(ByteBuffer.wrap(new byte[100]), false);
        WebSocketProtocolException thrown = assertThrows(WebSocketProtocolException.class,
                () -> sink.part(ByteBuffer.wrap(new byte[1]), true));
        assertEquals(ProtocolError.MESSAGE_TOO_BIG, thrown.error());
        recorder.expect(new Event.BinaryPart(new Payload(new byte[100]), false));
    }

    @Test
    void theFirstWrongByteFails() throws WebSocketProtocolException {
        sink.begin(true);
        sink.part(Sinks.bytes("a"), false);
        assertThrows(WebSocketProtocolException.class,
                () -> sink.part(ByteBuffer.wrap(new byte[] { -1 }), false));
        recorder.expect(new Event.TextPart("a", false));
    }

    @Test
    void eachPartIsOneOfTheDemand() throws WebSocketProtocolException {
        sinks.demand().pause();
        sinks.demand().add(2);
        sink.begin(false);
        sink.part(Sinks.bytes("a"), false);
        sink.part(Sinks.bytes("b"), true);
        assertFalse(sinks.demand().isOpen());
        recorder.expect(new Event.BinaryPart(Payload.of("a"), false));
        recorder.expect(new Event.BinaryPart(Payload.of("b"), true));
    }
}
