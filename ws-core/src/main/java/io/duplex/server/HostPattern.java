package io.duplex.server;

import io.duplex.http.Authority;
import io.duplex.http.HttpException;
import java.util.OptionalInt;

/**
 * An entry of an allow-list of hosts: a host, or {@code *.} for one or more labels at the left of it, and
 * perhaps a port.
 *
 * @param host  in lower case, without a dot at its end
 * @param below whether all names below the host are meant, itself not included
 * @param port  empty for any port
 */
record HostPattern(String host, boolean below, OptionalInt port) {
    private static final String ANY_LABELS = "*.";

    /**
     * Reads an entry.
     *
     * @param text such as {@code app.example.com}, {@code *.example.com} or {@code localhost:8080}
     * @return the pattern
     * @throws IllegalArgumentException if it is no such entry; the message says why
     */
    static HostPattern of(String text) {
        if (text.equals("*")) {
            throw malformed(text, "to allow every host, use HostPolicy.any()");
        }
        if (text.contains("://")) {
            throw malformed(text, "a host has no scheme");
        }
        boolean below = text.startsWith(ANY_LABELS);
        String host = below ? text.substring(ANY_LABELS.length()) : text;
        if (host.indexOf('*') >= 0) {
            throw malformed(text,
                    "a wildcard is \"*.\" before the whole host; without a port any port is meant");
        }
        try {
            Authority authority = Authority.parse(host);
            return new HostPattern(withoutDot(authority.host()), below, authority.port());
        } catch (HttpException e) {
            throw malformed(text, e.getMessage());
        }
    }

    private static IllegalArgumentException malformed(String text, String fault) {
        return new IllegalArgumentException("The host \"" + text + "\" cannot be allowed: " + fault);
    }

    /** A name with a dot at its end is the same to DNS. */
    static String withoutDot(String host) {
        return host.length() > 1 && host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /**
     * Returns whether a host is meant.
     *
     * @param requested what a request names
     * @return true if this entry allows it
     */
    boolean matches(Authority requested) {
        String name = withoutDot(requested.host());
        boolean sameHost = below
                ? name.length() > host.length() + 1 && name.endsWith("." + host) && !name.startsWith(".")
                : name.equals(host);
        return sameHost && (port.isEmpty() || port.equals(requested.port()));
    }
}
