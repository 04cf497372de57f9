package io.duplex.transport.bio.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.TransportClock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineTimerTest {
    private static final long MS = 1_000_000;
    private static final long HOUR = 3_600_000 * MS;
    private static final String NAME = "deadline-timer-test";

    private final DeadlineTimer timer = new DeadlineTimer(NAME);
    private final BlockingQueue<Item> passed = new LinkedBlockingQueue<>();

    private final class Item extends DeadlineTimer.Deadline {
        private volatile long atNanos;

        @Override
        void passed(long nanoTime) {
            atNanos = nanoTime;
            passed.add(this);
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        timer.stop();
        timer.join();
    }

    @Test
    void withoutADeadlineThereIsNoThread() {
        assertFalse(running());
        timer.arm(new Item(), TransportClock.nanoTime() + HOUR);
        assertTrue(running());
    }

    @Test
    void deadlinesPassInOrderAndNotEarly() throws Exception {
        long now = TransportClock.nanoTime();
        Item late = new Item();
        Item early = new Item();
        timer.arm(late, now + 60 * MS);
        timer.arm(early, now + 20 * MS);
        assertEquals(early, next());
        assertEquals(late, next());
        assertTrue(early.atNanos >= now + 20 * MS);
        assertTrue(late.atNanos >= now + 60 * MS);
    }

    @Test
    void aNearerDeadlineWakesTheSleepingThread() throws Exception {
        Item item = new Item();
        timer.arm(item, TransportClock.nanoTime() + HOUR);
        timer.arm(item, TransportClock.nanoTime() + 10 * MS);
        assertEquals(item, next());
    }

    @Test
    void aLaterDeadlineLeavesTheArmedOne() throws Exception {
        Item item = new Item();
        timer.arm(item, TransportClock.nanoTime() + 30 * MS);
        timer.arm(item, TransportClock.nanoTime() + HOUR);
        assertEquals(item, next());
    }

    @Test
    void aCancelledDeadlineDoesNotPass() throws Exception {
        Item cancelled = new Item();
        Item behind = new Item();
        timer.arm(cancelled, TransportClock.nanoTime() + 20 * MS);
        timer.cancel(cancelled);
        timer.arm(behind, TransportClock.nanoTime() + 60 * MS);
        assertEquals(behind, next());
    }

    @Test
    void anArmThatLosesARaceWithCancelArmsNothing() throws Exception {
        Item cancelled = new Item();
        timer.cancel(cancelled);
        timer.arm(cancelled, TransportClock.nanoTime());
        assertEquals(ByteLayer.NEVER, cancelled.deadlineNanos(), "it would stay in the wheel until its time");
        Item behind = new Item();
        timer.arm(behind, TransportClock.nanoTime());
        assertEquals(behind, next());
    }

    @Test
    void stopEndsTheThreadThoughDeadlinesWait() throws Exception {
        timer.arm(new Item(), TransportClock.nanoTime() + HOUR);
        timer.stop();
        timer.join();
        assertFalse(running());
    }

    private Item next() throws InterruptedException {
        Item item = passed.poll(20, TimeUnit.SECONDS);
        assertNotNull(item);
        return item;
    }

    private static boolean running() {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals(NAME));
    }
}
