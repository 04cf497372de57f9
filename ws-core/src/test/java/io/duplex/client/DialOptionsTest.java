package io.duplex.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DialOptionsTest {
    @Test
    void eachPartCanBeSet() {
        assertEquals(new DialOptions(Duration.ofMillis(1), Duration.ofMillis(2)), DialOptions.DEFAULT
                .withAttemptDelay(Duration.ofMillis(1))
                .withAddressTimeout(Duration.ofMillis(2)));
    }

    @Test
    void bothArePositive() {
        assertThrows(IllegalArgumentException.class,
                () -> DialOptions.DEFAULT.withAttemptDelay(Duration.ZERO));
        assertThrows(IllegalArgumentException.class,
                () -> DialOptions.DEFAULT.withAddressTimeout(Duration.ofMillis(-1)));
    }
}
