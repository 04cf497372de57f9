package io.duplex.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.duplex.ProxyServer;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProxyPolicyTest {
    private final ProxySelector selector = mock(ProxySelector.class);
    private final InetSocketAddress address = InetSocketAddress.createUnresolved("proxy.example", 3128);

    private Optional<ProxyServer> choose(String target) {
        return ProxyPolicy.selector(selector).choose(URI.create(target));
    }

    @Test
    void wsIsAskedForAsHttpAndWssAsHttps() {
        when(selector.select(URI.create("http://a:81/b?c")))
                .thenReturn(List.of(new Proxy(Proxy.Type.HTTP, address)));
        when(selector.select(URI.create("https://a/")))
                .thenReturn(List.of(new Proxy(Proxy.Type.SOCKS, address)));
        assertEquals(Optional.of(ProxyServer.http("proxy.example", 3128)), choose("ws://a:81/b?c"));
        assertEquals(Optional.of(ProxyServer.socks5("proxy.example", 3128)), choose("wss://a/"));
    }

    @Test
    void theFirstCounts() {
        when(selector.select(URI.create("http://a/")))
                .thenReturn(List.of(Proxy.NO_PROXY, new Proxy(Proxy.Type.HTTP, address)));
        assertEquals(Optional.empty(), choose("ws://a/"));
    }

    @Test
    void nothingIsTheDirectWay() {
        when(selector.select(URI.create("http://a/"))).thenReturn(List.of());
        assertEquals(Optional.empty(), choose("ws://a/"));
    }

    @Test
    void theVirtualMachinesSelectorIsAskedAtEachConnection() {
        ProxySelector before = ProxySelector.getDefault();
        try {
            ProxySelector.setDefault(ProxySelector.of(address));
            assertEquals(Optional.of(ProxyServer.http("proxy.example", 3128)),
                    ProxyPolicy.selector().choose(URI.create("wss://a/")));
            ProxySelector.setDefault(null);
            assertEquals(Optional.empty(), ProxyPolicy.selector().choose(URI.create("wss://a/")));
        } finally {
            ProxySelector.setDefault(before);
        }
    }
}
