package io.duplex.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.internal.handshake.Origin;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginPatternTest {
    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({ "https://app.example.com, https://app.example.com, true",
        "https://app.example.com, https://app.example.com:443, true",
        "HTTPS://App.Example.com:443, https://app.example.com, true",
        "https://app.example.com, http://app.example.com, false",
        "https://app.example.com, https://app.example.com:8443, false",
        "https://app.example.com, https://x.app.example.com, false",
        "https://app.example.com, https://app.example.com.evil, false",
        "https://app.example.com:8443, https://app.example.com:8443, true",
        "https://app.example.com:8443, https://app.example.com, false",
        // Labels at the left
        "https://*.example.com, https://a.example.com, true",
        "https://*.example.com, https://a.b.example.com, true",
        "https://*.example.com, https://a.example.com:443, true",
        "https://*.example.com, https://example.com, false",
        "https://*.example.com, https://.example.com, false",
        "https://*.example.com, https://a..example.com, false",
        "https://*.example.com, https://evilexample.com, false",
        "https://*.example.com, https://a.example.com.evil, false",
        "https://*.example.com, http://a.example.com, false",
        "https://*.example.com, https://a.example.com:8443, false",
        "https://*.example.com:8443, https://a.example.com:8443, true",
        // Any port
        "http://localhost:*, http://localhost, true", "http://localhost:*, http://localhost:3000, true",
        "http://localhost:*, https://localhost:3000, false",
        "http://localhost:*, http://localhost.evil:3000, false",
        "http://[::1]:*, http://[::1]:3000, true", "http://*.localhost:*, http://a.localhost:1, true",
        "http://127.0.0.1:*, http://127.0.0.1:1, true",
        // Schemes of browsers' extensions
        "chrome-extension://abcdef, chrome-extension://abcdef, true",
        "chrome-extension://abcdef, chrome-extension://abcdeg, false" })
    void matches(String pattern, String origin, boolean expected) {
        assertEquals(expected, OriginPattern.of(pattern).matches(Origin.parse(origin).orElseThrow()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "*|to allow every origin, use OriginPolicy.any()",
        "null|every sandboxed page has this origin, so it cannot be allowed",
        "example.com|it must begin with a scheme, such as https://",
        "''|it must begin with a scheme, such as https://",
        "*://example.com|it must begin with a scheme, such as https://",
        "wss://example.com|an origin has the scheme of the page, http or https",
        "https://example.com/|an origin has no path; it ends with the host or the port",
        "https://example.com/app|an origin has no path; it ends with the host or the port",
        "https://example.com?a|an origin has no path; it ends with the host or the port",
        "https://bücher.example|write the host in its ASCII form, xn--...",
        "https://a.*.com|a wildcard is \"*.\" before the whole host, or \":*\" for the port",
        "https://*example.com|a wildcard is \"*.\" before the whole host, or \":*\" for the port",
        "https://*|a wildcard is \"*.\" before the whole host, or \":*\" for the port",
        "https://*.*.com|a wildcard is \"*.\" before the whole host, or \":*\" for the port",
        "https://example.com:80*|a wildcard is \"*.\" before the whole host, or \":*\" for the port",
        "https://*.|the host or the port is malformed", "https://|the host or the port is malformed",
        "https://u@example.com|the host or the port is malformed",
        "https://example.com:x|the host or the port is malformed",
        "https://example.com:99999|the host or the port is malformed",
        "http://localhost:80:*|it has two ports", "http://localhost::*|it has two ports",
        "http://*.0.0.1|an address has no hosts below it", "http://*.[::1]|an address has no hosts below it",
        "http://*.1:80|an address has no hosts below it" })
    void saysWhatIsWrongWithAnEntry(String pattern, String fault) {
        String message = assertThrows(IllegalArgumentException.class, () -> OriginPattern.of(pattern))
                .getMessage();
        assertEquals("The origin \"" + pattern + "\" cannot be allowed: " + fault, message);
    }
}
