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
public final class TurnInterleavingTest {
    private final Turn turn = new Turn();
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
        for (Runnable next = turn.nextOrRelease(); next != null; next = turn.nextOrRelease()) {
            next.run();
        }
    }

    @Operation(nonParallelGroup = "connection")
    public void call() {
        asked.incrementAndGet();
        turn.take();
        run();
        runTasks();
    }

    @Operation(nonParallelGroup = "connection")
    public void callAndForfeit() {
        asked.incrementAndGet();
        turn.take();
        run();
        turn.forfeit();
    }

    @Operation
    public void submit() {
        asked.incrementAndGet();
        if (turn.add(this::run)) {
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
        Exploration.explore(TurnInterleavingTest.class, 2, 8, 300);
    }
}
