package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadLimitsTest {
    @Test
    void theDefaultsAreThoseOfTheDocumentation() {
        assertEquals(new HeadLimits(8192, 100, 32_768), HeadLimits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({ "0, 0, 0, maxLineBytes", "1, -1, 0, maxFields", "1, 0, -1, maxHeaderBytes" })
    void aValueOutOfRangeIsNamed(int line, int fields, int header, String name) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> new HeadLimits(line, fields, header));
        assertTrue(e.getMessage().startsWith(name), e.getMessage());
    }
}
