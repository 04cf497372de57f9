package io.duplex.internal.runtime;

import io.duplex.ProxyServer;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** What a {@link ProxySelector} says, in our words. */
public final class SelectorProxies {
    private SelectorProxies() {}

    /**
     * As {@link io.duplex.ProxyChooser#selector(ProxySelector)}.
     *
     * @param selector whom to ask
     * @param target   with the scheme ws or wss
     * @return the first of the selector's proxies; empty if that is none
     */
    public static Optional<ProxyServer> choose(ProxySelector selector, URI target) {
        List<Proxy> proxies = selector.select(asHttp(target));
        return proxies == null || proxies.isEmpty() ? Optional.empty() : proxy(proxies.getFirst());
    }

    /** Selectors know no other schemes. */
    private static URI asHttp(URI target) {
        String scheme = target.getScheme().equals("wss") ? "https" : "http";
        return URI.create(scheme + target.toString().substring(target.getScheme().length()));
    }

    private static Optional<ProxyServer> proxy(Proxy proxy) {
        return switch (proxy.type()) {
            case DIRECT -> Optional.empty();
            case HTTP ->
                Optional.of(ProxyServer.http(address(proxy).getHostString(), address(proxy).getPort()));
            case SOCKS ->
                Optional.of(ProxyServer.socks5(address(proxy).getHostString(), address(proxy).getPort()));
        };
    }

    private static InetSocketAddress address(Proxy proxy) {
        return (InetSocketAddress) proxy.address();
    }
}
