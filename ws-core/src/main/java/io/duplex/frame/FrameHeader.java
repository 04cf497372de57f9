package io.duplex.frame;

/**
 * The layout of a frame header (RFC 6455 section 5.2), as {@link FrameReader} and {@link FrameWriter} share
 * it: bits, lengths and limits. There is no state here.
 */
public final class FrameHeader {
    /** The maximum length of a header in bytes: two bytes, eight of length, four of key. */
    public static final int MAX_HEADER_BYTES = 14;
    /** The maximum payload of a control frame in bytes (RFC 6455 section 5.5). */
    public static final int MAX_CONTROL_PAYLOAD_BYTES = 125;

    static final int FIN_BIT = 0x80;
    static final int RESERVED_BITS_SHIFT = 4;
    static final int ALL_RESERVED_BITS = 0x7;
    static final int MASK_BIT = 0x80;
    static final int LENGTH_BITS = 0x7F;
    /** The values of the seven length bits that announce two or eight bytes of length. */
    static final int LENGTH_16 = 126;
    static final int LENGTH_64 = 127;

    private static final int MAX_LENGTH_16 = 0xFFFF;
    private static final int MIN_HEADER_BYTES = 2;

    private FrameHeader() {}

    /**
     * Returns the length of a header that has the shortest form of the payload's length.
     *
     * @param payloadLength the payload's length in bytes, not negative
     * @param masked whether the frame is masked
     * @return 2 to 14 bytes
     * @throws IllegalArgumentException if the length is negative
     */
    public static int headerBytes(long payloadLength, boolean masked) {
        if (payloadLength < 0) {
            throw new IllegalArgumentException("negative payload length " + payloadLength);
        }
        return headerBytesFor(lengthBits(payloadLength), masked);
    }

    /**
     * Returns the payload's length of an unmasked frame that has the shortest form of that length.
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

    /** The header's length from the seven length bits: the reader has them before it has the length. */
    static int headerBytesFor(int lengthBits, boolean masked) {
        int extension = switch (lengthBits) {
            case LENGTH_16 -> Short.BYTES;
            case LENGTH_64 -> Long.BYTES;
            default -> 0;
        };
        return MIN_HEADER_BYTES + extension + (masked ? Integer.BYTES : 0);
    }

    /** The seven length bits of the shortest form. */
    static int lengthBits(long payloadLength) {
        if (payloadLength < LENGTH_16) {
            return (int) payloadLength;
        }
        return payloadLength <= MAX_LENGTH_16 ? LENGTH_16 : LENGTH_64;
    }

    static void requireReservedBits(int bits) {
        if ((bits & ~ALL_RESERVED_BITS) != 0) {
            throw new IllegalArgumentException("reserved bits are 0 to 7, not " + bits);
        }
    }
}
