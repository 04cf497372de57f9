package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SizeConverterTest {
    private final SizeConverter converter = new SizeConverter();

    @ParameterizedTest
    @CsvSource({ "1, 1", "65536, 65536", "1k, 1024", "64m, 67108864", "1G, 1073741824",
        "2147483583, 2147483583",
        "000000000001k, 1024" })
    void readsBytesAndPowersOf1024(String text, long bytes) {
        assertEquals(bytes, converter.convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "k", "-1", "1.5m", "1 m", "1mb", "1t", "0x10" })
    void saysHowASizeIsWritten(String text) {
        assertTrue(failure(text).contains("is no size"), failure(text));
    }

    @ParameterizedTest
    @ValueSource(strings = { "2g", "2147483584", "99999999999999999999", "9999999999999m" })
    void refusesWhatNoArrayHolds(String text) {
        assertTrue(failure(text).contains("smaller than 2 GiB"), failure(text));
    }

    @Test
    void refusesZero() {
        assertTrue(failure("0k").contains("no room"), failure("0k"));
    }

    private String failure(String text) {
        return assertThrows(TypeConversionException.class, () -> converter.convert(text)).getMessage();
    }
}
