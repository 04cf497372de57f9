package io.duplex.benchmarks;

import java.nio.ByteBuffer;

/**
 * A simple codec for comparison: byte by byte, with an object for each frame. It is correct for valid input
 * and checks almost nothing.
 */
final class NaiveCodec {
    private NaiveCodec() {}

    /** A frame as an object with its own copy of the payload. */
    record Frame(int firstByte, byte[] payload) {}

    static byte[] keyBytes(int key) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(key).array();
    }

    static void mask(ByteBuffer buffer, int from, int to, byte[] key) {
        for (int i = 0; i < to - from; i++) {
            buffer.put(from + i, (byte) (buffer.get(from + i) ^ key[i & 3]));
        }
    }

    /** The JIT compiler may vectorise this loop over an array. */
    static void mask(byte[] bytes, byte[] key) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= key[i & 3];
        }
    }

    static Frame read(ByteBuffer src) {
        int first = src.get() & 0xFF;
        int second = src.get() & 0xFF;
        long length = second & 0x7F;
        if (length == 126) {
            length = src.getShort() & 0xFFFF;
        } else if (length == 127) {
            length = src.getLong();
        }
        byte[] key = new byte[4];
        if ((second & 0x80) != 0) {
            src.get(key);
        }
        byte[] payload = new byte[(int) length];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (src.get() ^ key[i & 3]);
        }
        return new Frame(first, payload);
    }

    static void write(ByteBuffer dst, int firstByte, byte[] payload, byte[] key) {
        dst.put((byte) firstByte);
        if (payload.length < 126) {
            dst.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65536) {
            dst.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            dst.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        dst.put(key);
        for (int i = 0; i < payload.length; i++) {
            dst.put((byte) (payload[i] ^ key[i & 3]));
        }
    }

    /** Decodes by the shape of the lead byte; one branch for each byte. */
    static boolean isUtf8(ByteBuffer buffer, int from, int to) {
        int missing = 0;
        int low = 0x80;
        int high = 0xBF;
        for (int i = from; i < to; i++) {
            int b = buffer.get(i) & 0xFF;
            if (missing > 0) {
                if (b < low || b > high) {
                    return false;
                }
                low = 0x80;
                high = 0xBF;
                missing--;
            } else if (b >= 0x80) {
                if (b < 0xC2 || b > 0xF4) {
                    return false;
                }
                missing = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
                low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
                high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
            }
        }
        return missing == 0;
    }
}
