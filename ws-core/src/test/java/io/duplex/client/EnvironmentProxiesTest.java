package io.duplex.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.ProxyServer;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxiesTest {
    /** Reads {@code a=b c=d}. */
    private static ProxyPolicy environment(String variables) {
        Map<String, String> map = new HashMap<>();
        for (String variable : variables.split(" ")) {
            map.put(variable.substring(0, variable.indexOf('=')),
                    variable.substring(variable.indexOf('=') + 1));
        }
        return ProxyPolicy.environment(map);
    }

    @ParameterizedTest
    @CsvSource({ "http_proxy=a:1, ws://x/, http://a:1", "http_proxy=a:1, wss://x/, ",
        "https_proxy=a:1, wss://x/, http://a:1", "https_proxy=a:1, ws://x/, ",
        "HTTPS_PROXY=a:1, wss://x/, http://a:1", "https_proxy=a:1 HTTPS_PROXY=b:1, wss://x/, http://a:1",
        "HTTP_PROXY=a:1, ws://x/, ", "all_proxy=socks5://a, ws://x/, socks5://a:1080",
        "ALL_PROXY=a:1, wss://x/, http://a:1", "all_proxy=a:1 http_proxy=b:1, ws://x/, http://b:1",
        "all_proxy=a:1 http_proxy=, ws://x/, http://a:1", "http_proxy=a:1 no_proxy=x, ws://x/, ",
        "http_proxy=a:1 no_proxy=x, ws://y.x:81/, ", "http_proxy=a:1 NO_PROXY=x, ws://x/, ",
        "http_proxy=a:1 no_proxy=y NO_PROXY=x, ws://x/, http://a:1",
        "http_proxy=a:1 no_proxy=::1, ws://[::1]:8080/, ", "PATH=/bin, ws://x/, " })
    void choosesAsCurlDoes(String variables, URI target, String proxy) {
        assertEquals(Optional.ofNullable(proxy),
                environment(variables).choose(target).map(ProxyServer::toString));
    }

    @Test
    void aValueThatIsNoProxyIsToldWithItsVariable() {
        String told = assertThrows(IllegalArgumentException.class,
                () -> environment("https_proxy=ftp://me:secret@a")).getMessage();
        assertEquals(
                "the environment's https_proxy: the proxy's URL has another scheme than http, https and "
                        + "socks5",
                told);
        assertFalse(told.contains("secret"));
    }

    @Test
    void theEnvironmentOfThisProcessCanBeRead() {
        assertEquals(ProxyPolicy.environment(System.getenv()).choose(URI.create("ws://x/")),
                ProxyPolicy.environment().choose(URI.create("ws://x/")));
    }
}
