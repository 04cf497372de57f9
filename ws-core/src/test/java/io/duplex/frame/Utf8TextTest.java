package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 section 8.1, the sender's side. */
class Utf8TextTest {
    @ParameterizedTest
    @ValueSource(strings = { "", "plain", "why?", "?", "Grüße", "€", "\uD83D\uDE00", "a\uD83D\uDE00?b",
        "\uDBFF\uDFFF", "\uD800\uDC00", "\uFFFD", "\0" })
    void wellFormedTextIsEncodedAsByTheJdk(String text) {
        assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), Utf8Text.encode(text));
    }

    @Test
    void anyCharSequenceIsTaken() {
        assertArrayEquals(Bytes.hex("61e282ac"), Utf8Text.encode(new StringBuilder("a€")));
        assertArrayEquals(Bytes.hex("c39f"), Utf8Text.encode(CharBuffer.wrap("ß")));
    }

    @Test
    void aLoneSurrogateIsRefusedWithItsIndex() {
        assertRefused("\uD800", "lone surrogate U+D800 at index 0");
        assertRefused("ab\uDFFF", "lone surrogate U+DFFF at index 2");
        assertRefused("?\uD83D?", "lone surrogate U+D83D at index 1");
        assertRefused("ß\uDE00", "lone surrogate U+DE00 at index 1");
        assertRefused("ß\uD83D", "lone surrogate U+D83D at index 1");
        assertRefused("\uDE00\uD83D", "lone surrogate U+DE00 at index 0");
        assertRefused("\uD83D\uDE00\uDE00", "lone surrogate U+DE00 at index 2");
        assertRefused("\uD83D\uD83D\uDE00", "lone surrogate U+D83D at index 0");
        assertRefused("\uD83D€", "lone surrogate U+D83D at index 0");
    }

    private static void assertRefused(String text, String message) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> Utf8Text.encode(text));
        assertEquals(message, refusal.getMessage());
    }
}
