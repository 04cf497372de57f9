package io.duplex.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The masking of client frames (RFC 6455 section 5.3): an XOR with four key bytes, over and over. Masking and
 * unmasking are the same operation.
 *
 * <p>
 * A key is its four bytes read as a big-endian {@code int}: the first byte on the wire is the most
 * significant one. Every value is a key, 0 too. Both operations return the key rotated to the byte where they
 * stopped, so a payload can be masked part by part:
 * {@code key = apply(buffer, from, to, key)}.
 *
 * <p>
 * There is no state and no allocation here; the buffers are caller-owned. Heap and direct buffers and both
 * byte orders work alike.
 */
public final class Mask {
    private Mask() {}

    /**
     * Masks or unmasks bytes in place. The buffer's position and limit do not matter and do not move,
     * except that the range must end before the limit.
     *
     * @param buffer the buffer that holds the bytes; not read-only
     * @param from the absolute index of the first byte
     * @param to the absolute index after the last byte
     * @param key the key, rotated to the byte at {@code from}
     * @return the key, rotated to the byte at {@code to}
     * @throws IndexOutOfBoundsException if the range is not within 0 and the limit; the buffer is unchanged
     *         then
     * @throws java.nio.ReadOnlyBufferException if the buffer is read-only
     */
    public static int apply(ByteBuffer buffer, int from, int to, int key) {
        Objects.checkFromToIndex(from, to, buffer.limit());
        long mask = widen(key, buffer.order());
        int index = from;
        for (; index <= to - Long.BYTES; index += Long.BYTES) {
            buffer.putLong(index, buffer.getLong(index) ^ mask);
        }
        if (index <= to - Integer.BYTES) {
            buffer.putInt(index, buffer.getInt(index) ^ (int) mask);
            index += Integer.BYTES;
        }
        for (int rest = key; index < to; index++) {
            rest = Integer.rotateLeft(rest, Byte.SIZE);
            buffer.put(index, (byte) (buffer.get(index) ^ rest));
        }
        return rotate(key, to - from);
    }

    /**
     * Copies all remaining bytes of one buffer into another and masks them. The source's content does not
     * change; the positions of both buffers advance by the number of bytes. The two must not share memory.
     *
     * @param src the source, from its position to its limit; may be read-only
     * @param dst the destination, with room for {@code src.remaining()} bytes
     * @param key the key, rotated to the source's first byte
     * @return the key, rotated to the byte that would come next
     * @throws java.nio.BufferOverflowException if there is not enough room; both are unchanged then
     * @throws java.nio.ReadOnlyBufferException if the destination is read-only
     */
    public static int copy(ByteBuffer src, ByteBuffer dst, int key) {
        // Two passes: the JIT compiler vectorizes each, but not one loop over two buffers that may overlap.
        int from = dst.position();
        dst.put(src);
        return apply(dst, from, dst.position(), key);
    }

    /** The key twice, as the buffer would read it; either half is the key for four bytes. */
    private static long widen(int key, ByteOrder order) {
        int word = order == ByteOrder.BIG_ENDIAN ? key : Integer.reverseBytes(key);
        return (long) word << Integer.SIZE | Integer.toUnsignedLong(word);
    }

    private static int rotate(int key, int bytes) {
        return Integer.rotateLeft(key, (bytes & 3) * Byte.SIZE);
    }
}
