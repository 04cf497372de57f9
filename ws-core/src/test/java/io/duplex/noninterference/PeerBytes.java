package io.duplex.noninterference;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;

/**
 * What a peer writes, frame by frame, right and wrong. It shares no code with the endpoint under test:
 * frames are built bit by bit, and the JDK compresses. For one conversation and one thread.
 */
final class PeerBytes {
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int RSV1 = 4;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final String[] LETTERS = { "a", "b", "Z", " ", "0", "é", "ß", "ж", "€", "語", "𝄞", "😀" };
    /** Texts that UTF-8 forbids (RFC 3629): cut, too long, of surrogates, beyond the last code point. */
    private static final byte[][] WRONG_TEXTS = { { (byte) 0xFF }, { (byte) 0xC3 },
        { (byte) 0xC0, (byte) 0x80 },
        { (byte) 0xE2, (byte) 0x82 }, { (byte) 0xED, (byte) 0xA0, (byte) 0x80 },
        { (byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80 }, { (byte) 0xF0, (byte) 0x9F, (byte) 0x98 },
        { (byte) 0x80 } };
    private static final int[] WRONG_CODES = { 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535 };
    private static final int TAIL_BYTES = 4;

    private final Rolls rolls;
    private final boolean masked;
    private final int usualBytes;
    /** Null if nothing is compressed. */
    private final Deflater deflater;
    private final boolean takesOver;
    private final List<byte[]> items = new ArrayList<>();
    private final Set<ByteBuffer> pings = new HashSet<>();

    PeerBytes(Rolls rolls, boolean masked, int usualBytes, Deflater deflater, boolean takesOver) {
        this.rolls = rolls;
        this.masked = masked;
        this.usualBytes = usualBytes;
        this.deflater = deflater;
        this.takesOver = takesOver;
        if (deflater != null) {
            deflater.reset();
        }
    }

    /** What was written so far, frame by frame. */
    List<byte[]> items() {
        return items;
    }

    /** The payloads of all pings. */
    Set<ByteBuffer> pings() {
        return pings;
    }

    void raw(byte[] bytes) {
        items.add(bytes);
    }

    // ---- frames -------------------------------------------------------------------------------------------

    private void frame(int opcode, boolean fin, int rsv, byte[] payload) {
        int length = payload.length;
        frame(opcode, fin, rsv, payload, masked, length, length < 126 ? 0 : length < 65_536 ? 2 : 8);
    }

    private void frame(int opcode, boolean fin, int rsv, byte[] payload, boolean mask, long length,
            int lengthBytes) {
        byte[] frame = new byte[2 + lengthBytes + (mask ? 4 : 0) + payload.length];
        frame[0] = (byte) ((fin ? 0x80 : 0) | rsv << 4 | opcode);
        frame[1] = (byte) ((mask ? 0x80 : 0)
                | (lengthBytes == 0 ? (int) length : lengthBytes == 2 ? 126 : 127));
        int at = 2;
        for (int i = lengthBytes - 1; i >= 0; i--) {
            frame[at++] = (byte) (length >> 8 * i);
        }
        int key = mask ? (int) rolls.next() : 0;
        for (int i = 0; mask && i < 4; i++) {
            frame[at++] = (byte) (key >> 24 - 8 * i);
        }
        for (int i = 0; i < payload.length; i++) {
            frame[at++] = (byte) (payload[i] ^ key >> 24 - 8 * (i & 3));
        }
        items.add(frame);
    }

    // ---- what is right ------------------------------------------------------------------------------------

    private int size() {
        int kind = rolls.below(1000);
        if (kind < 200) {
            // Messages of different connections then often lie in the same place of a buffer that they share.
            return rolls.of(2, 5, 20);
        }
        int size = kind < 400 ? rolls.below(21)
                : kind < 700 ? rolls.between(21, 125)
                : kind < 850 ? rolls.between(126, 400)
                : kind < 960 ? rolls.between(400, 3000)
                : kind < 997 ? rolls.between(3000, 20_000) : rolls.between(60_000, 100_000);
        return size <= usualBytes ? size : rolls.below(usualBytes + 1);
    }

    byte[] text(int size) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
        while (bytes.size() < size) {
            String letter = LETTERS[rolls.below(LETTERS.length)];
            for (int i = rolls.between(1, 8); i > 0; i--) {
                bytes.writeBytes(letter.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    /** Random, or with repetitions that a compressor finds. */
    private byte[] binary(int size) {
        byte[] bytes = rolls.bytes(size);
        if (rolls.oneIn(2)) {
            for (int i = 8; i < size; i++) {
                bytes[i] = bytes[i - 8];
            }
        }
        return bytes;
    }

    void message() {
        boolean text = rolls.oneIn(2);
        byte[] payload = text ? text(size()) : binary(size());
        boolean compressed = deflater != null && !rolls.oneIn(4);
        fragments(text ? TEXT : BINARY, compressed ? RSV1 : 0, compressed ? compress(payload) : payload,
                true);
    }

    /** One frame with so many bytes. */
    void plainBinary(int size) {
        frame(BINARY, true, 0, rolls.bytes(size));
    }

    /** One frame that inflates to so many bytes, many times its own. */
    void compressedBinary(int size) {
        byte[] payload = rolls.bytes(size);
        for (int i = 100; i < size; i++) {
            payload[i] = payload[i - 100];
        }
        frame(BINARY, true, RSV1, compress(payload));
    }

    /**
     * A compressed message of one copy of what came before it, where nothing came: what an earlier stream
     * has left in the window of an inflater would be seen.
     */
    void reachesBack() {
        BitSet bits = new BitSet();
        int count = 1;
        // RFC 1951 section 3.2.6: a block with fixed codes.
        bits.set(count);
        count += 2;
        // 258 bytes from a distance of 513 to 768, the distance's extra bits being zero.
        for (char bit : "110001011001000000000".toCharArray()) {
            bits.set(count++, bit == '1');
        }
        // The block's end, and the beginning of an empty one.
        count += 7 + 3;
        byte[] block = java.util.Arrays.copyOf(bits.toByteArray(), (count + 7) / 8);
        frame(BINARY, true, RSV1, block);
    }

    void ping(int size) {
        ping(rolls.bytes(size));
    }

    void control() {
        byte[] payload = rolls.bytes(rolls.oneIn(3) ? rolls.below(MAX_CONTROL_BYTES + 1) : rolls.below(10));
        if (rolls.oneIn(4)) {
            frame(PONG, true, 0, payload);
        } else {
            ping(payload);
        }
    }

    void plainText(String text) {
        frame(TEXT, true, 0, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private void ping(byte[] payload) {
        pings.add(ByteBuffer.wrap(payload));
        frame(PING, true, 0, payload);
    }

    /** A message in frames, with control frames in between; perhaps without its last frame. */
    private void fragments(int opcode, int rsv, byte[] payload, boolean ended) {
        int count = rolls.oneIn(3) ? rolls.oneIn(20) ? rolls.between(6, 40) : rolls.between(2, 5) : 1;
        int from = 0;
        for (int i = 0; i < count; i++) {
            boolean last = i == count - 1;
            int to = last
                    ? payload.length
                    : from + rolls.below(Math.max(1, 2 * (payload.length - from) / (count - i)));
            to = Math.min(to, payload.length);
            frame(i == 0 ? opcode : 0, last && ended, i == 0 ? rsv : 0,
                    java.util.Arrays.copyOfRange(payload, from, to));
            from = to;
            if (!last && rolls.oneIn(4)) {
                control();
            }
        }
    }

    private byte[] compress(byte[] payload) {
        if (!takesOver) {
            deflater.reset();
        }
        deflater.setInput(payload);
        byte[] room = new byte[payload.length + payload.length / 8 + 64];
        int count = 0;
        int more;
        do {
            if (count == room.length) {
                room = java.util.Arrays.copyOf(room, 2 * room.length);
            }
            more = deflater.deflate(room, count, room.length - count, Deflater.SYNC_FLUSH);
            count += more;
        } while (count == room.length);
        return count < TAIL_BYTES ? new byte[1] : java.util.Arrays.copyOf(room, count - TAIL_BYTES);
    }

    void close() {
        switch (rolls.below(4)) {
            case 0 -> frame(CLOSE, true, 0, new byte[0]);
            case 1 -> close(1000, new byte[0]);
            case 2 -> close(rolls.between(3000, 4999), text(rolls.below(60)));
            default -> close(rolls.of(1001, 1002, 1003, 1007, 1011), text(rolls.below(100)));
        }
    }

    private void close(int code, byte[] reason) {
        byte[] payload = new byte[2 + reason.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(reason, 0, payload, 2, reason.length);
        frame(CLOSE, true, 0, payload);
    }

    // ---- what is wrong ------------------------------------------------------------------------------------

    /** The beginning of a message: a failure behind it leaves something half done. */
    void unfinished() {
        boolean text = rolls.oneIn(2);
        byte[] payload = text ? text(1 + size() / 2) : binary(1 + size() / 2);
        boolean compressed = deflater != null && rolls.oneIn(2);
        fragments(text ? TEXT : BINARY, compressed ? RSV1 : 0, compressed ? compress(payload) : payload,
                false);
    }

    /** One breach of the protocol, of any kind. */
    void breach() {
        byte[] some = binary(rolls.below(30));
        switch (rolls.below(20)) {
            case 0, 1 -> frame(TEXT, true, 0, wrongText());
            case 2, 3 -> {
                frame(TEXT, false, 0, text(rolls.below(20)));
                frame(0, true, 0, wrongText());
            }
            case 4 -> frame(BINARY, true, 0, some, !masked, some.length, 0);
            case 5 -> frame(rolls.of(TEXT, BINARY, 0, PING), true, rolls.between(1, 7), some);
            case 6 -> frame(rolls.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15), true, 0, some);
            case 7 -> frame(0, rolls.oneIn(2), 0, some);
            case 8 -> {
                frame(TEXT, false, 0, text(rolls.below(20)));
                frame(rolls.of(TEXT, BINARY), true, 0, some);
            }
            case 9 -> frame(BINARY, true, 0, some, masked, some.length, rolls.of(2, 8));
            case 10 -> frame(BINARY, true, 0, some, masked, Long.MIN_VALUE | some.length, 8);
            case 11 -> frame(BINARY, true, 0, some, masked, (1L << 20) + 5000 + rolls.below(1000), 8);
            case 12 -> {
                for (int i = 0; i < 4; i++) {
                    frame(i == 0 ? BINARY : 0, false, 0, binary(Math.min(3 * usualBytes / 2, 40_000)));
                }
            }
            case 13 -> {
                frame(BINARY, false, 0, some);
                for (int i = 0; i < 120; i++) {
                    frame(0, false, 0, new byte[0]);
                }
            }
            case 14 -> frame(rolls.of(PING, PONG, CLOSE), true, 0, binary(rolls.between(126, 200)));
            case 15 -> frame(rolls.of(PING, PONG, CLOSE), false, 0, some);
            case 16 -> frame(CLOSE, true, 0, new byte[1]);
            case 17 -> close(WRONG_CODES[rolls.below(WRONG_CODES.length)], new byte[0]);
            case 18 -> close(1000, wrongText());
            default -> brokenCompression(some);
        }
    }

    private byte[] wrongText() {
        byte[] before = text(rolls.below(30));
        byte[] wrong = WRONG_TEXTS[rolls.below(WRONG_TEXTS.length)];
        byte[] joined = java.util.Arrays.copyOf(before, before.length + wrong.length);
        System.arraycopy(wrong, 0, joined, before.length, wrong.length);
        return joined;
    }

    /**
     * Noise; a stream that breaks off; one that grows beyond each limit; text that is no text only when it
     * is inflated.
     */
    private void brokenCompression(byte[] noise) {
        if (deflater == null) {
            items.add(rolls.bytes(rolls.between(1, 60)));
            return;
        }
        switch (rolls.below(4)) {
            case 0 -> frame(BINARY, true, RSV1, noise);
            case 1 -> {
                byte[] whole = compress(text(200));
                frame(TEXT, true, RSV1, java.util.Arrays.copyOf(whole, rolls.below(whole.length)));
            }
            case 2 -> frame(BINARY, true, RSV1, compress(new byte[usualBytes < 1000 ? 2000 : 160_000]));
            default -> fragments(TEXT, RSV1, compress(wrongText()), true);
        }
    }
}
