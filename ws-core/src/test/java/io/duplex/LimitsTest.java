package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges, defaults and copies. */
class LimitsTest {
    @Test
    void defaultsAreTheDocumentedOnes() {
        assertEquals(new Limits(1_048_576, 1_048_576, 131_072, 268_435_456), Limits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({ "0,1,1,1", "1,0,1,1", "1,1,0,1", "1,1,1,0", "-1,1,1,1", "2147483584,1,1,1" })
    void outOfRangeIsRefused(long message, long frame, int fragments, long drain) {
        assertThrows(IllegalArgumentException.class, () -> new Limits(message, frame, fragments, drain));
    }

    @Test
    void edgesOfTheRangesAreTaken() {
        assertEquals(1, new Limits(1, 1, 1, 1).maxMessageBytes());
        assertEquals(2_147_483_583, new Limits(2_147_483_583, 1, 1, 1).maxMessageBytes());
    }

    @Test
    void copiesChangeWhatTheySay() {
        Limits limits = new Limits(1, 2, 3, 4);
        assertEquals(new Limits(9, 9, 3, 4), limits.withMaxMessageBytes(9));
        assertEquals(new Limits(1, 9, 3, 4), limits.withMaxFrameBytes(9));
        assertEquals(new Limits(1, 2, 9, 4), limits.withMaxFragments(9));
    }
}
