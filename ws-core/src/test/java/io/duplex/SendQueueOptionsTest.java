package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges, defaults and copies. */
class SendQueueOptionsTest {
    @Test
    void defaultsAreTheDocumentedOnes() {
        assertEquals(new SendQueueOptions(1_048_576, 65_536, OverflowPolicy.CLOSE, true),
                SendQueueOptions.SERVER);
        assertEquals(new SendQueueOptions(1_048_576, 65_536, OverflowPolicy.BLOCK, false),
                SendQueueOptions.CLIENT);
    }

    @ParameterizedTest
    @CsvSource({ "1,0", "0,0", "5,6", "-1,-2" })
    void outOfRangeIsRefused(long limit, long highWater) {
        assertThrows(IllegalArgumentException.class,
                () -> new SendQueueOptions(limit, highWater, OverflowPolicy.DROP, true));
    }

    @ParameterizedTest
    @CsvSource({ "-1", "6" })
    void aLowWaterMarkIsBelowTheHighOne(long lowWater) {
        assertThrows(IllegalArgumentException.class,
                () -> new SendQueueOptions(10, 5, lowWater, OverflowPolicy.DROP, true));
    }

    @Test
    void aPolicyMustBeGiven() {
        assertThrows(NullPointerException.class, () -> new SendQueueOptions(1, 1, null, true));
    }

    @Test
    void copiesChangeWhatTheySay() {
        SendQueueOptions options = new SendQueueOptions(10, 5, OverflowPolicy.DROP, true);
        assertEquals(new SendQueueOptions(20, 5, OverflowPolicy.DROP, true), options.withLimitBytes(20));
        assertEquals(new SendQueueOptions(3, 3, OverflowPolicy.DROP, true), options.withLimitBytes(3));
        assertEquals(new SendQueueOptions(10, 10, OverflowPolicy.DROP, true), options.withHighWaterBytes(10));
        assertEquals(new SendQueueOptions(10, 5, OverflowPolicy.FAIL, true),
                options.withOverflow(OverflowPolicy.FAIL));
        SendQueueOptions marked = new SendQueueOptions(10, 5, 4, OverflowPolicy.DROP, true);
        assertEquals(marked, options.withLowWaterBytes(4));
        assertEquals(new SendQueueOptions(3, 3, 3, OverflowPolicy.DROP, true), marked.withLimitBytes(3));
        assertEquals(new SendQueueOptions(10, 2, 2, OverflowPolicy.DROP, true), marked.withHighWaterBytes(2));
        assertEquals(new SendQueueOptions(10, 5, 4, OverflowPolicy.FAIL, true),
                marked.withOverflow(OverflowPolicy.FAIL));
    }
}
