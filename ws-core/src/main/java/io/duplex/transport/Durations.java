package io.duplex.transport;

import java.time.Duration;

/**
 * Converts durations to nanoseconds. A duration that does not fit into a {@code long} (292 years) becomes the
 * longest one, which never expires.
 */
public final class Durations {
    private Durations() {}

    /**
     * Converts a duration.
     *
     * @param time any duration
     * @return nanoseconds, limited to the range of {@code long}
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
     * @param time     the time from now, not negative
     * @return a time on the same clock; {@link ByteLayer#NEVER} if it is beyond the clock's range
     */
    public static long deadline(long nanoTime, Duration time) {
        return deadline(nanoTime, nanos(time));
    }

    /**
     * Computes a deadline.
     *
     * @param nanoTime now, on a transport's clock: not negative
     * @param nanos    the time from now, not negative
     * @return a time on the same clock; {@link ByteLayer#NEVER} if it is beyond the clock's range
     */
    public static long deadline(long nanoTime, long nanos) {
        return nanos >= ByteLayer.NEVER - nanoTime ? ByteLayer.NEVER : nanoTime + nanos;
    }
}
