package io.duplex.extension;

import java.io.ByteArrayOutputStream;

/**
 * A plain decoder of DEFLATE (RFC 1951) for whole messages, independent of zlib, that takes the window over
 * and refuses every distance that reaches out of a window of the given size.
 */
final class ReferenceInflater {
    private static final int[] LENGTH_BASE = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35,
        43,
        51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258 };
    private static final int[] LENGTH_EXTRA = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4,
        4,
        4, 4, 5, 5, 5, 5, 0 };
    private static final int[] CODE_LENGTH_ORDER = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2,
        14, 1,
        15 };

    private final int windowBytes;
    private byte[] window = new byte[1 << 22];
    private int windowEnd;
    private byte[] input;
    private int bitPosition;

    ReferenceInflater(int windowBits) {
        windowBytes = 1 << windowBits;
    }

    /** One message: the payload without the tail, as RFC 7692 section 7.2.2 has it. */
    byte[] inflateMessage(byte[] payload) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(payload);
        whole.writeBytes(new byte[] { 0, 0, -1, -1 });
        input = whole.toByteArray();
        bitPosition = 0;
        int start = windowEnd;
        while (bitPosition < input.length * 8) {
            inflateBlock();
        }
        byte[] message = new byte[windowEnd - start];
        System.arraycopy(window, start, message, 0, message.length);
        return message;
    }

    void forgetWindow() {
        windowEnd = 0;
    }

    private void inflateBlock() {
        if (bits(1) != 0) {
            throw new IllegalArgumentException("final block");
        }
        switch (bits(2)) {
            case 0 -> copyStored();
            case 1 -> inflateCodes(fixedLengths(), 288);
            case 2 -> inflateDynamic();
            default -> throw new IllegalArgumentException("block type 3");
        }
    }

    private void copyStored() {
        bitPosition = (bitPosition + 7) / 8 * 8;
        int length = bits(16);
        if (length != (~bits(16) & 0xFFFF)) {
            throw new IllegalArgumentException("stored length");
        }
        for (int i = 0; i < length; i++) {
            put(bits(8));
        }
    }

    private static int[] fixedLengths() {
        int[] lengths = new int[288 + 30];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : i < 288 ? 8 : 5;
        }
        return lengths;
    }

    private void inflateDynamic() {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int codeLengths = bits(4) + 4;
        int[] lengths = new int[19];
        for (int i = 0; i < codeLengths; i++) {
            lengths[CODE_LENGTH_ORDER[i]] = bits(3);
        }
        int[] read = new int[literals + distances];
        int count = 0;
        while (count < read.length) {
            int symbol = symbol(lengths, 0, 19);
            int value = symbol < 16 ? symbol : symbol == 16 ? read[count - 1] : 0;
            int repeat = symbol < 16
                    ? 1
                    : symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
            while (repeat-- > 0) {
                read[count++] = value;
            }
        }
        inflateCodes(read, literals);
    }

    private void inflateCodes(int[] lengths, int literals) {
        while (true) {
            int symbol = symbol(lengths, 0, literals);
            if (symbol == 256) {
                return;
            }
            if (symbol < 256) {
                put(symbol);
                continue;
            }
            int length = LENGTH_BASE[symbol - 257] + bits(LENGTH_EXTRA[symbol - 257]);
            int code = symbol(lengths, literals, lengths.length);
            int extra = code < 2 ? 0 : code / 2 - 1;
            int distance = 1 + (code < 2 ? code : (2 + code % 2 << extra) + bits(extra));
            if (distance > windowBytes || distance > windowEnd) {
                throw new IllegalArgumentException("distance " + distance + " leaves the window");
            }
            for (int i = 0; i < length; i++) {
                put(window[windowEnd - distance]);
            }
        }
    }

    /** Canonical Huffman decoding, one bit at a time: slow and obvious. */
    private int symbol(int[] lengths, int from, int to) {
        int[] counts = new int[16];
        for (int i = from; i < to; i++) {
            counts[lengths[i]]++;
        }
        int code = 0;
        int first = 0;
        for (int length = 1; length < 16; length++) {
            code |= bits(1);
            if (code - first < counts[length]) {
                return nth(lengths, from, length, code - first);
            }
            first = first + counts[length] << 1;
            code <<= 1;
        }
        throw new IllegalArgumentException("no such code");
    }

    private static int nth(int[] lengths, int from, int length, int n) {
        int left = n;
        for (int i = from;; i++) {
            if (lengths[i] == length && left-- == 0) {
                return i - from;
            }
        }
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, bitPosition++) {
            if (bitPosition >= input.length * 8) {
                throw new IllegalArgumentException("the input ends in the middle of a block");
            }
            value |= (input[bitPosition / 8] >> bitPosition % 8 & 1) << i;
        }
        return value;
    }

    private void put(int value) {
        window[windowEnd++] = (byte) value;
    }
}
