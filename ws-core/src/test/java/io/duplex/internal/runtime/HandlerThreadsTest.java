package io.duplex.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.Patience;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread whose handler has returned is still alive for a moment, and a stop must not return before. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandlerThreadsTest {
    @Test
    void joinLeavingWaitsForAThreadThatHasLeftItsTask() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        HandlerThreads threads = new HandlerThreads(() -> awaitQuietly(mayEnd));
        Thread handler = threads.start("handler", () -> {});
        Patience.await("the task is over", threads::isEmpty);
        Thread stop = Thread.ofPlatform().daemon().start(threads::joinLeaving);
        Patience.awaitWaiting(stop);
        assertTrue(handler.isAlive());
        mayEnd.countDown();
        stop.join();
        assertFalse(handler.isAlive());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
