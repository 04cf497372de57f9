package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 section 5.2, the sender's side. */
class FrameWriterTest {
    private static final int KEY = 0x37FA213D;

    private static String header(BufferKind kind, Opcode opcode, boolean fin, int reservedBits, long length) {
        ByteBuffer dst = kind.room(FrameHeader.MAX_HEADER_BYTES);
        int start = dst.position();
        FrameWriter.header(dst, opcode, fin, reservedBits, length);
        return Bytes.hex(BufferKind.remaining(dst.flip().position(start)));
    }

    private static String header(BufferKind kind, Opcode opcode, boolean fin, int reservedBits, long length,
            int key) {
        ByteBuffer dst = kind.room(FrameHeader.MAX_HEADER_BYTES);
        int start = dst.position();
        FrameWriter.header(dst, opcode, fin, reservedBits, length, key);
        return Bytes.hex(BufferKind.remaining(dst.flip().position(start)));
    }

    @ParameterizedTest
    @CsvSource({ "0, 8200, 8280", "1, 8201, 8281", "125, 827d, 82fd", "126, 827e007e, 82fe007e", //
        "127, 827e007f, 82fe007f", "65535, 827effff, 82feffff",
        "65536, 827f0000000000010000, 82ff0000000000010000",
        "2147483648, 827f0000000080000000, 82ff0000000080000000",
        "9223372036854775807, 827f7fffffffffffffff, 82ff7fffffffffffffff" })
    void theLengthTakesItsShortestForm(long length, String unmasked, String masked) {
        for (BufferKind kind : BufferKind.values()) {
            assertEquals(unmasked, header(kind, Opcode.BINARY, true, 0, length));
            assertEquals(masked + "37fa213d", header(kind, Opcode.BINARY, true, 0, length, KEY));
        }
        assertEquals(unmasked.length() / 2, FrameHeader.headerBytes(length, false));
        assertEquals(masked.length() / 2 + 4, FrameHeader.headerBytes(length, true));
        long frameBytes = FrameHeader.headerBytes(length, false) + length;
        if (frameBytes > 0 && frameBytes <= Integer.MAX_VALUE) {
            assertEquals(length, FrameHeader.payloadBytes((int) frameBytes));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFirstByteHoldsFinAndOpcode(Opcode opcode) {
        String digit = Integer.toHexString(opcode.value());
        assertEquals("8" + digit + "05", header(BufferKind.HEAP, opcode, true, 0, 5));
        assertEquals("8" + digit + "85ffffffff", header(BufferKind.HEAP, opcode, true, 0, 5, -1));
        if (!opcode.isControl()) {
            assertEquals("0" + digit + "05", header(BufferKind.HEAP, opcode, false, 0, 5));
        }
    }

    @Test
    void reservedBitsStandBetweenFinAndOpcode() {
        assertEquals("c100", header(BufferKind.HEAP, Opcode.TEXT, true, 4, 0));
        assertEquals("a100", header(BufferKind.HEAP, Opcode.TEXT, true, 2, 0));
        assertEquals("1200", header(BufferKind.HEAP, Opcode.BINARY, false, 1, 0));
        assertEquals("f280" + "00000001", header(BufferKind.HEAP, Opcode.BINARY, true, 7, 0, 1));
    }

    @Test
    void theZeroKeyIsAKey() {
        assertEquals("818500000000", header(BufferKind.HEAP, Opcode.TEXT, true, 0, 5, 0));
    }

    @Test
    void theLongestHeaderHas14Bytes() {
        assertEquals(FrameHeader.MAX_HEADER_BYTES, FrameHeader.headerBytes(Long.MAX_VALUE, true));
    }

    private static void assertRefused(String message, Opcode opcode, boolean fin, int reservedBits,
            long length) {
        ByteBuffer dst = ByteBuffer.allocate(FrameHeader.MAX_HEADER_BYTES);
        var unmasked = assertThrows(IllegalArgumentException.class,
                () -> FrameWriter.header(dst, opcode, fin, reservedBits, length));
        var masked = assertThrows(IllegalArgumentException.class,
                () -> FrameWriter.header(dst, opcode, fin, reservedBits, length, KEY));
        assertEquals(message, unmasked.getMessage());
        assertEquals(message, masked.getMessage());
        assertEquals(0, dst.position());
    }

    @Test
    void whatEveryReaderRefusesIsNotWritten() {
        assertRefused("negative payload length -1", Opcode.TEXT, true, 0, -1);
        assertRefused("reserved bits are 0 to 7, not 8", Opcode.TEXT, true, 8, 0);
        assertRefused("reserved bits are 0 to 7, not -1", Opcode.TEXT, true, -1, 0);
        assertRefused("a PING frame has no reserved bits", Opcode.PING, true, 4, 0);
        assertRefused("a CONTINUATION frame has no reserved bits", Opcode.CONTINUATION, true, 1, 0);
        assertRefused("a PONG frame is never fragmented", Opcode.PONG, false, 0, 0);
        assertRefused("a CLOSE frame carries at most 125 bytes, not 126", Opcode.CLOSE, true, 0, 126);
    }

    @Test
    void aNegativeLengthHasNoHeader() {
        assertThrows(IllegalArgumentException.class, () -> FrameHeader.headerBytes(-1, true));
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, 125, 126, 65535, 65536 })
    void withoutRoomNothingIsWritten(long length) {
        ByteBuffer dst = ByteBuffer.allocate(FrameHeader.headerBytes(length, false) - 1);
        assertThrows(BufferOverflowException.class,
                () -> FrameWriter.header(dst, Opcode.TEXT, true, 0, length));
        assertEquals(0, dst.position());
        ByteBuffer forMasked = ByteBuffer.allocate(FrameHeader.headerBytes(length, true) - 1);
        assertThrows(BufferOverflowException.class,
                () -> FrameWriter.header(forMasked, Opcode.TEXT, true, 0, length, KEY));
        assertEquals(0, forMasked.position());
    }
}
