package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.testkit.Event;
import io.duplex.testkit.Payload;
import io.duplex.testkit.Recorder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeMessagesTest {
    private static final String ALL_LENGTHS = "a\u00e9\u20ac\ud83d\ude00.";
    private static final int LIMIT_BYTES = 200_000;

    private final List<Long> held = new ArrayList<>();
    private final Recorder recorder = new Recorder();
    private final Sinks sinks = new Sinks(recorder);
    private final WholeMessages sink = new WholeMessages(LIMIT_BYTES, sinks.callbacks(), held::add);

    @BeforeEach
    void open() {
        sinks.open();
    }

    @AfterEach
    void nothingElseHappened() {
        recorder.assertNothingElse();
    }

    @Test
    void aMessageInOnePartIsPassedOn() throws WebSocketProtocolException {
        send(sink, true, "text");
        send(sink, false, "binary");
        recorder.expect(new Event.Text("text"));
        recorder.expect(new Event.Binary(Payload.of("binary")));
    }

    @Test
    void anEmptyMessageIsAMessage() throws WebSocketProtocolException {
        send(sink, true, "");
        send(sink, false, "");
        recorder.expect(new Event.Text(""));
        recorder.expect(new Event.Binary(Payload.of("")));
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void partsAreAssembled(boolean text) throws WebSocketProtocolException {
        sink.begin(text);
        sink.part(Sinks.bytes("a"), false);
        sink.part(Sinks.bytes(""), false);
        sink.part(Sinks.bytes("bc"), false);
        sink.part(Sinks.bytes(""), true);
        send(sink, text, "next");
        for (String expected : List.of("abc", "next")) {
            recorder.expect(text ? new Event.Text(expected) : new Event.Binary(Payload.of(expected)));
        }
    }

    @Test
    void charactersSurviveEveryCut() throws WebSocketProtocolException {
        byte[] bytes = Payload.of(ALL_LENGTHS).bytes();
        for (int cut = 0; cut <= bytes.length; cut++) {
            sink.begin(true);
            sink.part(ByteBuffer.wrap(bytes, 0, cut), false);
            sink.part(ByteBuffer.wrap(bytes, cut, bytes.length - cut), true);
            recorder.expect(new Event.Text(ALL_LENGTHS));
        }
    }

    @Test
    void aLargeMessageGrowsPartByPart() throws WebSocketProtocolException {
        String part = "0123456789".repeat(1000);
        sink.begin(false);
        sink.announce(LIMIT_BYTES, true);
        for (int i = 1; i <= 20; i++) {
            sink.part(Sinks.bytes(part), i == 20);
        }
        recorder.expect(new Event.Binary(Payload.of(part.repeat(20))));
    }

    @Test
    void assembledBytesAreReadOnlyForTheApplication() throws WebSocketProtocolException {
        List<Boolean> readOnly = new ArrayList<>();
        Sinks other = new Sinks(new io.duplex.WebSocketHandler() {
            @Override
            public void onBinary(io.duplex.WebSocket ws, ByteBuffer payload) {
                readOnly.add(payload.isReadOnly());
            }
        });
        WholeMessages whole = new WholeMessages(100, other.callbacks(), bytes -> {});
        whole.begin(false);
        whole.part(Sinks.bytes("a"), false);
        whole.part(Sinks.bytes("b"), true);
        assertEquals(List.of(true), readOnly);
    }

    // ---- memory

    @Test
    void memoryIsTakenForBytesThatHaveComeAndNeverMoreThanFourTimesTheirNumber()
            throws WebSocketProtocolException {
        sink.begin(false);
        sink.announce(LIMIT_BYTES, false);
        int came = 0;
        for (int bytes : List.of(1, 255, 1, 4000, 100, 30_000, 165_643)) {
            sink.part(ByteBuffer.wrap(new byte[bytes]), false);
            came += bytes;
            assertTrue(held.getLast() <= Math.max(256, 4L * came), held + " for " + came);
            assertTrue(held.getLast() >= came, held + " for " + came);
        }
        assertEquals((long) LIMIT_BYTES, held.getLast(), "never more than the limit");
    }

    @Test
    void theLastFrameIsTheEndOfTheGrowth() throws WebSocketProtocolException {
        sink.begin(false);
        sink.part(ByteBuffer.wrap(new byte[10]), false);
        sink.announce(990, true);
        sink.part(ByteBuffer.wrap(new byte[490]), false);
        sink.part(ByteBuffer.wrap(new byte[500]), true);
        assertEquals(List.of(256L, 1000L, 0L), held);
        recorder.expect(Event.Binary.class);
    }

    @Test
    void anArrayGrowsInFewStepsHoweverShortTheFragments() throws WebSocketProtocolException {
        sink.begin(false);
        for (int i = 0; i < LIMIT_BYTES; i++) {
            sink.announce(1, i == LIMIT_BYTES - 1);
            sink.part(ByteBuffer.wrap(new byte[1]), i == LIMIT_BYTES - 1);
        }
        recorder.expect(Event.Binary.class);
        // Each step copies what it replaces; so all together they copy less than a third of the message.
        assertEquals(List.of(256L, 1028L, 4116L, 16_468L, 65_876L, 200_000L, 0L), held);
    }

    @Test
    void nothingIsHeldForMessagesThatArriveInOnePiece() throws WebSocketProtocolException {
        send(sink, false, "whole");
        assertEquals(List.of(), held);
        recorder.expect(Event.Binary.class);
    }

    // ---- limits

    @Test
    void aMessageOfTheLimitPasses() throws WebSocketProtocolException {
        byte[] most = new byte[LIMIT_BYTES];
        sink.begin(false);
        sink.announce(LIMIT_BYTES, true);
        sink.part(ByteBuffer.wrap(most), true);
        recorder.expect(new Event.Binary(new Payload(most)));
    }

    @Test
    void oneByteMoreIsRefusedWhenItIsAnnounced() throws WebSocketProtocolException {
        sink.begin(false);
        sink.announce(LIMIT_BYTES - 1, false);
        sink.part(ByteBuffer.wrap(new byte[LIMIT_BYTES - 1]), false);
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, () -> sink.announce(2, true));
    }

    @Test
    void anAnnouncedLengthCannotOverflow() throws WebSocketProtocolException {
        sink.begin(false);
        sink.part(ByteBuffer.wrap(new byte[10]), false);
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, () -> sink.announce(Long.MAX_VALUE, true));
    }

    @Test
    void oneByteMoreIsRefusedWhenItComesUnannounced() throws WebSocketProtocolException {
        sink.begin(false);
        sink.part(ByteBuffer.wrap(new byte[LIMIT_BYTES]), false);
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, () -> sink.part(ByteBuffer.wrap(new byte[1]), true));
    }

    // ---- RFC 6455 section 8.1

    @Test
    void theFirstWrongByteFails() throws WebSocketProtocolException {
        sink.begin(true);
        sink.part(Sinks.bytes("good"), false);
        assertRefused(ProtocolError.TEXT_NOT_UTF8,
                () -> sink.part(ByteBuffer.wrap(new byte[] { (byte) 0xC0 }), false));
    }

    @Test
    void aTextThatEndsInsideACharacterFails() throws WebSocketProtocolException {
        sink.begin(true);
        assertRefused(ProtocolError.TEXT_NOT_UTF8,
                () -> sink.part(ByteBuffer.wrap(new byte[] { (byte) 0xE2, (byte) 0x82 }), true));
    }

    @Test
    void binaryMessagesMayHoldAnyBytes() throws WebSocketProtocolException {
        byte[] any = { (byte) 0xC0, (byte) 0xFF };
        sink.begin(false);
        sink.part(ByteBuffer.wrap(any), true);
        recorder.expect(new Event.Binary(new Payload(any)));
    }

    @Test
    void whatAnApplicationKeepsOfAnAssembledMessageStays() throws WebSocketProtocolException {
        List<ByteBuffer> kept = new ArrayList<>();
        Sinks other = new Sinks(new io.duplex.WebSocketHandler() {
            @Override
            public void onBinary(io.duplex.WebSocket ws, byte[] payload) {
                kept.add(ByteBuffer.wrap(payload));
            }
        });
        WholeMessages whole = new WholeMessages(100, other.callbacks(), bytes -> {});
        byte[] transport = "ab".getBytes();
        whole.begin(false);
        whole.part(ByteBuffer.wrap(transport), true);
        Arrays.fill(transport, (byte) 0);
        assertEquals(Payload.of("ab"), Payload.copyOf(kept.getFirst()));
        assertTrue(kept.getFirst().hasArray());
        assertFalse(kept.getFirst().array() == transport);
    }

    private static void send(MessageSink to, boolean text, String content) throws WebSocketProtocolException {
        to.begin(text);
        to.part(Sinks.bytes(content), true);
    }

    private static void assertRefused(ProtocolError error,
            org.junit.jupiter.api.function.Executable executable) {
        assertEquals(error, assertThrows(WebSocketProtocolException.class, executable).error());
    }
}
