package io.duplex.extension;

import static io.duplex.extension.Codecs.ascii;
import static io.duplex.extension.Codecs.decode;
import static io.duplex.extension.Codecs.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7692 section 7.2.2, with the examples of 7.2.3. */
class MessageInflaterTest {
    private static final int LIMIT_BYTES = 1 << 20;

    private final PerMessageDeflate options = PerMessageDeflate.builder()
            .clientNoContextTakeover(false)
            .build();
    private final Extension takeover = Codecs.server(options, "permessage-deflate");
    private final Extension noTakeover = Codecs.server(options,
            "permessage-deflate; client_no_context_takeover");

    private static void assertInvalid(Extension extension, byte[] payload) {
        var e = assertThrows(WebSocketProtocolException.class, () -> decode(extension, payload),
                () -> hex(payload));
        assertEquals(ProtocolError.COMPRESSED_DATA_INVALID, e.error());
    }

    /**
     * Sections 7.2.3.1 (one block), 7.2.3.3 (no compression), 7.2.3.4 (final block), 7.2.3.5 (two blocks).
     */
    @ParameterizedTest
    @ValueSource(strings = { "f2 48 cd c9 c9 07 00", "00 05 00 fa ff 48 65 6c 6c 6f 00",
        "f3 48 cd c9 c9 07 00 00",
        "f2 48 05 00 00 00 ff ff ca c9 c9 07 00" })
    void readsTheExamplesCutAtEveryOffset(String example) throws WebSocketProtocolException {
        byte[] payload = hex(example);
        for (int cut = 0; cut <= payload.length; cut++) {
            for (Extension extension : new Extension[] { takeover, noTakeover }) {
                StringBuilder text = new StringBuilder();
                Extension.Sink sink = piece -> text.append(new String(bytes(piece)));
                extension.decode(ByteBuffer.wrap(payload, 0, cut), false, sink);
                extension.decode(ByteBuffer.wrap(payload, cut, payload.length - cut), true, sink);
                assertEquals("Hello", text.toString());
            }
        }
        assertEquals("Hello", new String(decode(takeover, payload, 1)));
    }

    /** Section 7.2.3.2. */
    @Test
    void readsAMessageThatRefersToTheOneBefore() throws WebSocketProtocolException {
        assertEquals("Hello", new String(decode(takeover, hex("f2 48 cd c9 c9 07 00"))));
        assertEquals("Hello", new String(decode(takeover, hex("f2 00 11 00 00"))));
    }

    @Test
    void refusesSuchAMessageIfTheWindowIsNotTakenOver() throws WebSocketProtocolException {
        assertEquals("Hello", new String(decode(noTakeover, hex("f2 48 cd c9 c9 07 00"))));
        assertInvalid(noTakeover, hex("f2 00 11 00 00"));
    }

    /** Section 7.2.3.6, and an empty last part behind the fragments of a message. */
    @Test
    void readsAnEmptyMessage() throws WebSocketProtocolException {
        for (int i = 0; i < 3; i++) {
            assertEquals(0, decode(takeover, hex("00")).length);
            assertEquals(0, decode(noTakeover, hex("00")).length);
            assertEquals(0, decode(takeover, hex("02 00")).length);
            assertEquals("Hello", new String(decode(takeover, hex("f2 48 cd c9 c9 07 00"))));
        }
    }

    @Test
    void refusesAPayloadWithoutAnyBlock() {
        assertInvalid(takeover, new byte[0]);
        assertInvalid(noTakeover, new byte[0]);
    }

    @Test
    void goesOnBehindFinalBlocksAnywhereInAMessage() throws WebSocketProtocolException {
        assertEquals("HelloHello",
                new String(decode(takeover, hex("f3 48 cd c9 c9 07 00 f2 48 cd c9 c9 07 00"), 3)));
        assertEquals("HelloHello",
                new String(decode(noTakeover, hex("f3 48 cd c9 c9 07 00 f3 48 cd c9 c9 07 00 00"))));
        assertEquals("Hello", new String(decode(takeover, hex("f2 48 cd c9 c9 07 00"))));
    }

    /** Without the zero byte that section 7.2.3.4 wants. */
    @Test
    void takesAMessageThatEndsWithItsFinalBlock() throws WebSocketProtocolException {
        for (int i = 0; i < 2; i++) {
            assertEquals("Hello", new String(decode(takeover, hex("f3 48 cd c9 c9 07 00"))));
            assertEquals("Hello", new String(decode(noTakeover, hex("f3 48 cd c9 c9 07 00"), 1)));
            assertEquals("Hello", new String(decode(takeover, hex("f2 48 cd c9 c9 07 00"))));
        }
    }

    @Test
    void theWayInWhichAPayloadIsCutDoesNotMatter() throws WebSocketProtocolException {
        byte[] message = Codecs.wordy(20_000, 1);
        byte[] payload = Codecs.naiveDeflate(new Deflater(6, true), message);
        for (int partBytes : new int[] { 1, 2, 3, 7, 100, 1000, payload.length - 1, payload.length }) {
            assertArrayEquals(message, decode(noTakeover, payload, partBytes));
        }
    }

    @Test
    void readsEveryKindOfBufferToItsLimitAndLeavesItsContent() throws WebSocketProtocolException {
        byte[] payload = hex("f2 48 cd c9 c9 07 00");
        ByteBuffer direct = ByteBuffer.allocateDirect(20).position(5).put(payload).flip().position(5);
        ByteBuffer offset = ByteBuffer.wrap(new byte[20], 3, 7).put(payload).position(3);
        for (ByteBuffer buffer : new ByteBuffer[] { direct, direct.duplicate().asReadOnlyBuffer(), offset,
            offset.duplicate().asReadOnlyBuffer() }) {
            ByteBuffer before = buffer.duplicate();
            StringBuilder text = new StringBuilder();
            noTakeover.decode(buffer, true, piece -> text.append(new String(bytes(piece))));
            assertEquals("Hello", text.toString());
            assertEquals(0, buffer.remaining());
            assertEquals(ByteBuffer.wrap(payload), before);
        }
    }

    /**
     * Reserved block type, stored length that does not match, distance into nothing, a bit too many at the
     * end.
     */
    @ParameterizedTest
    @ValueSource(strings = { "06", "07 00", "00 05 00 fa fe 48", "f2 00 11 00 00", "ff ff ff ff",
        "f2 48 cd c9 c9 07",
        "f2 48 cd c9", "f2 48", "f2", "00 05 00 fa ff 48 65 6c 6c 6f", "00 05 00 fa ff 48 65", "00 05 00",
        "f2 48 cd c9 c9 07 00 00 00", "f2 48 cd c9 c9 07 00 f2", "f2 48 cd c9 c9 07 00 00 00 ff ff" })
    void refusesWhatIsNotDeflateOrDoesNotEnd(String payload) {
        assertInvalid(noTakeover, hex(payload));
        assertInvalid(takeover, hex(payload));
    }

    @Test
    void refusesEveryMessageThatLacksItsEnd() {
        byte[] payload = Codecs.naiveDeflate(new Deflater(6, true), Codecs.wordy(500, 2));
        for (int length = 0; length < payload.length; length++) {
            assertInvalid(Codecs.server(options, "permessage-deflate; client_no_context_takeover"),
                    Arrays.copyOf(payload, length));
        }
    }

    /** A block of fixed codes has no code table, so that this is exact with context takeover too. */
    @Test
    void refusesEveryMessageThatLacksItsEndThoughTheWindowIsTakenOver() {
        byte[] payload = Codecs.naiveDeflate(new Deflater(6, true), ascii("Hello, Hello, Hello"));
        assertEquals(1, payload[0] >> 1 & 3, "the block has fixed codes");
        for (int length = 0; length < payload.length; length++) {
            assertInvalid(Codecs.server(options, "permessage-deflate"), Arrays.copyOf(payload, length));
        }
    }

    @Test
    void staysFailedAfterCorruptData() {
        for (Extension extension : new Extension[] { takeover, noTakeover }) {
            assertInvalid(extension, hex("ff ff"));
            assertInvalid(extension, hex("f2 48 cd c9 c9 07 00"));
            assertInvalid(extension, hex("00"));
        }
        assertEquals(0, options.inflaters().lent());
        assertEquals(0, options.scratches().lent());
    }

    /**
     * A thousand to one: what is delivered passes the limit by one piece at most, whatever is still to come.
     */
    @Test
    void aBombIsCutAtTheLimit() {
        Deflater deflater = new Deflater(9, true);
        byte[] bomb = Codecs.naiveDeflate(deflater, new byte[64 * LIMIT_BYTES]);
        assertTrue(bomb.length < 64 * LIMIT_BYTES / 1000);
        AtomicLong delivered = new AtomicLong();
        Extension.Sink sink = piece -> {
            if (delivered.addAndGet(piece.remaining()) > LIMIT_BYTES) {
                throw new WebSocketProtocolException(ProtocolError.MESSAGE_TOO_BIG);
            }
        };
        var e = assertThrows(WebSocketProtocolException.class,
                () -> takeover.decode(ByteBuffer.wrap(bomb), true, sink));
        assertEquals(ProtocolError.MESSAGE_TOO_BIG, e.error());
        assertTrue(delivered.get() <= LIMIT_BYTES + Scratch.BYTES, delivered::toString);
        assertEquals(0, options.inflaters().lent());

        long before = delivered.get();
        var again = assertThrows(WebSocketProtocolException.class,
                () -> takeover.decode(ByteBuffer.wrap(bomb), true, sink));
        assertEquals(ProtocolError.MESSAGE_TOO_BIG, again.error());
        assertEquals(before, delivered.get());
    }

    @Test
    void holdsNothingBetweenMessagesIfTheWindowIsNotTakenOver() throws WebSocketProtocolException {
        noTakeover.decode(ByteBuffer.wrap(hex("f2 48")), false, piece -> {});
        assertEquals(1, options.inflaters().lent());
        assertEquals(0, options.scratches().lent());
        noTakeover.decode(ByteBuffer.wrap(hex("cd c9 c9 07 00")), true, piece -> {});
        assertEquals(0, options.inflaters().lent());
        assertEquals(1, options.inflaters().idle());
    }

    @Test
    void holdsTheInflaterUntilItIsClosedIfTheWindowIsTakenOver() throws WebSocketProtocolException {
        assertEquals(0, options.inflaters().lent());
        decode(takeover, hex("00"));
        assertEquals(1, options.inflaters().lent());
        takeover.close();
        takeover.close();
        assertEquals(0, options.inflaters().lent());
        assertThrows(IllegalStateException.class, () -> decode(takeover, hex("00")));
    }

    @Test
    void aCloseInTheMiddleOfACallReleasesAtItsEnd() throws WebSocketProtocolException {
        takeover.decode(ByteBuffer.wrap(hex("f2 48 cd c9 c9 07 00")), true, piece -> {
            takeover.close();
            assertEquals(1, options.inflaters().lent());
        });
        assertEquals(0, options.inflaters().lent());
    }

    @Test
    void aPooledInflaterRemembersNothingOfItsLastMessage() throws WebSocketProtocolException {
        decode(noTakeover, hex("f2 48 cd c9 c9 07 00"));
        assertInvalid(takeover, hex("f2 00 11 00 00"));
        assertEquals("Hello", new String(decode(noTakeover, hex("f2 48 cd c9 c9 07 00"))));
        assertArrayEquals(ascii("Hello"), decode(noTakeover, hex("f2 48 cd c9 c9 07 00")));
    }

    private static byte[] bytes(ByteBuffer piece) {
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        return bytes;
    }
}
