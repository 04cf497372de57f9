package io.duplex.transport;

import java.time.Duration;

/** Durations as nanoseconds. One that is too long for a {@code long} (292 years) becomes the longest there is, which never passes. */
public final class Durations {
    private Durations() {}

    /**
     * Converts a duration.
     *
     * @param time any duration
     * @return nanoseconds, {@link Long#MAX_VALUE} or {@link Long#MIN_VALUE} if there are more or fewer than that
     */
    public static long nanos(Duration time) {
        try {
            return time.toNanos();
        } catch (ArithmeticException tooLong) {
            return time.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /**
     * Computes a deadline.
     *
     * @param nanoTime now, on a transport's clock: not negative
     * @param time     how long from now, not negative
     * @return a time on the same clock, or {@link ByteLayer#NEVER} if it lies beyond the clock's range
     */
    public static long deadline(long nanoTime, Duration time) {
        return deadline(nanoTime, nanos(time));
    }

    /**
     * Computes a deadline.
     *
     * @param nanoTime now, on a transport's clock: not negative
     * @param nanos    how long from now, not negative
     * @return a time on the same clock, or {@link ByteLayer#NEVER} if it lies beyond the clock's range
     */
    public static long deadline(long nanoTime, long nanos) {
        return nanos >= ByteLayer.NEVER - nanoTime ? ByteLayer.NEVER : nanoTime + nanos;
    }
}
