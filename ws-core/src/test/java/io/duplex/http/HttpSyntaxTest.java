package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSyntaxTest {
    @Test
    void readsTokensOverAllFieldLinesInOrder() throws HttpException {
        assertEquals(List.of("a", "B", "c", "a"), HttpSyntax.tokens(List.of("a, B", "", " ,c\t,, a,")));
        assertEquals(List.of(), HttpSyntax.tokens(List.of(" , ")));
        assertEquals(List.of(), HttpSyntax.tokens(List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a b", "a;b=c", "\"a\"", "a, b/c", "a, \u00e9", "a=b" })
    void refusesOtherElements(String value) {
        assertEquals(400,
                assertThrows(HttpException.class, () -> HttpSyntax.tokens(List.of("x", value))).status());
    }

    /** RFC 9110 section 5.6.2, character by character. */
    @Test
    void aTokenHasTheCharactersOfTheGrammar() {
        String token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for (char c = 0; c < 0x180; c++) {
            assertEquals(token.indexOf(c) >= 0, HttpSyntax.isToken("x" + c), "character " + (int) c);
        }
        assertFalse(HttpSyntax.isToken(""));
    }

    /** RFC 3986 section 3.2.2. */
    @Test
    void aHostHasTheCharactersOfTheGrammar() {
        String name = "-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for (char c = 0; c < 0x180; c++) {
            String host = "x" + c;
            if (name.indexOf(c) >= 0) {
                assertEquals(host.toLowerCase(Locale.ROOT), new Authority(host, OptionalInt.empty()).host());
            } else {
                assertThrows(IllegalArgumentException.class,
                        () -> new Authority(host, OptionalInt.empty()), "character " + (int) c);
            }
        }
    }
}
