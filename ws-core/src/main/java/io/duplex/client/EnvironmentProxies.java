package io.duplex.client;

import io.duplex.ProxyServer;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** The proxies in the variables of an environment, read as curl reads them. Immutable. */
final class EnvironmentProxies implements ProxyPolicy {
    /** Null if there is none, as the next one. */
    private final ProxyServer clear;
    private final ProxyServer secure;
    private final NoProxy exceptions;

    private EnvironmentProxies(ProxyServer clear, ProxyServer secure, NoProxy exceptions) {
        this.clear = clear;
        this.secure = secure;
        this.exceptions = exceptions;
    }

    /**
     * Reads the variables.
     *
     * @param variables names and values; an empty value counts as none
     * @return the policy
     * @throws IllegalArgumentException if one is not the URL of a proxy
     */
    static EnvironmentProxies of(Map<String, String> variables) {
        Optional<ProxyServer> all = proxy(variables, "all_proxy", "ALL_PROXY");
        // A web server passes a request's field "Proxy" to its CGI programs as HTTP_PROXY, so this name is
        // not trusted.
        return new EnvironmentProxies(proxy(variables, "http_proxy").or(() -> all).orElse(null),
                proxy(variables, "https_proxy", "HTTPS_PROXY").or(() -> all).orElse(null),
                NoProxy.of(value(variables, "no_proxy").or(() -> value(variables, "NO_PROXY")).orElse("")));
    }

    private static Optional<String> value(Map<String, String> variables, String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    private static Optional<ProxyServer> proxy(Map<String, String> variables, String... names) {
        for (String name : names) {
            Optional<String> value = value(variables, name);
            if (value.isPresent()) {
                return Optional.of(parse(name, value.get()));
            }
        }
        return Optional.empty();
    }

    private static ProxyServer parse(String name, String value) {
        try {
            return ProxyServer.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the environment's " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<ProxyServer> choose(URI target) {
        ProxyServer proxy = target.getScheme().equals("wss") ? secure : clear;
        return Optional.ofNullable(proxy).filter(any -> !exceptions.contains(host(target)));
    }

    private static String host(URI target) {
        String host = target.getRawAuthority();
        if (host.startsWith("[")) {
            return host.substring(1, host.indexOf(']'));
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }
}
