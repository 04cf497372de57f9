package io.duplex.session;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Segments that no connection needs now, shared by all connections of the process so that an idle one owns none. Bounded and
 * lock-free: a slot is chosen by the thread's id; a full slot drops, an empty one allocates. Thread-safe.
 */
final class SegmentPool {
    /** A power of two; with {@link #SEGMENT_BYTES} the pool holds at most 1 MiB. */
    private static final int SLOTS = 64;
    /** Room for the echo of what one read of a transport brings. */
    static final int SEGMENT_BYTES = 16 << 10;

    static final SegmentPool SHARED = new SegmentPool();

    private final AtomicReferenceArray<Segment> slots = new AtomicReferenceArray<>(SLOTS);

    Segment take() {
        Segment segment = slots.getAndSet(slot(), null);
        return segment == null ? Segment.pooled(SEGMENT_BYTES) : segment;
    }

    void give(Segment segment) {
        slots.lazySet(slot(), segment.reset());
    }

    private static int slot() {
        return (int) Thread.currentThread().threadId() & SLOTS - 1;
    }
}
