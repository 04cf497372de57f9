package io.duplex.internal.handshake;

import io.duplex.http.Authority;
import io.duplex.http.HttpException;
import java.net.URI;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A ws or wss URI in its parts (RFC 6455 section 3). User information is left out.
 *
 * @param secure       true for wss
 * @param authority    the host, and the port if it is not the scheme's default: the value of {@code Host}
 * @param resourceName path and query in ASCII, beginning with a slash: the request target
 */
public record WebSocketUri(boolean secure, Authority authority, String resourceName) {
    /**
     * Reads a URI.
     *
     * @param uri absolute, of the scheme ws or wss; letters of a host beyond ASCII are turned into punycode
     *            (IDNA), other characters beyond ASCII percent-encoded
     * @return its parts
     * @throws IllegalArgumentException if it is no WebSocket URI; the message says why, and repeats no
     * credentials
     */
    public static WebSocketUri of(URI uri) {
        boolean secure = isSecure(uri);
        if (uri.getRawAuthority() == null) {
            throw new IllegalArgumentException("The URI has no host");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "The URI has a fragment; WebSocket URIs have none (write # as %23)");
        }
        Authority given = authority(uri.getRawAuthority());
        OptionalInt port = given.port().equals(OptionalInt.of(defaultPort(secure)))
                ? OptionalInt.empty()
                : given.port();
        return new WebSocketUri(secure, new Authority(given.host(), port), resourceName(uri));
    }

    private static boolean isSecure(URI uri) {
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException("The URI has no scheme; it must begin with ws:// or wss://");
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "ws" -> false;
            case "wss" -> true;
            case "http" -> throw new IllegalArgumentException("The URI has the scheme http; use ws instead");
            case "https" ->
                throw new IllegalArgumentException("The URI has the scheme https; use wss instead");
            default ->
                throw new IllegalArgumentException("The URI has the scheme " + scheme + ", not ws or wss");
        };
    }

    private static Authority authority(String raw) {
        String hostAndPort = Authority.toAscii(raw.substring(raw.lastIndexOf('@') + 1), "The URI");
        if (hostAndPort.isEmpty() || hostAndPort.startsWith(":")) {
            throw new IllegalArgumentException("The URI has no host");
        }
        try {
            Authority authority = Authority.parse(hostAndPort);
            if (authority.host().indexOf('%') >= 0) {
                throw new IllegalArgumentException(
                        "The URI's host is percent-encoded, which no name resolution knows");
            }
            if (authority.port().equals(OptionalInt.of(0))) {
                throw new IllegalArgumentException("The URI has port 0, to which nothing can connect");
            }
            return authority;
        } catch (HttpException malformed) {
            throw new IllegalArgumentException(
                    "The URI has a " + malformed.getMessage() + " in \"" + hostAndPort + '"', malformed);
        }
    }

    private static String resourceName(URI uri) {
        URI ascii = URI.create(uri.toASCIIString());
        String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
        return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
    }

    private static int defaultPort(boolean secure) {
        return secure ? Origin.HTTPS_PORT : Origin.HTTP_PORT;
    }

    /**
     * The port to connect to.
     *
     * @return 1 to 65535
     */
    public int port() {
        return authority.port().orElse(defaultPort(secure));
    }

    /**
     * The host to connect to.
     *
     * @return a name or an address, in lower case, an IPv6 address without brackets
     */
    public String host() {
        String host = authority.host();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * The URI, normalised.
     *
     * @return without user information and default port
     */
    public URI toUri() {
        return URI.create((secure ? "wss://" : "ws://") + authority + resourceName);
    }

    /**
     * The same resource as HTTP names it, which is what cookie handlers know.
     *
     * @return the URI with the scheme http or https
     */
    public URI toHttpUri() {
        return URI.create((secure ? "https://" : "http://") + authority + resourceName);
    }

    /** Without the query, which often holds secrets; this ends up in logs. */
    @Override
    public String toString() {
        int mark = resourceName.indexOf('?');
        String path = mark < 0 ? resourceName : resourceName.substring(0, mark) + "?...";
        return (secure ? "wss://" : "ws://") + authority + path;
    }
}
