package io.duplex.session;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Segments that no connection needs now, shared by all connections of the process so that an idle one owns none. Bounded and
 * lock-free. Each thread has a stripe of slots to begin with, so that threads seldom meet: an event loop with output for many
 * connections finds there what it gave back. A stripe that is empty lets the others be searched, because the thread that sends and
 * the one that drains need not be the same; that costs less than a new segment. Thread-safe.
 */
final class SegmentPool {
    /** Room for the echo of what one read of a transport brings. */
    static final int SEGMENT_BYTES = 16 << 10;
    /** Powers of two; with {@link #SEGMENT_BYTES} the pool holds at most 4 MiB. */
    private static final int SLOTS = 256;
    private static final int STRIPE = 16;

    static final SegmentPool SHARED = new SegmentPool();

    private final AtomicReferenceArray<Segment> slots = new AtomicReferenceArray<>(SLOTS);

    Segment take() {
        int first = firstSlot();
        for (int i = 0; i < SLOTS; i++) {
            int slot = first + i & SLOTS - 1;
            if (slots.getPlain(slot) != null) {
                Segment segment = slots.getAndSet(slot, null);
                if (segment != null) {
                    return segment;
                }
            }
        }
        return Segment.pooled(SEGMENT_BYTES);
    }

    void give(Segment segment) {
        segment.reset();
        int first = firstSlot();
        for (int slot = first; slot < first + STRIPE; slot++) {
            if (slots.getPlain(slot) == null && slots.compareAndSet(slot, null, segment)) {
                return;
            }
        }
    }

    private static int firstSlot() {
        return (int) Thread.currentThread().threadId() * STRIPE & SLOTS - 1;
    }
}
