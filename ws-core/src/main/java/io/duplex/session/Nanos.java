package io.duplex.session;

import java.time.Duration;

/** Durations as numbers of nanoseconds, whatever an application gives. */
final class Nanos {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Nanos() {}

    /** Not negative, and at most 292 years, beyond which {@link Duration#toNanos} throws. */
    static long of(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : duration.toNanos();
    }
}
