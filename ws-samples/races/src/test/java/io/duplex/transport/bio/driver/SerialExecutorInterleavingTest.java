package io.duplex.transport.bio.driver;

import io.duplex.races.Exploration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * The connection thread makes calls while others submit tasks, for which they are the helper themselves. One
 * thread is inside at a time, each task runs once and in order, and none is left behind.
 */
public final class SerialExecutorInterleavingTest {
    private final SerialExecutor executor = new SerialExecutor(null, null);
    private final AtomicInteger inside = new AtomicInteger();
    /** Belongs to the owner of the turn, so that a second owner loses an update. */
    private int ran;
    private final AtomicInteger asked = new AtomicInteger();

    private void run() {
        if (inside.getAndIncrement() != 0) {
            throw new AssertionError("two threads inside");
        }
        ran++;
        inside.decrementAndGet();
    }

    private void runTasks() {
        for (Runnable next = executor.nextOrRelease(); next != null; next = executor.nextOrRelease()) {
            next.run();
        }
    }

    @Operation(nonParallelGroup = "connection")
    public void call() {
        asked.incrementAndGet();
        executor.take();
        run();
        runTasks();
    }

    @Operation(nonParallelGroup = "connection")
    public void callAndForfeit() {
        asked.incrementAndGet();
        executor.take();
        run();
        executor.forfeit();
    }

    @Operation
    public void submit() {
        asked.incrementAndGet();
        if (executor.add(this::run)) {
            runTasks();
        }
    }

    @Validate
    public void eachHasRun() {
        call();
        if (ran != asked.get()) {
            throw new AssertionError(ran + " of " + asked + " have run");
        }
    }

    @Test
    void oneThreadInsideAtATimeAndNoTaskLeftBehind() {
        Exploration.explore(SerialExecutorInterleavingTest.class, 2, 8, 300);
    }
}
