package io.duplex.transport;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * Converts durations to nanoseconds and to text. A duration that does not fit into a {@code long} (292 years)
 * becomes the longest number of nanoseconds, which never expires.
 */
public final class Durations {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;

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

    /**
     * Writes a duration for people: {@code 10 s}, {@code 1 min 30 s}, {@code 250 ms}, {@code 1.5 s}, {@code 2
     * h}.
     *
     * @param duration of any sign and size
     * @return whole days, hours and minutes, then seconds, without those that are zero; the last unit has up
     *         to three decimals
     */
    public static String text(Duration duration) {
        if (duration.isNegative()) {
            return "-" + text(magnitude(duration));
        }
        if (duration.compareTo(MILLISECOND) < 0) {
            return duration.isZero() ? "0 s" : decimal(duration.toNanos(), 3) + " µs";
        }
        // 999.9999 ms is 1 s.
        Duration rounded = duration.compareTo(SECOND) < 0 ? rounded(duration, NANOS_PER_MICRO) : duration;
        return rounded.compareTo(SECOND) < 0
                ? decimal(rounded.toNanos(), 6) + " ms"
                : parts(rounded(rounded, NANOS_PER_MILLI));
    }

    /** The most negative duration has no positive counterpart. */
    private static Duration magnitude(Duration negative) {
        return negative.getSeconds() == Long.MIN_VALUE
                ? Duration.ofSeconds(Long.MAX_VALUE)
                : negative.negated();
    }

    private static Duration rounded(Duration duration, long unitNanos) {
        long nanos = (duration.getNano() + unitNanos / 2) / unitNanos * unitNanos;
        return duration.getSeconds() == Long.MAX_VALUE
                ? duration.withNanos(0)
                : Duration.ofSeconds(duration.getSeconds(), nanos);
    }

    private static String parts(Duration duration) {
        StringBuilder parts = new StringBuilder();
        append(parts, duration.toDays(), "d");
        append(parts, duration.toHoursPart(), "h");
        append(parts, duration.toMinutesPart(), "min");
        long nanos = Duration.ofSeconds(duration.toSecondsPart(), duration.getNano()).toNanos();
        if (nanos > 0) {
            parts.append(decimal(nanos, 9)).append(" s");
        }
        return parts.toString().strip();
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(count).append(' ').append(unit).append(' ');
        }
    }

    private static String decimal(long value, int places) {
        return BigDecimal.valueOf(value, places).stripTrailingZeros().toPlainString();
    }
}
