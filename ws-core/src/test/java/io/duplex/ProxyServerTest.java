package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyServerTest {
    @Test
    void anIpv6AddressIsKeptWithoutBracketsAndShownWithThem() {
        assertEquals("::1", ProxyServer.http("[::1]", 80).host());
        assertEquals("https://[::1]:8443", ProxyServer.https("::1", 8443).toString());
        assertEquals("socks5://proxy.example:1080", ProxyServer.socks5("Proxy.Example", 1080).toString());
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, -1, 65536 })
    void thePortIsInRange(int port) {
        assertThrows(IllegalArgumentException.class, () -> ProxyServer.http("p", port));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a b", "a/b", "1::2::3", "a:b", "user@host" })
    void theHostIsOne(String host) {
        assertThrows(IllegalArgumentException.class, () -> ProxyServer.http(host, 80));
    }

    @Test
    void credentialsMustFitTheProtocol() {
        ProxyServer socks = ProxyServer.socks5("p", 1);
        String longest = "é".repeat(127) + "x";
        assertEquals(longest, socks.withCredentials("u", longest).credentials().orElseThrow().password());
        assertThrows(IllegalArgumentException.class, () -> socks.withCredentials("u", longest + "x"));
        assertThrows(IllegalArgumentException.class, () -> socks.withCredentials("", "p"));
        assertEquals("a:b", socks.withCredentials("a:b", "p").credentials().orElseThrow().user());
        assertThrows(IllegalArgumentException.class,
                () -> ProxyServer.http("p", 1).withCredentials("a:b", "p"));
        assertThrows(IllegalArgumentException.class,
                () -> ProxyServer.https("p", 1).withCredentials("a", "p\r\nX: y"));
    }
}
