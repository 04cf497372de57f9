package io.duplex.internal.handshake;

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
    @CsvSource({
        // In clear, the default port given by neither, one, the other and both:
        "http://a.example, a.example, false, true", "http://a.example:80, a.example, false, true",
        "http://a.example, a.example:80, false, true", "http://a.example:80, a.example:80, false, true",
        "http://a.example:8080, a.example:8080, false, true",
        "http://a.example:443, a.example:443, false, true",
        // The same over TLS:
        "https://a.example, a.example, true, true", "https://a.example:443, a.example, true, true",
        "https://a.example, a.example:443, true, true", "https://a.example:443, a.example:443, true, true",
        "https://a.example:8443, a.example:8443, true, true",
        "https://a.example:80, a.example:80, true, true",
        // The scheme is not that of the connection:
        "http://a.example:9401, a.example:9401, true, false", "http://a.example, a.example, true, false",
        "http://a.example:443, a.example, true, false", "http://a.example:443, a.example:443, true, false",
        "https://a.example:9401, a.example:9401, false, false", "https://a.example, a.example, false, false",
        "https://a.example, a.example:443, false, false", "https://a.example:80, a.example, false, false",
        "https://a.example, a.example:80, false, false",
        // Schemes of no web page:
        "evil-app://a.example:9401, a.example:9401, true, false",
        "evil-app://a.example:9401, a.example:9401, false, false",
        "chrome-extension://a.example, a.example, true, false",
        "chrome-extension://a.example, a.example, false, false",
        "file://a.example:80, a.example, false, false",
        "ws://a.example:80, a.example:80, false, false", "wss://a.example:443, a.example:443, true, false",
        "httpss://a.example:443, a.example:443, true, false",
        // Case makes no difference:
        "HTTP://A.Example, a.EXAMPLE, false, true", "HTTPS://A.Example:9401, a.EXAMPLE:9401, true, true",
        // IPv6, compared as written; browsers write the shortest form in both fields:
        "http://[::1], [::1], false, true", "http://[::1]:99, [::1]:99, false, true",
        "https://[2001:DB8::1]:8443, [2001:db8::1]:8443, true, true", "https://[::1], [::1]:443, true, true",
        "http://[::1]:99, [::2]:99, false, false", "http://[::1]:99, [0:0:0:0:0:0:0:1]:99, false, false",
        "http://[::1]:99, 127.0.0.1:99, false, false",
        // A dot at the end makes another name, with cookies of its own:
        "http://a.example., a.example., false, true", "https://a.example.:99, a.example.:99, true, true",
        "http://a.example., a.example, false, false", "https://a.example, a.example., true, false",
        // Other hosts and ports:
        "http://b.example, a.example, false, false", "http://x.a.example, a.example, false, false",
        "http://a.example.evil, a.example, false, false", "http://a.example:8080, a.example, false, false",
        "http://a.example, a.example:8080, false, false",
        "http://a.example:8080, a.example:8081, false, false",
        "https://a.example:444, a.example, true, false", "https://a.example, a.example:80, true, false" })
    void isAtASchemeHostAndPort(String page, String host, boolean secure, boolean expected)
            throws HttpException {
        assertEquals(expected, Origin.parse(page).orElseThrow().isAt(Authority.parse(host), secure));
    }
}
