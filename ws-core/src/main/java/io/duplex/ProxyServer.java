package io.duplex;

import io.duplex.http.Authority;
import io.duplex.http.BasicCredentials;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A proxy that a client's connections go through, by a tunnel that the proxy opens to the server. Also a
 * connection without TLS gets a tunnel, as RFC 6455 section 4.1 wants. Immutable; nothing is resolved here.
 *
 * @param protocol    what the proxy speaks
 * @param host        a name in ASCII and lower case, or an address; an IPv6 address without brackets
 * @param port        1 to 65535
 * @param credentials what the proxy is told if it asks who the client is
 */
public record ProxyServer(Protocol protocol, String host, int port, Optional<Credentials> credentials) {
    private static final int MAX_PORT = 65_535;
    /** RFC 1929 section 2: one byte holds the length of each. */
    private static final int MAX_SOCKS_BYTES = 255;

    /** What a proxy speaks. */
    public enum Protocol {
        /** HTTP, asked by CONNECT (RFC 9110 section 9.3.6). */
        HTTP(80),
        /**
         * The same over TLS, which the client's {@link io.duplex.client.WebSocketClient.Builder#proxySecure}
         * sets.
         */
        HTTPS(443),
        /** SOCKS version 5 (RFC 1928); the proxy resolves the server's name. */
        SOCKS5(1080);

        private final int defaultPort;

        Protocol(int defaultPort) {
            this.defaultPort = defaultPort;
        }

        /**
         * The port of a URL that names none.
         *
         * @return 80, 443 or 1080
         */
        public int defaultPort() {
            return defaultPort;
        }

        /**
         * The scheme of a URL.
         *
         * @return {@code http}, {@code https} or {@code socks5}
         */
        public String scheme() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A user's name and password.
     *
     * @param user     the name
     * @param password the password
     */
    public record Credentials(String user, String password) {
        /** Checks that both are there. */
        public Credentials {
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(password, "password");
        }

        /** Neither of them: this may end up in a log. */
        @Override
        public String toString() {
            return "Credentials[hidden]";
        }
    }

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the host is malformed, the port out of range, or the protocol
     *                                  cannot carry the credentials; the message repeats none of them
     */
    public ProxyServer {
        Objects.requireNonNull(protocol, "protocol");
        host = new Authority(bracketed(host), OptionalInt.empty()).host().replaceAll("[\\[\\]]", "");
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("the proxy's port is " + port + ", not 1 to " + MAX_PORT);
        }
        credentials.ifPresent(given -> check(protocol, given));
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private static void check(Protocol protocol, Credentials credentials) {
        switch (protocol) {
            case HTTP, HTTPS ->
                BasicCredentials.require("the proxy's", credentials.user(), credentials.password());
            case SOCKS5 -> {
                checkForSocks("user name", credentials.user());
                checkForSocks("password", credentials.password());
            }
        }
    }

    private static void checkForSocks(String what, String value) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_SOCKS_BYTES) {
            throw new IllegalArgumentException(
                    "the proxy's " + what + " has " + bytes + " bytes; SOCKS 5 sends 1 to 255");
        }
    }

    /**
     * An HTTP proxy, without credentials.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     * @return the proxy
     * @throws IllegalArgumentException if the host is malformed or the port out of range
     */
    public static ProxyServer http(String host, int port) {
        return new ProxyServer(Protocol.HTTP, host, port, Optional.empty());
    }

    /**
     * An HTTP proxy that is spoken to over TLS, without credentials. The certificate must be for this host.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     * @return the proxy
     * @throws IllegalArgumentException if the host is malformed or the port out of range
     */
    public static ProxyServer https(String host, int port) {
        return new ProxyServer(Protocol.HTTPS, host, port, Optional.empty());
    }

    /**
     * A SOCKS 5 proxy, without credentials.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     * @return the proxy
     * @throws IllegalArgumentException if the host is malformed or the port out of range
     */
    public static ProxyServer socks5(String host, int port) {
        return new ProxyServer(Protocol.SOCKS5, host, port, Optional.empty());
    }

    /**
     * Reads a URL: {@code http://user:password@proxy.example:3128}, {@code https://…}, {@code socks5://…};
     * {@code socks5h} and {@code socks} are read as {@code socks5}. Without a scheme it is an HTTP proxy.
     * Name and password may be percent-encoded.
     *
     * @param url with a host; a port that is not given is the scheme's (80, 443, 1080)
     * @return the proxy
     * @throws IllegalArgumentException if it is no such URL; the message says why, and repeats no credentials
     */
    public static ProxyServer parse(String url) {
        return ProxyUrl.parse(url);
    }

    /**
     * The same with credentials: Basic authentication for HTTP (RFC 7617), with the first request; user name
     * and password for SOCKS (RFC 1929). Both are readable for everybody on the way to the proxy unless there
     * is TLS.
     *
     * @param user     the name
     * @param password the password
     * @return a copy
     * @throws IllegalArgumentException if the protocol cannot carry them
     */
    public ProxyServer withCredentials(String user, String password) {
        return new ProxyServer(protocol, host, port, Optional.of(new Credentials(user, password)));
    }

    /** The URL without credentials. */
    @Override
    public String toString() {
        return protocol.scheme() + "://" + bracketed(host) + ":" + port;
    }
}
