package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.ProxyServer.Credentials;
import io.duplex.ProxyServer.Protocol;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyUrlTest {
    @ParameterizedTest
    @CsvSource({ "http://proxy:3128, HTTP, proxy, 3128", "HTTP://Proxy.Example/, HTTP, proxy.example, 80",
        "https://proxy, HTTPS, proxy, 443", "socks5://127.0.0.1, SOCKS5, 127.0.0.1, 1080",
        "socks5h://proxy:9050, SOCKS5, proxy, 9050", "socks://proxy, SOCKS5, proxy, 1080",
        "proxy:8080, HTTP, proxy, 8080", "http://[::1]:3128, HTTP, ::1, 3128",
        "' http://my_proxy:1 ', HTTP, my_proxy, 1",
        "http://prüfung.example:1, HTTP, xn--prfung-4ya.example, 1" })
    void readsWhatPeopleWrite(String url, Protocol protocol, String host, int port) {
        assertEquals(new ProxyServer(protocol, host, port, Optional.empty()), ProxyServer.parse(url));
    }

    @ParameterizedTest
    @CsvSource({ "http://me:secret@p, me, secret", "http://me@p, me, ''",
        "http://m%40e:a%3Ab+c@p, m@e, a:b+c",
        "http://me:p@ss:w/rd#@p, me, p@ss:w/rd#" })
    void credentialsAreDecoded(String url, String user, String password) {
        assertEquals(Optional.of(new Credentials(user, password)), ProxyServer.parse(url).credentials());
    }

    @ParameterizedTest
    @CsvSource({ "ftp://proxy, the proxy's URL has another scheme than http; https and socks5",
        "socks4://proxy, the proxy speaks SOCKS 4; which has no authentication; Duplex supports SOCKS 5",
        "http://, the proxy's URL has no host", "http://:80, the proxy's URL has no host",
        "http://secret:secret@, the proxy's URL has no host",
        "http://proxy/path, 'the proxy''s URL has more than a scheme; credentials; a host and a port'",
        "http://proxy:99999, the proxy's URL has a malformed port",
        "http://pro xy, the proxy's URL has a malformed host",
        "http://me:sec%ret@p, the proxy's user name or password is not percent-encoded (write % as %25)",
        "http://m%3Ae:secret@p, the proxy's user name has a colon; which Basic authentication cannot send",
        "http://me:secret%0A@p, the proxy's user name or password has a control character",
        "socks5://me@p, the proxy's password has 0 bytes; SOCKS 5 sends 1 to 255" })
    void whatIsWrongIsToldWithoutThePassword(String url, String message) {
        String told = assertThrows(IllegalArgumentException.class, () -> ProxyServer.parse(url)).getMessage();
        assertEquals(message.replace(';', ','), told.replace(';', ','));
        assertFalse(told.contains("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://me:secret@proxy:3128", "https://me:secret@proxy:3128",
        "socks5://me:secret@proxy:3128" })
    void nothingShowsThePassword(String url) {
        ProxyServer proxy = ProxyServer.parse(url);
        assertEquals(url.replace("me:secret@", ""), proxy.toString());
        assertEquals("Optional[Credentials[hidden]]", proxy.credentials().toString());
    }

    @Test
    void nullIsRefused() {
        assertThrows(NullPointerException.class, () -> ProxyServer.parse(null));
    }
}
