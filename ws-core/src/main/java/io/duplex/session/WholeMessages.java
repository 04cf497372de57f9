package io.duplex.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Assembles messages. One that arrives in one piece is passed on where it lies; otherwise an array grows with the bytes that
 * have really come, never with those that were only announced. Owns no array between messages.
 */
final class WholeMessages extends MessageSink {
    private static final byte[] NONE = {};
    /** The first array of a message, and by what factor the next ones grow: few copies, little memory on a mere promise. */
    private static final int FIRST_BYTES = 16 << 10;
    private static final int GROWTH = 4;

    /** Null while it works for nobody. */
    private Callbacks callbacks;
    private byte[] held = NONE;
    private int count;
    private long announcedBytes;

    /** It works for nobody until {@link #deliverTo}. */
    WholeMessages(long maxMessageBytes) {
        super(maxMessageBytes);
    }

    WholeMessages(long maxMessageBytes, Callbacks callbacks) {
        this(maxMessageBytes);
        this.callbacks = callbacks;
    }

    /** Between two messages: whom the next ones are for, null for nobody. */
    void deliverTo(Callbacks receiver) {
        callbacks = receiver;
    }

    @Override
    void forget() {
        held = NONE;
        count = 0;
        announcedBytes = 0;
    }

    @Override
    void announced(long totalBytes) {
        announcedBytes = totalBytes;
    }

    @Override
    void take(ByteBuffer part, int from, int to, boolean last) {
        if (last && count == 0) {
            deliver(part, from, to);
            return;
        }
        hold(part, from, to - from);
        if (last) {
            deliverHeld();
        }
    }

    private void deliver(ByteBuffer whole, int from, int to) {
        if (isText()) {
            byte[] bytes = new byte[to - from];
            whole.get(from, bytes);
            callbacks.text(new String(bytes, StandardCharsets.UTF_8), bytes.length);
        } else {
            callbacks.binary(callbacks.slices().of(whole, from, to));
        }
    }

    private void deliverHeld() {
        byte[] bytes = held;
        int length = count;
        held = NONE;
        count = 0;
        if (isText()) {
            callbacks.text(new String(bytes, 0, length, StandardCharsets.UTF_8), length);
        } else {
            callbacks.binaryKept(ByteBuffer.wrap(bytes, 0, length).slice().asReadOnlyBuffer());
        }
    }

    private void hold(ByteBuffer part, int from, int length) {
        if (held.length - count < length) {
            held = java.util.Arrays.copyOf(held, capacityFor(count + length));
        }
        part.get(from, held, count, length);
        count += length;
    }

    private int capacityFor(int needed) {
        long grown = Math.max(FIRST_BYTES, (long) held.length * GROWTH);
        long wanted = announcedBytes >= needed ? Math.min(grown, announcedBytes) : grown;
        return (int) Math.min(Math.max(needed, wanted), Integer.MAX_VALUE - 8);
    }
}
