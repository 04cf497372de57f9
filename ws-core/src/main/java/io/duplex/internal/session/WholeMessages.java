package io.duplex.internal.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Assembles messages. One that arrives in one piece is passed on where it lies. Otherwise an array grows with
 * the bytes that have come: it never has more than {@value #GROWTH} times their number, whatever was
 * announced, and all growing together copies less than a third of the message. Owns no array between
 * messages.
 */
final class WholeMessages extends MessageSink {
    private static final byte[] NONE = {};
    /**
     * Room for a few short fragments; a flood of connections with one byte each must not cost kilobytes
     * each.
     */
    private static final int FIRST_BYTES = 256;
    /** An array that is too small is replaced by one for this many times the bytes that have come. */
    private static final int GROWTH = 4;

    /** Null while it serves no connection. */
    private Callbacks callbacks;
    private Memory memory;
    private byte[] held = NONE;
    private int count;
    /**
     * The length of the whole message; {@link Long#MAX_VALUE} until the header of its last frame has come.
     */
    private long finalBytes = Long.MAX_VALUE;

    /** It serves no connection until {@link #deliverTo}. */
    WholeMessages(long maxMessageBytes) {
        super(maxMessageBytes);
    }

    WholeMessages(long maxMessageBytes, Callbacks callbacks, Memory memory) {
        this(maxMessageBytes);
        deliverTo(callbacks, memory);
    }

    /**
     * Between two messages: whom the next ones are for, and where their memory is reserved; null for nobody.
     */
    void deliverTo(Callbacks receiver, Memory receiversMemory) {
        callbacks = receiver;
        memory = receiversMemory;
    }

    @Override
    void forget() {
        held = NONE;
        count = 0;
        finalBytes = Long.MAX_VALUE;
    }

    @Override
    void announced(long totalBytes, boolean last) {
        finalBytes = last ? totalBytes : Long.MAX_VALUE;
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
        if (callbacks.keepsMessages()) {
            // It may wait for long; so it does not take the room along into which it might have grown.
            bytes = bytes.length / 2 > length ? Arrays.copyOf(bytes, length) : bytes;
            memory.hold(0);
        }
        if (isText()) {
            callbacks.text(new String(bytes, 0, length, StandardCharsets.UTF_8), length);
        } else {
            callbacks.binaryKept(ByteBuffer.wrap(bytes, 0, length).slice().asReadOnlyBuffer());
        }
        memory.hold(0);
    }

    private void hold(ByteBuffer part, int from, int length) {
        if (held.length - count < length) {
            int capacity = capacityFor(count + length);
            memory.hold(capacity);
            held = Arrays.copyOf(held, capacity);
        }
        part.get(from, held, count, length);
        count += length;
    }

    /**
     * Only the message's last frame may cap the growth. The headers before it announce no more than a
     * fragment, and an array that grew by fragments would be copied for each of them.
     */
    private int capacityFor(int needed) {
        long grown = Math.max(FIRST_BYTES, (long) needed * GROWTH);
        return (int) Math.max(needed, Math.min(grown, Math.min(finalBytes, maxMessageBytes())));
    }
}
