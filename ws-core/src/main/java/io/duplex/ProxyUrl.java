package io.duplex;

import io.duplex.ProxyServer.Credentials;
import io.duplex.ProxyServer.Protocol;
import io.duplex.http.Authority;
import io.duplex.http.BasicCredentials;
import io.duplex.http.HttpException;
import java.util.Locale;
import java.util.Optional;

/**
 * Parses the URL of a proxy. Not with {@code java.net.URI}, which refuses URLs that are common in
 * environments, and whose messages repeat the URL, passwords included.
 */
final class ProxyUrl {
    private ProxyUrl() {}

    /**
     * As {@link ProxyServer#parse}.
     *
     * @param url the URL
     * @return the proxy
     */
    static ProxyServer parse(String url) {
        String text = url.strip();
        int colon = text.indexOf("://");
        Protocol protocol = colon < 0 ? Protocol.HTTP : protocol(text.substring(0, colon));
        String rest = colon < 0 ? text : text.substring(colon + 3);
        int at = rest.lastIndexOf('@');
        Authority authority = authority(withoutRoot(rest.substring(at + 1)));
        Optional<Credentials> credentials =
                at < 0 ? Optional.empty() : Optional.of(credentials(rest.substring(0, at)));
        return new ProxyServer(protocol, authority.host(), authority.port().orElse(protocol.defaultPort()),
                credentials);
    }

    private static Protocol protocol(String scheme) {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "http" -> Protocol.HTTP;
            case "https" -> Protocol.HTTPS;
            case "socks5", "socks5h", "socks" -> Protocol.SOCKS5;
            case "socks4", "socks4a" -> throw new IllegalArgumentException(
                    "the proxy speaks SOCKS 4, which has no authentication; Duplex supports SOCKS 5");
            default -> throw new IllegalArgumentException(
                    "the proxy's URL has another scheme than http, https and socks5");
        };
    }

    private static String withoutRoot(String hostAndPort) {
        return hostAndPort.endsWith("/") ? hostAndPort.substring(0, hostAndPort.length() - 1) : hostAndPort;
    }

    private static Authority authority(String hostAndPort) {
        if (hostAndPort.isEmpty() || hostAndPort.startsWith(":")) {
            throw new IllegalArgumentException("the proxy's URL has no host");
        }
        if (hostAndPort.chars().anyMatch(c -> c == '/' || c == '?' || c == '#')) {
            throw new IllegalArgumentException(
                    "the proxy's URL has more than a scheme, credentials, a host and a port");
        }
        try {
            return Authority.parse(Authority.toAscii(hostAndPort, "the proxy"));
        } catch (HttpException malformed) {
            throw new IllegalArgumentException("the proxy's URL has a " + malformed.getMessage(), malformed);
        }
    }

    private static Credentials credentials(String raw) {
        int colon = raw.indexOf(':');
        return new Credentials(decode(colon < 0 ? raw : raw.substring(0, colon)),
                colon < 0 ? "" : decode(raw.substring(colon + 1)));
    }

    private static String decode(String raw) {
        try {
            return BasicCredentials.decode(raw);
        } catch (IllegalArgumentException repeatsIt) {
            throw new IllegalArgumentException(
                    "the proxy's user name or password is not percent-encoded (write % as %25)");
        }
    }
}
