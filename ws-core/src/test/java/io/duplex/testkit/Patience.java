package io.duplex.testkit;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The only polling of the kit, for events without a signal: threads that end, descriptors that close, a
 * counter that no longer moves.
 */
public final class Patience {
    private static final long PAUSE_NANOS = 2_000_000;

    private Patience() {}

    /**
     * Waits until something is so, at most {@link Recorder#WAIT_NANOS}.
     *
     * @param what      what is awaited, for the failure
     * @param condition cheap and without side effects
     */
    public static void await(String what, BooleanSupplier condition) {
        if (!holds(condition, System.nanoTime() + Recorder.WAIT_NANOS)) {
            throw new AssertionError("waited in vain until " + what);
        }
    }

    /** Waits until something is so; false if it is not at the end, a value of {@link System#nanoTime}. */
    static boolean holds(BooleanSupplier condition, long end) {
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /**
     * Waits until a thread waits for something.
     *
     * @param thread a thread of either kind
     */
    public static void awaitWaiting(Thread thread) {
        await(thread + " waits", () -> thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING);
    }

    /**
     * Waits until a counter has not moved for a while. Standing still cannot be proved: a machine that is
     * slower than the while lets a test pass that should have failed, and never fails one that should have
     * passed.
     *
     * @param counter   grows or stands still
     * @param quietNanos for how long it has to stand still
     * @return its value then
     */
    public static long awaitStill(LongSupplier counter, long quietNanos) {
        long end = System.nanoTime() + Recorder.WAIT_NANOS;
        long value = counter.getAsLong();
        long since = System.nanoTime();
        while (System.nanoTime() - since < quietNanos) {
            LockSupport.parkNanos(PAUSE_NANOS);
            long now = counter.getAsLong();
            if (now != value) {
                value = now;
                since = System.nanoTime();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("still moving: " + value);
            }
        }
        return value;
    }
}
