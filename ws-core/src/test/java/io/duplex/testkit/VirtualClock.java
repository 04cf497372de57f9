package io.duplex.testkit;

import java.time.Duration;

/** A monotonic clock that moves only when a test says so. For one thread. */
public final class VirtualClock {
    /** Not 0, so that a layer that takes 0 for "not set" is found out. */
    private static final long START_NANOS = 1_000_000_000L;

    private long nanos = START_NANOS;

    /**
     * Now.
     *
     * @return nanoseconds, never negative
     */
    public long nanoTime() {
        return nanos;
    }

    /**
     * Moves on. Deadlines fire when their host runs next.
     *
     * @param duration not negative
     */
    public void advance(Duration duration) {
        advanceNanos(duration.toNanos());
    }

    /**
     * Moves on.
     *
     * @param duration nanoseconds, not negative
     */
    public void advanceNanos(long duration) {
        if (duration < 0) {
            throw new IllegalArgumentException("time does not go back: " + duration);
        }
        nanos += duration;
    }
}
