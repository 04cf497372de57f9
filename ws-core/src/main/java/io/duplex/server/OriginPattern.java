package io.duplex.server;

import io.duplex.internal.handshake.Origin;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An entry of an allow-list of origins: an exact origin, or one with {@code *.} for one or more labels at the
 * left of the host, or with {@code *} for any port. There are no other wildcards, so that no entry allows
 * more than it seems to.
 *
 * @param form    the origin, without its wildcards
 * @param below   whether the host stands for all hosts below it, itself not included
 * @param anyPort whether the port is left open
 */
record OriginPattern(Origin form, boolean below, boolean anyPort) {
    private static final String SCHEME_END = "://";
    private static final String ANY_LABELS = "*.";
    private static final String ANY_PORT = ":*";
    private static final Pattern LABELS = Pattern.compile("(?:[^.]++\\.)++");
    private static final Pattern WITH_PORT = Pattern.compile(".*:[0-9]*");
    /** A host whose last label is a number is an IPv4 address to browsers, however short. */
    private static final Pattern ADDRESS = Pattern.compile("(?:.*\\.)?[0-9]+\\.?|\\[.*");

    /**
     * Parses an entry.
     *
     * @param text such as {@code https://app.example.com}, {@code https://*.example.com},
     * {@code http://localhost:*}
     * @return the pattern
     * @throws IllegalArgumentException if it is no such entry; the message says why
     */
    static OriginPattern of(String text) {
        refuseLookalikes(text);
        int hostStart = text.indexOf(SCHEME_END) + SCHEME_END.length();
        boolean below = text.startsWith(ANY_LABELS, hostStart);
        boolean anyPort = text.endsWith(ANY_PORT);
        String host = text.substring(hostStart + (below ? ANY_LABELS.length() : 0),
                text.length() - (anyPort ? ANY_PORT.length() : 0));
        if (host.indexOf('*') >= 0) {
            throw malformed(text, "a wildcard is \"*.\" before the whole host, or \":*\" for the port");
        }
        Origin form = Origin.parse(text.substring(0, hostStart) + host)
                .orElseThrow(() -> malformed(text, "the host or the port is malformed"));
        if (anyPort && WITH_PORT.matcher(host).matches()) {
            throw malformed(text, "it has two ports");
        }
        if (below && ADDRESS.matcher(form.host()).matches()) {
            throw malformed(text, "an address has no hosts below it");
        }
        return new OriginPattern(form, below, anyPort);
    }

    /** Refuses common mistakes, each with its solution. */
    private static void refuseLookalikes(String text) {
        int end = text.indexOf(SCHEME_END);
        if (text.equals("*")) {
            throw malformed(text, "to allow every origin, use OriginPolicy.any()");
        }
        if (text.equals("null")) {
            throw malformed(text, "every sandboxed page has this origin, so it cannot be allowed");
        }
        if (end < 0 || !Origin.isScheme(text.substring(0, end))) {
            throw malformed(text, "it must begin with a scheme, such as https://");
        }
        if (Set.of("ws", "wss").contains(text.substring(0, end).toLowerCase(Locale.ROOT))) {
            throw malformed(text, "an origin has the scheme of the page, http or https");
        }
        if (text.chars().skip(end + SCHEME_END.length()).anyMatch(c -> c == '/' || c == '?' || c == '#')) {
            throw malformed(text, "an origin has no path; it ends with the host or the port");
        }
        if (text.chars().anyMatch(c -> c >= 0x80)) {
            throw malformed(text, "write the host in its ASCII form, xn--...");
        }
    }

    private static IllegalArgumentException malformed(String text, String fault) {
        return new IllegalArgumentException("The origin \"" + text + "\" cannot be allowed: " + fault);
    }

    /**
     * Returns whether an origin matches.
     *
     * @param origin where a page came from
     * @return true if this entry allows it
     */
    boolean matches(Origin origin) {
        return origin.scheme().equals(form.scheme())
                && (anyPort || origin.port().equals(form.port()))
                && (below ? isBelow(origin.host()) : origin.host().equals(form.host()));
    }

    private boolean isBelow(String host) {
        return host.endsWith("." + form.host())
                && LABELS.matcher(host.substring(0, host.length() - form.host().length())).matches();
    }
}
