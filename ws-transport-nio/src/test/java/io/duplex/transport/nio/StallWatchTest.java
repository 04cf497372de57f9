package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The watch, whose thread never looks by itself here: the test looks, at times of its choice. */
class StallWatchTest {
    private static final Duration LIMIT = Duration.ofHours(2);
    private static final long STEP = LIMIT.toNanos() / 4;

    private record Report(String text, Throwable here) {}

    private final List<Report> reports = new ArrayList<>();
    private final StallWatch watch =
            new StallWatch("stall-watch-test", LIMIT, (text, here) -> reports.add(new Report(text, here)));
    private final CallMark mark = new CallMark();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread loop = Thread.ofPlatform().daemon().name("a-loop").start(this::holdLoop);
    private long now = 1;

    StallWatchTest() throws InterruptedException {
        watch.add(loop, mark);
        held.await();
    }

    private void holdLoop() {
        held.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        end.countDown();
        watch.stop();
        watch.join();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            now += STEP;
            watch.look(now);
        }
    }

    @Test
    void aCallThatDoesNotReturnIsReportedOnceWithItsStack() {
        mark.begin();
        look(4);
        assertEquals(List.of(), reports, "the first look only finds it");
        look(1);
        assertEquals(1, reports.size());
        Report report = reports.getFirst();
        assertTrue(report.text.startsWith("a-loop has been held by a callback for more than 7200 s"),
                report.text);
        assertTrue(List.of(report.here.getStackTrace()).toString().contains("holdLoop"));
        look(100);
        assertEquals(1, reports.size());
    }

    @Test
    void theNextCallIsAnotherIncident() {
        mark.begin();
        look(5);
        mark.end();
        mark.begin();
        look(5);
        assertEquals(2, reports.size());
    }

    @Test
    void manyCallsAndAnIdleLoopAreNoIncident() {
        look(100);
        for (int i = 0; i < 100; i++) {
            mark.begin();
            look(2);
            mark.end();
            look(2);
        }
        assertEquals(List.of(), reports);
    }

    @Test
    void aCallInsideACallEndsTheIncident() {
        mark.begin();
        mark.begin();
        mark.end();
        mark.end();
        look(10);
        assertEquals(List.of(), reports);
    }

    @Test
    void aMachineThatStoodStillIsNoIncident() {
        mark.begin();
        look(2);
        now += 1000 * LIMIT.toNanos();
        watch.look(now);
        assertEquals(List.of(), reports);
    }

    @Test
    void aReportThatFailsDoesNotEndTheWatch() {
        StallWatch unlucky = new StallWatch("stall-watch-test", LIMIT, (text, here) -> {
            reports.add(new Report(text, here));
            throw new IllegalStateException("the log is broken");
        });
        unlucky.add(loop, mark);
        mark.begin();
        for (int i = 1; i <= 5; i++) {
            unlucky.look(i * STEP);
        }
        assertEquals(1, reports.size());
        unlucky.stop();
        unlucky.join();
    }

    @Test
    void itsThreadEndsWithIt() {
        watch.stop();
        watch.join();
        assertFalse(Thread.getAllStackTraces()
                .keySet()
                .stream()
                .anyMatch(thread -> thread.getName().equals("stall-watch-test")));
    }
}
