package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderValuesTest {
    @Test
    void readsTokensOverAllFieldLinesInOrder() throws HttpException {
        assertEquals(List.of("a", "B", "c", "a"), HeaderValues.tokens(List.of("a, B", "", " ,c\t,, a,")));
        assertEquals(List.of(), HeaderValues.tokens(List.of(" , ")));
        assertEquals(List.of(), HeaderValues.tokens(List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a b", "a;b=c", "\"a\"", "a, b/c", "a, \u00e9", "a=b" })
    void refusesOtherElements(String value) {
        assertEquals(400,
                assertThrows(HttpException.class, () -> HeaderValues.tokens(List.of("x", value))).status());
    }
}
