package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationsTest {
    private static final Duration HUGE = Duration.ofSeconds(Long.MAX_VALUE);

    @Test
    void anOrdinaryDurationIsConverted() {
        assertEquals(1_500_000_000L, Durations.nanos(Duration.ofMillis(1500)));
        assertEquals(0, Durations.nanos(Duration.ZERO));
        assertEquals(-1, Durations.nanos(Duration.ofNanos(-1)));
    }

    @Test
    void oneTooLongBecomesTheLongest() {
        assertEquals(Long.MAX_VALUE, Durations.nanos(HUGE));
        assertEquals(Long.MIN_VALUE, Durations.nanos(HUGE.negated()));
    }

    @Test
    void aDeadlineBeyondTheClockNeverPasses() {
        assertEquals(107, Durations.deadline(7, Duration.ofNanos(100)));
        assertEquals(ByteLayer.NEVER, Durations.deadline(7, HUGE));
        assertEquals(ByteLayer.NEVER, Durations.deadline(7, Duration.ofNanos(Long.MAX_VALUE)));
        assertEquals(ByteLayer.NEVER, Durations.deadline(0, Long.MAX_VALUE));
        assertEquals(ByteLayer.NEVER - 1, Durations.deadline(1, Long.MAX_VALUE - 2));
    }
}
