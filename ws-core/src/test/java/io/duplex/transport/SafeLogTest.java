package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

/** A burst is written, the rest is counted, and each kind has a budget of its own. */
class SafeLogTest {
    private final List<String> lines = new ArrayList<>();
    private final List<Throwable> causes = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - 5;
    private final SafeLog log = new SafeLog(new Lines(), () -> nanos);

    /** Keeps what is logged. */
    private final class Lines implements Logger {
        @Override
        public String getName() {
            return "lines";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
            lines.add(level + " " + text);
            causes.add(thrown);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... values) {
            log(level, bundle, format, (Throwable) null);
        }
    }

    private void log(String kind, int times, Throwable cause) {
        for (int i = 0; i < times; i++) {
            log.log(Level.WARNING, kind, () -> "! " + kind + " happened", cause);
        }
    }

    @Test
    void aBurstIsWrittenWithItsCausesAndTheRestAsLines() {
        IllegalStateException cause = new IllegalStateException("a\nb");
        log("x", SafeLog.BURST + 2, cause);
        for (int i = 0; i < SafeLog.BURST; i++) {
            assertEquals("WARNING ! x happened", lines.get(i));
            assertSame(cause, causes.get(i));
        }
        assertEquals("DEBUG ! x happened: java.lang.IllegalStateException: a b", lines.getLast());
        assertNull(causes.getLast());
        assertEquals(SafeLog.BURST + 2, lines.size());
    }

    @Test
    void afterTheWindowASummaryComesFirst() {
        log("x", SafeLog.BURST + 7, null);
        lines.clear();
        nanos += SafeLog.WINDOW.toNanos() - 1;
        log("x", 1, null);
        assertEquals(List.of("DEBUG ! x happened"), lines);
        lines.clear();
        nanos++;
        log("x", 1, null);
        assertEquals(List.of("WARNING ! 8 more in the last 60 s, not shown: x", "WARNING ! x happened"),
                lines);
        lines.clear();
        nanos += SafeLog.WINDOW.toNanos();
        log("x", 1, null);
        assertEquals(List.of("WARNING ! x happened"), lines);
    }

    @Test
    void oneKindDoesNotSilenceAnother() {
        log("x", 1000, null);
        lines.clear();
        log("y", 1, null);
        assertEquals(List.of("WARNING ! y happened"), lines);
    }

    @Test
    void everyCharacterThatCouldForgeALineBecomesASpace() {
        assertEquals("a b c d e f g", SafeLog.oneLine("a\nb\rc\u2028d\u0085e\u001bf\u202eg"));
        assertEquals("café {0} %s", SafeLog.oneLine("café {0} %s"));
        assertEquals("null", SafeLog.oneLine(null));
    }

    @Test
    void longTextIsCut() {
        assertEquals("x".repeat(SafeLog.MAX_CHARS), SafeLog.oneLine("x".repeat(SafeLog.MAX_CHARS)));
        assertEquals("x".repeat(SafeLog.MAX_CHARS) + "...",
                SafeLog.oneLine("x".repeat(SafeLog.MAX_CHARS + 1)));
    }
}
