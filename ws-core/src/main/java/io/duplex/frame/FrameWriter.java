package io.duplex.frame;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes frame headers (RFC 6455 section 5.2), always with the shortest form of the length. The payload is
 * the caller's to write behind the header: as it is, or through {@link Mask#copy} with the header's key.
 *
 * <p>
 * What every reader must refuse is not written: a fragmented or long control frame, a reserved bit elsewhere
 * than on a message's first frame. The order of frames is not looked at. There is no state and no allocation
 * here.
 */
public final class FrameWriter {
    /** The longest header: two bytes, eight of length, four of key. */
    public static final int MAX_HEADER_BYTES = 14;
    /** The most that a control frame carries (RFC 6455 section 5.5). */
    public static final int MAX_CONTROL_PAYLOAD_BYTES = 125;

    /** The values of the seven length bits that announce two or eight bytes of length. */
    static final int LENGTH_16 = 126;
    static final int LENGTH_64 = 127;
    static final int LENGTH_BITS = 0x7F;
    static final int MASK_BIT = 0x80;
    static final int FIN_BIT = 0x80;
    static final int RESERVED_BITS_SHIFT = 4;
    static final int ALL_RESERVED_BITS = 0x7;
    static final int MAX_LENGTH_16 = 0xFFFF;

    private static final int MIN_HEADER_BYTES = 2;

    private FrameWriter() {}

    /**
     * How long a header is.
     *
     * @param payloadLength the payload's length in bytes, not negative
     * @param masked whether the frame is masked
     * @return 2 to 14
     * @throws IllegalArgumentException if the length is negative
     */
    public static int headerBytes(long payloadLength, boolean masked) {
        if (payloadLength < 0) {
            throw new IllegalArgumentException("negative payload length " + payloadLength);
        }
        return headerBytesFor(lengthBits(payloadLength), masked);
    }

    /**
     * How long the payload of an unmasked frame is whose length is the shortest.
     *
     * @param frameBytes the length of header and payload, at least 2
     * @return the payload's length in bytes
     */
    public static int payloadBytes(int frameBytes) {
        int withShort = frameBytes - MIN_HEADER_BYTES - Short.BYTES;
        if (withShort < LENGTH_16) {
            return frameBytes - MIN_HEADER_BYTES;
        }
        return withShort <= MAX_LENGTH_16 ? withShort : frameBytes - MIN_HEADER_BYTES - Long.BYTES;
    }

    /** The header's length by the seven length bits: the reader knows these before it knows the length. */
    static int headerBytesFor(int lengthBits, boolean masked) {
        int extension = switch (lengthBits) {
            case LENGTH_16 -> Short.BYTES;
            case LENGTH_64 -> Long.BYTES;
            default -> 0;
        };
        return MIN_HEADER_BYTES + extension + (masked ? Integer.BYTES : 0);
    }

    /**
     * Writes the header of an unmasked frame, as a server sends it.
     *
     * @param dst where to, from the position on, which advances
     * @param opcode what the frame carries
     * @param fin whether this is the message's last frame
     * @param reservedBits 0 to 7: 4 is RSV1, 2 is RSV2, 1 is RSV3
     * @param payloadLength the payload's length in bytes, not negative
     * @throws IllegalArgumentException if the length is negative, the bits are not 0 to 7, a control frame is
     *             fragmented or longer than 125 bytes, or a frame other than TEXT and BINARY has reserved
     *             bits
     * @throws BufferOverflowException if there is not enough room; then nothing has changed
     */
    public static void header(ByteBuffer dst, Opcode opcode, boolean fin, int reservedBits,
            long payloadLength) {
        checkFrame(opcode, fin, reservedBits, payloadLength);
        checkRoom(dst, headerBytes(payloadLength, false));
        putStart(dst, firstByte(opcode, fin, reservedBits), 0, payloadLength);
    }

    /**
     * Writes the header of a masked frame, as a client sends it.
     *
     * @param dst where to, from the position on, which advances
     * @param opcode what the frame carries
     * @param fin whether this is the message's last frame
     * @param reservedBits 0 to 7: 4 is RSV1, 2 is RSV2, 1 is RSV3
     * @param payloadLength the payload's length in bytes, not negative
     * @param key the masking key, a fresh one for each frame; any value
     * @throws IllegalArgumentException if the length is negative, the bits are not 0 to 7, a control frame is
     *             fragmented or longer than 125 bytes, or a frame other than TEXT and BINARY has reserved
     *             bits
     * @throws BufferOverflowException if there is not enough room; then nothing has changed
     */
    public static void header(ByteBuffer dst, Opcode opcode, boolean fin, int reservedBits,
            long payloadLength,
            int key) {
        checkFrame(opcode, fin, reservedBits, payloadLength);
        checkRoom(dst, headerBytes(payloadLength, true));
        putStart(dst, firstByte(opcode, fin, reservedBits), MASK_BIT, payloadLength);
        dst.putInt(bigEndian(dst) ? key : Integer.reverseBytes(key));
    }

    private static void checkFrame(Opcode opcode, boolean fin, int reservedBits, long payloadLength) {
        if ((reservedBits & ~ALL_RESERVED_BITS) != 0) {
            throw new IllegalArgumentException("reserved bits are 0 to 7, not " + reservedBits);
        }
        if (reservedBits != 0 && !beginsMessage(opcode)) {
            throw new IllegalArgumentException("a " + opcode + " frame has no reserved bits");
        }
        if (opcode.isControl() && !fin) {
            throw new IllegalArgumentException("a " + opcode + " frame is never fragmented");
        }
        if (opcode.isControl() && payloadLength > MAX_CONTROL_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("a " + opcode + " frame carries at most "
                    + MAX_CONTROL_PAYLOAD_BYTES + " bytes, not " + payloadLength);
        }
    }

    /** Extensions use reserved bits on a message's first frame only (RFC 7692 section 6). */
    static boolean beginsMessage(Opcode opcode) {
        return opcode == Opcode.TEXT || opcode == Opcode.BINARY;
    }

    private static void checkRoom(ByteBuffer dst, int headerBytes) {
        if (dst.remaining() < headerBytes) {
            throw new BufferOverflowException();
        }
    }

    private static int firstByte(Opcode opcode, boolean fin, int reservedBits) {
        return (fin ? FIN_BIT : 0) | reservedBits << RESERVED_BITS_SHIFT | opcode.value();
    }

    private static void putStart(ByteBuffer dst, int firstByte, int maskBit, long payloadLength) {
        int lengthBits = lengthBits(payloadLength);
        dst.put((byte) firstByte).put((byte) (maskBit | lengthBits));
        if (lengthBits == LENGTH_16) {
            dst.put((byte) (payloadLength >>> Byte.SIZE)).put((byte) payloadLength);
        } else if (lengthBits == LENGTH_64) {
            dst.putLong(bigEndian(dst) ? payloadLength : Long.reverseBytes(payloadLength));
        }
    }

    private static int lengthBits(long payloadLength) {
        if (payloadLength < LENGTH_16) {
            return (int) payloadLength;
        }
        return payloadLength <= MAX_LENGTH_16 ? LENGTH_16 : LENGTH_64;
    }

    /** Network byte order, whatever order the caller's buffer is set to. */
    private static boolean bigEndian(ByteBuffer buffer) {
        return buffer.order() == ByteOrder.BIG_ENDIAN;
    }
}
