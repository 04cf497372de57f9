package io.duplex.frame;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes frame headers (RFC 6455 section 5.2), always with the shortest form of the length. The caller writes
 * the payload after the header: as it is, or through {@link Mask#copy} with the header's key.
 *
 * <p>
 * Refuses headers that every reader must reject: a fragmented or long control frame, a reserved bit on a
 * frame that is not the first of a message. Does not check the order of frames. There is no state and no
 * allocation here.
 */
public final class FrameWriter {
    private FrameWriter() {}

    /**
     * Writes the header of an unmasked frame, as a server sends it.
     *
     * @param dst the destination; its position advances past the header
     * @param opcode the frame's opcode
     * @param fin whether this is the message's last frame
     * @param reservedBits 0 to 7: 4 is RSV1, 2 is RSV2, 1 is RSV3
     * @param payloadLength the payload's length in bytes, not negative
     * @throws IllegalArgumentException if the length is negative, the bits are not 0 to 7, a control frame is
     *             fragmented or longer than 125 bytes, or a frame other than TEXT and BINARY has reserved
     *             bits
     * @throws BufferOverflowException if there is not enough room; the buffer is unchanged then
     */
    public static void header(ByteBuffer dst, Opcode opcode, boolean fin, int reservedBits,
            long payloadLength) {
        checkFrame(opcode, fin, reservedBits, payloadLength);
        checkRoom(dst, FrameHeader.headerBytes(payloadLength, false));
        putStart(dst, firstByte(opcode, fin, reservedBits), 0, payloadLength);
    }

    /**
     * Writes the header of a masked frame, as a client sends it.
     *
     * @param dst the destination; its position advances past the header
     * @param opcode the frame's opcode
     * @param fin whether this is the message's last frame
     * @param reservedBits 0 to 7: 4 is RSV1, 2 is RSV2, 1 is RSV3
     * @param payloadLength the payload's length in bytes, not negative
     * @param key the masking key, a fresh one for each frame; any value
     * @throws IllegalArgumentException if the length is negative, the bits are not 0 to 7, a control frame is
     *             fragmented or longer than 125 bytes, or a frame other than TEXT and BINARY has reserved
     *             bits
     * @throws BufferOverflowException if there is not enough room; the buffer is unchanged then
     */
    public static void header(ByteBuffer dst, Opcode opcode, boolean fin, int reservedBits,
            long payloadLength,
            int key) {
        checkFrame(opcode, fin, reservedBits, payloadLength);
        checkRoom(dst, FrameHeader.headerBytes(payloadLength, true));
        putStart(dst, firstByte(opcode, fin, reservedBits), FrameHeader.MASK_BIT, payloadLength);
        dst.putInt(bigEndian(dst) ? key : Integer.reverseBytes(key));
    }

    private static void checkFrame(Opcode opcode, boolean fin, int reservedBits, long payloadLength) {
        FrameHeader.requireReservedBits(reservedBits);
        if (reservedBits != 0 && !opcode.beginsMessage()) {
            throw new IllegalArgumentException("a " + opcode + " frame has no reserved bits");
        }
        if (opcode.isControl() && !fin) {
            throw new IllegalArgumentException("a " + opcode + " frame is never fragmented");
        }
        if (opcode.isControl() && payloadLength > FrameHeader.MAX_CONTROL_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("a " + opcode + " frame carries at most "
                    + FrameHeader.MAX_CONTROL_PAYLOAD_BYTES + " bytes, not " + payloadLength);
        }
    }

    private static void checkRoom(ByteBuffer dst, int headerBytes) {
        if (dst.remaining() < headerBytes) {
            throw new BufferOverflowException();
        }
    }

    private static int firstByte(Opcode opcode, boolean fin, int reservedBits) {
        return (fin ? FrameHeader.FIN_BIT : 0) | reservedBits << FrameHeader.RESERVED_BITS_SHIFT
                | opcode.value();
    }

    private static void putStart(ByteBuffer dst, int firstByte, int maskBit, long payloadLength) {
        int lengthBits = FrameHeader.lengthBits(payloadLength);
        dst.put((byte) firstByte).put((byte) (maskBit | lengthBits));
        if (lengthBits == FrameHeader.LENGTH_16) {
            dst.put((byte) (payloadLength >>> Byte.SIZE)).put((byte) payloadLength);
        } else if (lengthBits == FrameHeader.LENGTH_64) {
            dst.putLong(bigEndian(dst) ? payloadLength : Long.reverseBytes(payloadLength));
        }
    }

    /** Network byte order, whatever order the caller's buffer is set to. */
    private static boolean bigEndian(ByteBuffer buffer) {
        return buffer.order() == ByteOrder.BIG_ENDIAN;
    }
}
