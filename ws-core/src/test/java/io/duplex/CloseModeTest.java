package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of close modes, both ways, and the range of the one with a time. */
class CloseModeTest {
    @ParameterizedTest
    @ValueSource(strings = { "background", "reset", "half-close", "acknowledged", "linger:5s", "linger:250ms",
        "linger:PT0.0000005S" })
    void whatItIsCalledIsTakenBack(String text) {
        assertEquals(text, CloseMode.parse(text).toString());
    }

    @Test
    void everyModeHasAName() {
        assertEquals(CloseMode.BACKGROUND, CloseMode.parse("Background"));
        assertEquals(CloseMode.RESET, CloseMode.parse("RESET"));
        assertEquals(CloseMode.HALF_CLOSE, CloseMode.parse("Half-Close"));
        assertEquals(CloseMode.ACKNOWLEDGED, CloseMode.parse("acknowledged"));
    }

    @ParameterizedTest
    @CsvSource({ "linger:5s, PT5S", "LINGER:2M, PT2M", "linger:1500ms, PT1.5S", "linger:PT3S, PT3S" })
    void timesHaveShortAndLongForms(String text, Duration time) {
        assertEquals(CloseMode.linger(time), CloseMode.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "half", "half_close", "linger", "linger:", "linger:5", "linger:-5s",
        "linger:0s",
        "linger:5h", "linger:9999999999s", "linger:65536s", "linger: 5s", "reset:5s" })
    void anythingElseIsRefusedWithTheText(String text) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
                () -> CloseMode.parse(text));
        assertTrue(refused.getMessage().matches("(?s).*(no close mode|no time|linger takes).*"),
                refused.getMessage());
    }

    @Test
    void lingeringTakesMoreThanNothingAndWhatSocketsTake() {
        assertThrows(IllegalArgumentException.class, () -> CloseMode.linger(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> CloseMode.linger(Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> CloseMode.linger(Duration.ofSeconds(65_536)));
        assertThrows(NullPointerException.class, () -> CloseMode.linger(null));
        assertEquals("linger:65535s", CloseMode.linger(Duration.ofSeconds(65_535)).toString());
        assertEquals("linger:1ms", CloseMode.linger(Duration.ofMillis(1)).toString());
    }
}
