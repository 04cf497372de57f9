package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LogTextTest {
    @Test
    void everyCharacterThatCouldForgeALineBecomesASpace() {
        assertEquals("a b c d e f g", LogText.oneLine("a\nb\rc\u2028d\u0085e\u001bf\u202eg"));
        assertEquals("café {0} %s", LogText.oneLine("café {0} %s"));
        assertEquals("null", LogText.oneLine(null));
    }

    @Test
    void longTextIsCut() {
        assertEquals("x".repeat(LogText.MAX_CHARS), LogText.oneLine("x".repeat(LogText.MAX_CHARS)));
        assertEquals("x".repeat(LogText.MAX_CHARS) + "...",
                LogText.oneLine("x".repeat(LogText.MAX_CHARS + 1)));
    }
}
