package io.duplex.internal.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6455 section 3. */
class WebSocketUriTest {
    private static WebSocketUri uri(String text) {
        return WebSocketUri.of(URI.create(text));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({ "ws://example.com, example.com, 80, example.com, /",
        "wss://example.com, example.com, 443, example.com, /",
        "ws://example.com:80/, example.com, 80, example.com, /",
        "wss://example.com:443/, example.com, 443, example.com, /",
        "ws://example.com:443/, example.com, 443, example.com:443, /",
        "wss://example.com:80/, example.com, 80, example.com:80, /",
        "ws://example.com:/, example.com, 80, example.com, /",
        "WS://Example.COM:8080/A, example.com, 8080, example.com:8080, /A",
        "ws://127.0.0.1/, 127.0.0.1, 80, 127.0.0.1, /", "ws://[::1]:8080/x, ::1, 8080, [::1]:8080, /x",
        "wss://[2001:DB8::1], 2001:db8::1, 443, [2001:db8::1], /",
        "ws://my_host:1/, my_host, 1, my_host:1, /", "ws://a@example.com/x, example.com, 80, example.com, /x",
        "ws://a:p@b@example.com/x, example.com, 80, example.com, /x",
        "ws://a:p%40b@example.com:8/x, example.com, 8, example.com:8, /x",
        "ws://example.com?a=b, example.com, 80, example.com, /?a=b",
        "ws://example.com/?, example.com, 80, example.com, /?",
        "ws://example.com/a%2Fb/../c?x=%26&y=?/, example.com, 80, example.com, /a%2Fb/../c?x=%26&y=?/",
        "ws://bücher.example:81/ü?ß=1, xn--bcher-kva.example, 81, xn--bcher-kva.example:81, "
                + "/%C3%BC?%C3%9F=1" })
    void readsTheParts(String text, String host, int port, String hostField, String resourceName) {
        WebSocketUri uri = uri(text);
        assertEquals(host, uri.host());
        assertEquals(port, uri.port());
        assertEquals(hostField, uri.authority().toString());
        assertEquals(resourceName, uri.resourceName());
        assertEquals(uri, WebSocketUri.of(uri.toUri()));
    }

    @Test
    void isSecureWithWssOnly() {
        assertTrue(uri("wss://a").secure());
        assertTrue(uri("WSS://a").secure());
        assertFalse(uri("ws://a").secure());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "http://a/|The URI has the scheme http; use ws instead",
        "HTTPS://a/|The URI has the scheme https; use wss instead",
        "ftp://a/|The URI has the scheme ftp, not ws or wss",
        "//a/b|The URI has no scheme; it must begin with ws:// or wss://",
        "/chat|The URI has no scheme; it must begin with ws:// or wss://",
        "localhost:8080/x|The URI has the scheme localhost, not ws or wss",
        "ws:/chat|The URI has no host", "ws:chat|The URI has no host", "ws:///chat|The URI has no host",
        "ws://:80/|The URI has no host", "ws://u@/|The URI has no host",
        "ws://a/#top|The URI has a fragment; WebSocket URIs have none (write # as %23)",
        "ws://a/#|The URI has a fragment; WebSocket URIs have none (write # as %23)",
        "ws://a:0/|The URI has port 0, to which nothing can connect",
        "ws://a:70000/|The URI has a malformed port in \"a:70000\"",
        "ws://a:b/|The URI has a malformed port in \"a:b\"",
        "ws://[fe80::1%25eth0]/|The URI has a malformed host in \"[fe80::1%25eth0]\"",
        "ws://a%62c/|The URI's host is percent-encoded, which no name resolution knows" })
    void saysWhatIsWrong(String text, String fault) {
        assertEquals(fault, assertThrows(IllegalArgumentException.class, () -> uri(text)).getMessage());
    }

    @Test
    void refusesAHostThatIsNoDomainName() {
        String label = "ü".repeat(64);
        assertEquals("The URI's host is no internationalised domain name",
                assertThrows(IllegalArgumentException.class, () -> uri("ws://" + label + ".example/"))
                        .getMessage());
    }

    @Test
    void hasTheSameResourceInHttp() {
        assertEquals(URI.create("https://a:80/x?y"), uri("wss://a:80/x?y").toHttpUri());
        assertEquals(URI.create("http://a/"), uri("ws://a").toHttpUri());
    }

    @Test
    void showsNoSecrets() {
        assertEquals("wss://a:8443/x?...", uri("wss://anna:pw@a:8443/x?token=secret").toString());
        assertEquals("ws://a/", uri("ws://a").toString());
    }
}
