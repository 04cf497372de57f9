package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Ranges, defaults and copies. */
class TimeoutsTest {
    private static final Timeouts DEFAULT = Timeouts.DEFAULT;

    private static Optional<Duration> seconds(long count) {
        return Optional.of(Duration.ofSeconds(count));
    }

    @Test
    void defaultsAreTheDocumentedOnes() {
        assertEquals(new Timeouts(Duration.ofSeconds(10), Optional.empty(), seconds(20), seconds(20),
                Duration.ofSeconds(10), seconds(30), seconds(60)), DEFAULT);
    }

    @Test
    void nothingIsZeroOrNegativeAndTheMessageNamesIt() {
        for (Duration bad : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
            assertRefused("handshake", timeouts -> timeouts.withHandshake(bad));
            assertRefused("idle", timeouts -> timeouts.withIdle(bad));
            assertRefused("pingInterval", timeouts -> timeouts.withKeepAlive(bad, Duration.ofSeconds(1)));
            assertRefused("pong", timeouts -> timeouts.withKeepAlive(Duration.ofSeconds(1), bad));
            assertRefused("close", timeouts -> timeouts.withClose(bad));
            assertRefused("send", timeouts -> timeouts.withSend(bad));
            assertRefused("message", timeouts -> timeouts.withMessage(bad));
        }
    }

    private static void assertRefused(String name, UnaryOperator<Timeouts> change) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> change.apply(DEFAULT)).getMessage();
        assertTrue(message.startsWith("Timeouts." + name + " must be positive"), message);
    }

    @Test
    void copiesChangeWhatTheySay() {
        Duration other = Duration.ofSeconds(99);
        Duration ten = Duration.ofSeconds(10);
        Optional<Duration> idle = seconds(1);
        Timeouts all = DEFAULT.withIdle(Duration.ofSeconds(1));
        assertEquals(new Timeouts(ten, idle, seconds(20), seconds(20), ten, seconds(30), seconds(60)), all);
        assertEquals(new Timeouts(other, idle, seconds(20), seconds(20), ten, seconds(30), seconds(60)),
                all.withHandshake(other));
        assertEquals(new Timeouts(ten, idle, seconds(99), seconds(98), ten, seconds(30), seconds(60)),
                all.withKeepAlive(other, Duration.ofSeconds(98)));
        assertEquals(new Timeouts(ten, idle, Optional.empty(), seconds(20), ten, seconds(30), seconds(60)),
                all.withoutKeepAlive());
        assertEquals(new Timeouts(ten, idle, seconds(20), seconds(20), other, seconds(30), seconds(60)),
                all.withClose(other));
        assertEquals(new Timeouts(ten, idle, seconds(20), seconds(20), ten, seconds(99), seconds(60)),
                all.withSend(other));
        assertEquals(new Timeouts(ten, idle, seconds(20), seconds(20), ten, seconds(30), seconds(99)),
                all.withMessage(other));
        assertEquals(new Timeouts(ten, idle, seconds(20), seconds(20), ten, seconds(30), Optional.empty()),
                all.withoutMessage());
    }
}
