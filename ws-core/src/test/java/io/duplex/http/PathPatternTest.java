package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
    private static Optional<Map<String, String>> match(String pattern, String path) {
        return PathPattern.of(pattern).match(Reading.target(path).segments());
    }

    @ParameterizedTest
    @CsvSource({ "/, /", "/chat, /chat", "/a/b/, /a/b/", "/a b, /a%20b", "/%, /%25" })
    void aLiteralMatchesItself(String pattern, String path) {
        assertEquals(Optional.of(Map.of()), match(pattern, path));
    }

    @ParameterizedTest
    @CsvSource({ "/, /a", "/a, /", "/a, /A", "/a, /a/", "/a/, /a", "/a, /a/b", "/a/b, /a", "/{x}, /",
        "/a/{x}, /a/",
        "/a/{x}, /a", "/a/{x}, /a/b/c", "/a/*, /a", "/a/*, /b/c", "/{x}/b, //b" })
    void otherPathsDoNotMatch(String pattern, String path) {
        assertEquals(Optional.empty(), match(pattern, path));
    }

    @Test
    void aParameterMatchesOneSegment() {
        assertEquals(Optional.of(Map.of("room", "caf\u00e9 1")),
                match("/chat/{room}", "/chat/caf%C3%A9%201"));
        assertEquals(Optional.of(Map.of("a", "1", "b", "2")), match("/{a}/x/{b}", "/1/x/2"));
    }

    @Test
    void aWildcardMatchesTheRest() {
        assertEquals(Optional.of(Map.of("*", "css/a.css")), match("/static/*", "/static/css/a.css"));
        assertEquals(Optional.of(Map.of("*", "")), match("/static/*", "/static/"));
        assertEquals(Optional.of(Map.of("x", "1", "*", "2/")), match("/{x}/*", "/1/2/"));
    }

    @ParameterizedTest
    @CsvSource({ "a, begin with a slash", "'', begin with a slash", "/*/a, wildcard that is not its last",
        "/a*, not a whole segment", "/a{b}, not a whole segment", "/{a, not a whole segment",
        "/{a}b, not a whole segment", "/**, not a whole segment", "/{}, proper name", "/{a b}, proper name",
        "/{*}, proper name", "/{a}/{a}, twice", "/a/../b, dot segment", "/., dot segment" })
    void aMalformedPatternIsRefusedWithItsFault(String pattern, String fault) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> PathPattern.of(pattern));
        assertTrue(e.getMessage().contains(fault) && e.getMessage().contains('"' + pattern + '"'),
                e.getMessage());
    }

    @Test
    void literalBeatsParameterBeatsWildcard() {
        List<String> sorted = Stream.of("/*", "/a/*", "/{x}/b", "/a/{x}", "/a/b", "/{x}/*", "/{x}")
                .map(PathPattern::of)
                .sorted(PathPattern.mostSpecificFirst())
                .map(PathPattern::toString)
                .toList();
        assertEquals(List.of("/a/b", "/a/{x}", "/a/*", "/{x}/b", "/{x}/*", "/{x}", "/*"), sorted);
    }

    @Test
    void parametersNamesDoNotMakeAnotherPattern() {
        assertTrue(PathPattern.of("/a/{x}").matchesSameAs(PathPattern.of("/a/{y}")));
        assertFalse(PathPattern.of("/a/{x}").matchesSameAs(PathPattern.of("/b/{x}")));
        assertFalse(PathPattern.of("/a/{x}").matchesSameAs(PathPattern.of("/a/*")));
        assertEquals(PathPattern.of("/{x}"), PathPattern.of("/{x}"));
    }
}
