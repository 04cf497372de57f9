package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({ "PT0S, 0 s", "PT10S, 10 s", "PT1S, 1 s", "PT1.5S, 1.5 s", "PT0.25S, 250 ms",
        "PT0.0015S, 1.5 ms",
        "PT0.0005S, 500 µs", "PT0.0000005S, 0.5 µs", "PT0.000000001S, 0.001 µs", "PT1M, 1 min",
        "PT1M30S, 1 min 30 s", "PT90M, 1 h 30 min", "PT2H, 2 h", "PT24H, 1 d", "PT8760H, 365 d",
        "PT61M0.5S, 1 h 1 min 0.5 s", "PT-10S, -10 s", "PT-0.25S, -250 ms" })
    @DisplayName("a duration reads as a person writes it")
    void readsAsAPersonWritesIt(Duration duration, String text) {
        assertEquals(text, Durations.text(duration));
    }

    @ParameterizedTest
    @CsvSource({ "PT1.2345678S, 1.235 s", "PT59.9996S, 1 min", "PT0.9999999S, 1 s",
        "PT0.001234567S, 1.235 ms" })
    @DisplayName("a measured duration is rounded")
    void isRounded(Duration duration, String text) {
        assertEquals(text, Durations.text(duration));
    }

    @Test
    @DisplayName("the longest and the shortest duration have a text")
    void extremes() {
        String longest = "106751991167300 d 15 h 30 min 7 s";
        assertEquals(longest, Durations.text(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)));
        assertEquals("-" + longest, Durations.text(Duration.ofSeconds(Long.MIN_VALUE)));
    }
}
