package io.duplex.internal.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Read-only slices of exactly one payload each, the only buffers on received bytes that user code sees. A
 * handler may keep a slice and change its position, limit, mark or byte order at any time, so slices belong
 * to one connection for good.
 *
 * <p>The slices of one receiving call are kept. The next call uses them again for messages of the same place
 * and length in the same source, so steady traffic allocates nothing. Receiving thread only.
 */
final class PayloadSlices {
    /** The most that one receiving call keeps. */
    static final int MAX_KEPT = 16;
    private static final ByteBuffer[] NO_SLICES = {};
    private static final int[] NO_STARTS = {};

    /** Null while nothing is kept. */
    private ByteBuffer source;
    private ByteBuffer[] slices = NO_SLICES;
    private int[] starts = NO_STARTS;
    /** The index of the next message in this receiving call. */
    private int next;

    /** A receiving call begins. */
    void begin(ByteBuffer src) {
        next = 0;
        if (src != source && source != null) {
            drop();
        }
        source = src;
    }

    /** Drops what is kept. */
    void drop() {
        source = null;
        slices = NO_SLICES;
        starts = NO_STARTS;
    }

    /** Whether slices are kept. */
    boolean areKept() {
        return slices.length > 0;
    }

    /**
     * The bytes of a buffer between two absolute indexes, from position 0 to limit, big-endian, without a
     * mark.
     */
    ByteBuffer of(ByteBuffer bytes, int from, int to) {
        if (bytes != source || next == MAX_KEPT) {
            return fresh(bytes, from, to);
        }
        int index = next;
        next++;
        if (index == slices.length) {
            int size = Math.min(MAX_KEPT, Math.max(1, 2 * index));
            slices = Arrays.copyOf(slices, size);
            starts = Arrays.copyOf(starts, size);
        }
        ByteBuffer known = slices[index];
        if (known != null && starts[index] == from && known.capacity() == to - from) {
            return known.clear().order(ByteOrder.BIG_ENDIAN);
        }
        ByteBuffer slice = fresh(bytes, from, to);
        slices[index] = slice;
        starts[index] = from;
        return slice;
    }

    private static ByteBuffer fresh(ByteBuffer bytes, int from, int to) {
        return bytes.slice(from, to - from).asReadOnlyBuffer();
    }
}
