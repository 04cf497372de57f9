package io.duplex.handshake;

import io.duplex.http.Authority;
import io.duplex.http.HttpException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The origin of a page (RFC 6454 section 6.2): scheme, host and port, with no port where it is the scheme's default, so that
 * equal origins are equal objects.
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
     * Whether the page came from the host that it now connects to, as that is named in {@code Host}.
     *
     * <p>Without a port that field means the default of the connection: 443 over TLS. In clear it is taken to mean the
     * default of the origin's scheme: a proxy that ends TLS in front of a server in clear must not make every page foreign.
     *
     * @param target the request's {@code Host}
     * @param secure whether the connection is over TLS as this server sees it
     * @return true if host and port are the same
     */
    public boolean isAt(Authority target, boolean secure) {
        OptionalInt implied = secure ? OptionalInt.of(HTTPS_PORT) : defaultPort(scheme);
        OptionalInt targetPort = target.port().isPresent() ? target.port() : implied;
        OptionalInt ownPort = port.isPresent() ? port : defaultPort(scheme);
        return ownPort.isPresent() && host.equals(target.host()) && ownPort.equals(targetPort);
    }

    static boolean isScheme(String text) {
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
