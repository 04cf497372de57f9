package io.duplex;

import io.duplex.http.Authority;
import io.duplex.http.BasicCredentials;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A proxy for a client's connections, which opens a tunnel to the server. A connection without TLS gets a
 * tunnel, too, as RFC 6455 section 4.1 requires. Immutable; nothing is resolved here.
 *
 * @param protocol    the protocol of the proxy
 * @param host        a name in ASCII and lower case, or an address; an IPv6 address without brackets
 * @param port        1 to 65535
 * @param credentials for the proxy; empty for none
 */
public record ProxyServer(Protocol protocol, String host, int port, Optional<Credentials> credentials) {
    private static final int MAX_PORT = 65_535;
    /** RFC 1929 section 2: one byte holds the length of each. */
    private static final int MAX_SOCKS_BYTES = 255;

    /** The protocol of a proxy. */
    public enum Protocol {
        /** HTTP with CONNECT (RFC 9110 section 9.3.6). */
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
         * Returns the port of a URL without one.
         *
         * @return 80, 443 or 1080
         */
        public int defaultPort() {
            return defaultPort;
        }

        /**
         * Returns the scheme of a URL.
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
        /** Checks that neither is null. */
        public Credentials {
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(password, "password");
        }

        /** Shows neither of them: this may be logged. */
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
     * Returns an HTTP proxy, without credentials.
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
     * Returns an HTTP proxy over TLS, without credentials. The certificate must be for this host.
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
     * Returns a SOCKS 5 proxy, without credentials.
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
     * @param url with a host; the default port is the scheme's (80, 443, 1080)
     * @return the proxy
     * @throws IllegalArgumentException if it is not such a URL; the message says why, without credentials
     */
    public static ProxyServer parse(String url) {
        return ProxyUrl.parse(url);
    }

    /**
     * Returns a copy with credentials: Basic authentication for HTTP (RFC 7617), with the first request; user
     * name and password for SOCKS (RFC 1929). Without TLS anyone on the network path to the proxy can read
     * them.
     *
     * @param user     the name
     * @param password the password
     * @return a copy
     * @throws IllegalArgumentException if the protocol cannot carry them
     */
    public ProxyServer withCredentials(String user, String password) {
        return new ProxyServer(protocol, host, port, Optional.of(new Credentials(user, password)));
    }

    /** Returns the URL without credentials. */
    @Override
    public String toString() {
        return protocol.scheme() + "://" + bracketed(host) + ":" + port;
    }
}
