package io.duplex.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class AddressLimitsTest {
    @Test
    void limitsArePositive() {
        assertThrows(IllegalArgumentException.class, () -> new AddressLimits(0, 1));
        assertThrows(IllegalArgumentException.class, () -> AddressLimits.NONE.withHandshakesPerSecond(0));
        assertEquals(new AddressLimits(5, 200), AddressLimits.DEFAULT.withMaxConnections(5));
    }
}
