package io.duplex.internal.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Passes messages on as they arrive; of text it keeps the up to three bytes of an unfinished character. */
final class MessageParts extends MessageSink {
    private static final byte[] NONE = {};

    private final Callbacks callbacks;
    private byte[] unfinished = NONE;

    MessageParts(long maxMessageBytes, Callbacks callbacks) {
        super(maxMessageBytes);
        this.callbacks = callbacks;
    }

    @Override
    void forget() {
        unfinished = NONE;
    }

    @Override
    void announced(long totalBytes, boolean last) {
        // Nothing is kept, so nothing needs to be prepared.
    }

    @Override
    void take(ByteBuffer part, int from, int to, boolean last) {
        if (from == to && !last) {
            return;
        }
        if (isText()) {
            callbacks.textPart(decode(part, from, to - from), last, messageBytes());
        } else {
            callbacks.binaryPart(callbacks.slices().of(part, from, to), last, messageBytes());
        }
    }

    private String decode(ByteBuffer part, int from, int length) {
        byte[] bytes = java.util.Arrays.copyOf(unfinished, unfinished.length + length);
        part.get(from, bytes, unfinished.length, length);
        int whole = bytes.length - unfinishedBytes(bytes);
        unfinished = whole == bytes.length ? NONE : java.util.Arrays.copyOfRange(bytes, whole, bytes.length);
        return new String(bytes, 0, whole, StandardCharsets.UTF_8);
    }

    /**
     * How many bytes at the end begin a character without ending it; the bytes are known to be valid so far.
     */
    private static int unfinishedBytes(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int value = bytes[bytes.length - back] & 0xFF;
            if (value >= 0xC0) {
                int needed = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
                return back < needed ? back : 0;
            }
            if (value < 0x80) {
                return 0;
            }
        }
        return 0;
    }
}
