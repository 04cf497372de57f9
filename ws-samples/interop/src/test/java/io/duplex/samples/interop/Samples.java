package io.duplex.samples.interop;

import java.util.Arrays;
import java.util.Random;

/** Messages that every peer has to echo. */
final class Samples {
    /** One, two, three and four bytes for a character, a combining mark, a NUL and a byte order mark. */
    static final String MIXED_TEXT = "a\u0000é e\u0301 ẞ 漢字 \uFEFF 𝄞 👩‍👩‍👧 \u2028\r\n\uFFFF end";

    private Samples() {}

    /** Half of it noise, half of it monotony. */
    static byte[] mixture(int size) {
        byte[] bytes = monotony(size);
        System.arraycopy(noise(size), 0, bytes, 0, size / 2);
        return bytes;
    }

    /** Random bytes, the same for the same size, which no compressor makes shorter. */
    static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** Bytes that every compressor makes much shorter. */
    static byte[] monotony(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }
}
