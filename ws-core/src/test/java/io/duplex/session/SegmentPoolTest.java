package io.duplex.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SegmentPoolTest {
    private final SegmentPool pool = new SegmentPool();

    @Test
    void whatWasGivenBackIsTakenAgainEmpty() {
        Segment segment = pool.take();
        segment.bytes.put((byte) 1);
        segment.read = 1;
        pool.give(segment);
        assertSame(segment, pool.take());
        assertEquals(SegmentPool.SEGMENT_BYTES, segment.bytes.remaining());
        assertEquals(0, segment.unread());
    }

    @Test
    void noSegmentIsGivenToTwo() {
        Segment segment = pool.take();
        pool.give(segment);
        assertSame(segment, pool.take());
        assertNotSame(segment, pool.take());
    }

    @Test
    void oneThreadGetsBackAsManyAsAStripeHolds() {
        Set<Segment> first = new HashSet<>();
        for (int i = 0; i < 16; i++) {
            first.add(pool.take());
        }
        first.forEach(pool::give);
        for (int i = 0; i < 16; i++) {
            assertTrue(first.remove(pool.take()));
        }
    }

    @Test
    void anotherThreadFindsThemToo() throws InterruptedException {
        Segment segment = pool.take();
        pool.give(segment);
        Segment[] taken = new Segment[1];
        Thread other = Thread.ofPlatform().start(() -> taken[0] = pool.take());
        other.join();
        assertSame(segment, taken[0]);
    }

    @Test
    void beyondItsBoundAThreadsSegmentsAreDropped() {
        Set<Segment> given = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            given.add(Segment.pooled(SegmentPool.SEGMENT_BYTES));
        }
        given.forEach(pool::give);
        int kept = 0;
        for (int i = 0; i < 20; i++) {
            kept += given.contains(pool.take()) ? 1 : 0;
        }
        assertEquals(16, kept);
    }
}
