package io.duplex.client;

import io.duplex.ProxyServer;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Chooses the proxy for a connection to a server. Called once for each connection, and again for each
 * redirect that is followed, on a virtual thread; it may block. Must be thread-safe.
 */
@FunctionalInterface
public interface ProxyPolicy {
    /**
     * Chooses a proxy. An exception fails the connection.
     *
     * @param target the target of the connection, with the scheme ws or wss
     * @return the proxy; empty for a direct connection
     */
    Optional<ProxyServer> choose(URI target);

    /**
     * Returns the policy of direct connections, which is the default.
     *
     * @return the policy
     */
    static ProxyPolicy none() {
        return target -> Optional.empty();
    }

    /**
     * Returns the policy of one proxy for all targets, including the local host.
     *
     * @param proxy the proxy
     * @return the policy
     */
    static ProxyPolicy always(ProxyServer proxy) {
        Optional<ProxyServer> chosen = Optional.of(proxy);
        return target -> chosen;
    }

    /**
     * Returns a policy that asks {@link ProxySelector#getDefault()} for each connection, which by default
     * uses the system properties {@code http.proxyHost}, {@code https.proxyHost}, {@code socksProxyHost},
     * {@code http.nonProxyHosts} and, with {@code java.net.useSystemProxies}, the settings of the desktop.
     *
     * @return the policy
     */
    static ProxyPolicy selector() {
        return target -> Optional.ofNullable(ProxySelector.getDefault())
                .flatMap(selector -> select(selector, target));
    }

    /**
     * Returns a policy that asks a selector, for http in place of ws and https in place of wss. It uses the
     * first proxy of the list. Selectors have no credentials.
     *
     * @param selector the selector
     * @return the policy
     */
    static ProxyPolicy selector(ProxySelector selector) {
        Objects.requireNonNull(selector, "selector");
        return target -> select(selector, target);
    }

    /**
     * Reads the environment of this process, once: {@code http_proxy} for ws, {@code https_proxy} for wss,
     * {@code all_proxy} for both, {@code no_proxy} for exceptions; each also in upper case except for the
     * first, which any client of a CGI program could set. Lower case wins.
     *
     * @return the policy
     * @throws IllegalArgumentException if one holds no proxy's URL; the message names it and repeats no
     * credentials
     */
    static ProxyPolicy environment() {
        return environment(System.getenv());
    }

    /**
     * As {@link #environment()}, with the given variables.
     *
     * @param variables names and values
     * @return the policy
     * @throws IllegalArgumentException if one holds no proxy's URL; the message names it and repeats no
     * credentials
     */
    static ProxyPolicy environment(Map<String, String> variables) {
        return EnvironmentProxies.of(variables);
    }

    private static Optional<ProxyServer> select(ProxySelector selector, URI target) {
        List<Proxy> proxies = selector.select(asHttp(target));
        return proxies == null || proxies.isEmpty() ? Optional.empty() : proxy(proxies.getFirst());
    }

    /** Selectors support no other schemes. */
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
