package io.duplex.internal.handshake;

import io.duplex.http.Authority;
import io.duplex.http.HttpException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The origin of a page (RFC 6454 section 6.2): scheme, host and port, with no port where it is the scheme's
 * default, so that equal origins are equal objects.
 *
 * @param scheme in lower case; {@code http}, {@code https}, or what a browser's extensions have
 * @param host   in lower case, an IPv6 address in brackets
 * @param port   if it is not the scheme's default
 */
public record Origin(String scheme, String host, OptionalInt port) {
    static final int HTTP_PORT = 80;
    static final int HTTPS_PORT = 443;
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*+");
    private static final String SCHEME_END = "://";

    /** Leaves out a default port. */
    public Origin {
        port = port.equals(defaultPort(scheme)) ? OptionalInt.empty() : port;
    }

    /**
     * Reads the value of an {@code Origin} field.
     *
     * @param text such as {@code https://app.example.com:8443}
     * @return the origin; empty for {@code null} (RFC 6454 section 7.3) and for what is malformed
     */
    public static Optional<Origin> parse(String text) {
        int end = text.indexOf(SCHEME_END);
        if (end < 0 || !isScheme(text.substring(0, end))) {
            return Optional.empty();
        }
        try {
            Authority authority = Authority.parse(text.substring(end + SCHEME_END.length()));
            return Optional.of(new Origin(text.substring(0, end).toLowerCase(Locale.ROOT), authority.host(),
                    authority.port()));
        } catch (HttpException malformed) {
            return Optional.empty();
        }
    }

    /**
     * Returns whether the page came from the host that it now connects to, as {@code Host} names it: the same
     * scheme, host and port.
     *
     * <p>The scheme is that of the connection, https over TLS and http in clear. Without this rule a page
     * that an attacker on the network path serves as {@code http://host:9401} could use what
     * {@code wss://host:9401} gives to a user's secure cookies. No other scheme belongs to a web page of this
     * host. Default ports are filled in on both sides.
     *
     * @param target the request's {@code Host}
     * @param secure whether the client uses TLS
     * @return true if scheme, host and port are the same
     */
    public boolean isAt(Authority target, boolean secure) {
        String expected = secure ? "https" : "http";
        return scheme.equals(expected) && host.equals(target.host())
                && port.equals(new Origin(expected, target.host(), target.port()).port());
    }

    /**
     * Returns whether a text has the syntax of a scheme (RFC 3986 section 3.1).
     *
     * @param text such as {@code https}
     * @return true for a scheme, known or not
     */
    public static boolean isScheme(String text) {
        return SCHEME.matcher(text).matches();
    }

    private static OptionalInt defaultPort(String scheme) {
        return switch (scheme) {
            case "http" -> OptionalInt.of(HTTP_PORT);
            case "https" -> OptionalInt.of(HTTPS_PORT);
            default -> OptionalInt.empty();
        };
    }
}
