package io.duplex.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.http.Authority;
import io.duplex.http.HttpException;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @Test
    void readsSchemeHostAndPort() {
        assertEquals(Optional.of(new Origin("https", "app.example.com", OptionalInt.of(8443))),
                Origin.parse("HTTPS://App.Example.COM:8443"));
        assertEquals(Optional.of(new Origin("http", "[::1]", OptionalInt.empty())),
                Origin.parse("http://[::1]"));
        assertEquals(Optional.of(new Origin("chrome-extension", "abc", OptionalInt.empty())),
                Origin.parse("chrome-extension://abc"));
    }

    @ParameterizedTest
    @CsvSource({ "http://a:80,http://a", "https://a:443,https://a" })
    void leavesOutADefaultPort(String written, String plain) {
        assertEquals(Origin.parse(plain), Origin.parse(written));
    }

    @Test
    void keepsThePortOfAnotherScheme() {
        assertEquals(OptionalInt.of(80), Origin.parse("https://a:80").orElseThrow().port());
        assertEquals(OptionalInt.of(443), Origin.parse("app://a:443").orElseThrow().port());
    }

    @ParameterizedTest
    @ValueSource(strings = { "null", "", "example.com", "http:", "http://", "http://:80", "://a", "http://a/",
        "http://a?",
        "http://a b", "http://u@a", "http://a:70000", "http://a:x", "http://[::1", "1http://a", "http//a",
        "http://a, http://b", "http://a http://b", "javascript:alert(1)", "http://a\u00e9" })
    void findsNoOriginInAnythingElse(String text) {
        assertEquals(Optional.empty(), Origin.parse(text));
    }

    @ParameterizedTest(name = "page {0}, Host {1}, TLS {2}: {3}")
    @CsvSource({ "http://a.example, a.example, false, true",
        "http://a.example:80, a.example, false, true", "http://a.example, a.example:80, false, true",
        "http://a.example:8080, a.example:8080, false, true", "https://a.example, a.example, true, true",
        "https://a.example, a.example:443, true, true", "https://a.example:443, a.example, true, true",
        "https://a.example:8443, a.example:8443, true, true", "http://[::1]:99, [::1]:99, false, true",
        // TLS ends in a proxy:
        "https://a.example, a.example, false, true", "https://a.example, a.example:443, false, true",
        // Other hosts, ports and schemes:
        "http://b.example, a.example, false, false", "http://x.a.example, a.example, false, false",
        "http://a.example.evil, a.example, false, false", "http://a.example:8080, a.example, false, false",
        "http://a.example, a.example:8080, false, false",
        "http://a.example:8080, a.example:8081, false, false",
        "http://a.example, a.example, true, false", "https://a.example:80, a.example, false, false",
        "https://a.example, a.example:80, false, false", "https://a.example:444, a.example, true, false",
        "chrome-extension://a.example, a.example, true, false",
        "chrome-extension://a.example, a.example, false, false" })
    void isAtAHostAndPort(String page, String host, boolean secure, boolean expected) throws HttpException {
        assertEquals(expected, Origin.parse(page).orElseThrow().isAt(Authority.parse(host), secure));
    }
}
