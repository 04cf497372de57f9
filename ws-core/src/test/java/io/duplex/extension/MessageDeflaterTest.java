package io.duplex.extension;

import static io.duplex.extension.Codecs.ascii;
import static io.duplex.extension.Codecs.encode;
import static io.duplex.extension.Codecs.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7692 section 7.2.1, and the examples of 7.2.3 that a deflater writes in one way only. */
class MessageDeflaterTest {
    private final PerMessageDeflate options = PerMessageDeflate.builder()
            .serverNoContextTakeover(false)
            .build();
    private final Extension takeover = Codecs.server(options, "permessage-deflate");
    private final Extension noTakeover = Codecs.server(options,
            "permessage-deflate; server_no_context_takeover");

    /** Section 7.2.3.1. */
    @Test
    void writesAMessageAsOneBlockWithoutTheTail() {
        assertEquals("f2 48 cd c9 c9 07 00", hex(encode(noTakeover, ascii("Hello"), 5)));
    }

    /** Section 7.2.3.2. */
    @Test
    void refersToTheLastMessageIfTheWindowIsTakenOver() {
        assertEquals("f2 48 cd c9 c9 07 00", hex(encode(takeover, ascii("Hello"), 5)));
        assertEquals("f2 00 11 00 00", hex(encode(takeover, ascii("Hello"), 5)));
    }

    @Test
    void beginsAnewIfTheWindowIsNotTakenOver() {
        assertEquals("f2 48 cd c9 c9 07 00", hex(encode(noTakeover, ascii("Hello"), 5)));
        assertEquals("f2 48 cd c9 c9 07 00", hex(encode(noTakeover, ascii("Hello"), 5)));
    }

    /** Section 7.2.3.3 with level 0. */
    @Test
    void writesABlockWithoutCompressionAtLevelZero() {
        Extension stored = Codecs.server(PerMessageDeflate.builder().level(0).build(), "permessage-deflate");
        assertEquals("00 05 00 fa ff 48 65 6c 6c 6f 00", hex(encode(stored, ascii("Hello"), 5)));
    }

    /** Section 7.2.3.6. */
    @Test
    void writesAnEmptyMessageAsOneZeroByteEveryTime() {
        for (int i = 0; i < 3; i++) {
            assertEquals("00", hex(encode(takeover, new byte[0], 1)));
            assertEquals("00", hex(encode(noTakeover, new byte[0], 1)));
        }
        assertEquals("f2 48 cd c9 c9 07 00", hex(encode(takeover, ascii("Hello"), 5)));
        assertEquals("00", hex(encode(takeover, new byte[0], 1)));
        assertEquals("f2 00 11 00 00", hex(encode(takeover, ascii("Hello"), 5)));
    }

    @Test
    void theWayInWhichAMessageIsCutDoesNotMatter() {
        byte[] message = Codecs.wordy(300, 1);
        byte[] whole = encode(noTakeover, message, message.length);
        for (int partBytes = 1; partBytes < message.length; partBytes++) {
            assertArrayEquals(whole, encode(noTakeover, message, partBytes));
        }
    }

    @Test
    void readsEveryKindOfBufferToItsLimitAndLeavesItsContent() {
        byte[] message = Codecs.wordy(2000, 2);
        byte[] expected = encode(noTakeover, message, message.length);
        ByteBuffer direct = ByteBuffer.allocateDirect(3000).position(500).put(message).flip().position(500);
        ByteBuffer offset = ByteBuffer.wrap(new byte[3000], 700, 2000).put(message).position(700);
        for (ByteBuffer buffer : new ByteBuffer[] { direct, direct.duplicate().asReadOnlyBuffer(), offset,
            offset.duplicate().asReadOnlyBuffer(), offset.slice(700, 2000) }) {
            ByteBuffer before = buffer.duplicate();
            var out = new java.io.ByteArrayOutputStream();
            noTakeover.encode(buffer, true, piece -> {
                byte[] bytes = new byte[piece.remaining()];
                piece.get(bytes);
                out.writeBytes(bytes);
            });
            assertArrayEquals(expected, out.toByteArray());
            assertEquals(0, buffer.remaining());
            assertEquals(ByteBuffer.wrap(message), before);
        }
    }

    /** The tail that must go may fall anywhere in the pieces of output, also across two. */
    @Test
    void cutsTheTailWhereverThePiecesEnd() {
        for (int length = Scratch.BYTES - 40; length < Scratch.BYTES + 40; length++) {
            byte[] message = Codecs.noise(length, 3);
            byte[] payload = encode(noTakeover, message, length);
            assertArrayEquals(message, new ReferenceInflater(15).inflateMessage(payload),
                    () -> "" + message.length);
        }
    }

    @Test
    void putsOutPiecesOfBoundedSizeAndNoEmptyOnes() {
        AtomicInteger greatest = new AtomicInteger();
        ByteBuffer noise = ByteBuffer.wrap(Codecs.noise(100_000, 4));
        noTakeover.encode(noise, true, piece -> {
            assertTrue(piece.hasRemaining());
            greatest.accumulateAndGet(piece.remaining(), Math::max);
        });
        assertTrue(greatest.get() <= Scratch.BYTES);
    }

    /** Section 7.1.2.1: no distance reaches out of the window that was agreed on. */
    @ParameterizedTest
    @ValueSource(ints = { 8, 9, 10, 11, 12, 13, 14, 15 })
    void keepsTheWindowThatThePeerAskedFor(int bits) {
        for (String takeoverParameter : new String[] { "", "; server_no_context_takeover" }) {
            Extension extension = Codecs.server(options,
                    "permessage-deflate; server_max_window_bits=" + bits + takeoverParameter);
            ReferenceInflater peer = new ReferenceInflater(bits);
            for (int length : new int[] { 10, 1 << bits, 1, 0, (1 << bits) - 11, 3000, 70_000 }) {
                byte[] message = Codecs.wordy(length, length);
                byte[] payload = encode(extension, message, 1000);
                assertArrayEquals(message, peer.inflateMessage(payload));
                if (!takeoverParameter.isEmpty()) {
                    peer.forgetWindow();
                }
            }
            extension.close();
        }
    }

    @Test
    void aMessageThatFitsIntoTheSmallWindowCompressesAsWell() {
        Extension small = Codecs.server(options, "permessage-deflate; server_max_window_bits=10");
        byte[] message = Codecs.wordy(1024, 5);
        assertEquals(encode(takeover, message, 1024).length, encode(small, message, 1024).length);
    }

    @Test
    void aSinkThatFailsEndsTheEncoderForGood() {
        assertThrows(UnsupportedOperationException.class,
                () -> takeover.encode(ByteBuffer.wrap(ascii("Hello")), true, piece -> {
                    throw new UnsupportedOperationException();
                }));
        assertThrows(IllegalStateException.class, () -> encode(takeover, ascii("Hello"), 5));
        assertEquals(0, options.deflaters().lent());
        assertEquals(0, options.scratches().lent());
    }

    @Test
    void holdsNothingBetweenMessagesIfTheWindowIsNotTakenOver() {
        noTakeover.encode(ByteBuffer.wrap(ascii("Hel")), false, piece -> {});
        assertEquals(1, options.deflaters().lent());
        assertEquals(0, options.scratches().lent());
        noTakeover.encode(ByteBuffer.wrap(ascii("lo")), true, piece -> {});
        assertEquals(0, options.deflaters().lent());
        assertEquals(1, options.deflaters().idle());
    }

    @Test
    void holdsTheDeflaterUntilItIsClosedIfTheWindowIsTakenOver() {
        assertEquals(0, options.deflaters().lent());
        encode(takeover, ascii("Hello"), 5);
        assertEquals(1, options.deflaters().lent());
        takeover.close();
        takeover.close();
        assertEquals(0, options.deflaters().lent());
        assertThrows(IllegalStateException.class, () -> encode(takeover, ascii("Hello"), 5));
    }

    @Test
    void aCloseInTheMiddleOfACallReleasesAtItsEnd() {
        takeover.encode(ByteBuffer.wrap(Codecs.noise(50_000, 6)), true, piece -> {
            takeover.close();
            assertEquals(1, options.deflaters().lent());
        });
        assertEquals(0, options.deflaters().lent());
        assertThrows(IllegalStateException.class, () -> encode(takeover, ascii("Hello"), 5));
    }
}
