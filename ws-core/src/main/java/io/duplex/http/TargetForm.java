package io.duplex.http;

import java.util.Set;

/** The four forms of a request target (RFC 9112 section 3.2). */
public enum TargetForm {
    /** A path and perhaps a query: the usual form. */
    ORIGIN,
    /** A whole URI: clients send it to proxies, and every server must accept it. */
    ABSOLUTE,
    /** A host and a port: CONNECT only. */
    AUTHORITY,
    /** {@code *}: OPTIONS for the server as a whole. */
    ASTERISK;

    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");
    private static final String SCHEME_END = "://";

    /**
     * Returns the form of a target. It is not compared with the method.
     *
     * @param target the target as received
     * @return its form
     * @throws HttpException with status 400 if it has none of the four forms, a malformed authority, or a
     * scheme other than http, https, ws or wss
     */
    public static TargetForm of(String target) throws HttpException {
        if (!HttpSyntax.isTarget(target)) {
            throw HttpException.badRequest("malformed request target");
        }
        if (target.startsWith("/")) {
            return ORIGIN;
        }
        if (target.equals("*")) {
            return ASTERISK;
        }
        if (target.contains(SCHEME_END)) {
            authorityOf(target);
            return ABSOLUTE;
        }
        if (Authority.parse(target).port().isEmpty()) {
            throw HttpException.badRequest("malformed request target");
        }
        return AUTHORITY;
    }

    /**
     * Checks whether an absolute target has the scheme https or wss.
     *
     * @param target a target in absolute-form
     * @return true for these two
     */
    public static boolean isSecure(String target) {
        String scheme = target.substring(0, target.indexOf(SCHEME_END));
        return scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("wss");
    }

    /** Returns the authority of an absolute target. */
    static Authority authorityOf(String target) throws HttpException {
        String scheme = target.substring(0, target.indexOf(SCHEME_END));
        if (SCHEMES.stream().noneMatch(scheme::equalsIgnoreCase)) {
            throw HttpException.badRequest("unsupported scheme in the request target");
        }
        return Authority
                .parse(target.substring(scheme.length() + SCHEME_END.length(), endOfAuthority(target)));
    }

    /** Returns the rest of an absolute target after its authority: a path, a query, both or nothing. */
    static String afterAuthority(String target) {
        return target.substring(endOfAuthority(target));
    }

    private static int endOfAuthority(String target) {
        int end = target.indexOf(SCHEME_END) + SCHEME_END.length();
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        return end;
    }
}
