package io.duplex.internal.handshake;

import io.duplex.HandshakeException;
import io.duplex.http.HttpHeaders;
import io.duplex.http.ResponseHead;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;

/**
 * Follows redirects of a client (RFC 9110 section 15.4). The application must have asked for it
 * ({@link HandshakeRequest#maxRedirects}): browsers never do, because a server could so send a client
 * anywhere. Hence the limits: never from wss to ws; and header fields and subprotocols, which may be secrets,
 * go to the host only that they were given for, except those that the application has named
 * ({@link HandshakeRequest#redirectFields}).
 */
final class Redirection {
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    private Redirection() {}

    static boolean isRedirect(ResponseHead response) {
        return STATUSES.contains(response.status());
    }

    /** The request that follows the redirect, with one redirect less to go. */
    static HandshakeRequest follow(HandshakeRequest request, ResponseHead response)
            throws HandshakeException {
        if (request.maxRedirects() == 0) {
            throw new HandshakeException("the server redirects with " + response.status()
                    + ", and the request allows no redirect, or no further one"
                    + " (ClientRequest.Builder.maxRedirects)");
        }
        WebSocketUri there = target(withoutUserInfo(resolve(request.uri(), location(response))));
        if (request.target().secure() && !there.secure()) {
            throw new HandshakeException("the server redirects from wss to ws, which would give up TLS");
        }
        return mayKeepSecrets(request.target(), there)
                ? request.redirected(there, request.headers(), request.subprotocols())
                : withoutSecrets(request, there);
    }

    private static URI location(ResponseHead response) throws HandshakeException {
        List<String> values = response.headers().all("Location");
        if (values.size() != 1 || values.getFirst().isEmpty()) {
            throw new HandshakeException("the server redirects, but not with one Location");
        }
        try {
            return new URI(values.getFirst());
        } catch (URISyntaxException e) {
            throw new HandshakeException("the server redirects to a malformed Location", e);
        }
    }

    /** HTTP servers know http and https only, so their URIs are read as ws and wss. */
    private static URI resolve(URI base, URI location) throws HandshakeException {
        if (location.isOpaque()) {
            throw new HandshakeException("the server redirects to a URI that is not a WebSocket URI");
        }
        URI absolute = isQueryOnly(location)
                ? URI.create(withoutQuery(base) + "?" + location.getRawQuery())
                : base.resolve(location);
        String scheme = switch (absolute.getScheme().toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> "ws";
            case "https", "wss" -> "wss";
            default -> throw new HandshakeException("the server redirects to the scheme "
                    + absolute.getScheme() + ", which is not for WebSocket");
        };
        String text = absolute.toString();
        int end = absolute.getRawFragment() == null ? text.length() : text.indexOf('#');
        return URI.create(scheme + text.substring(absolute.getScheme().length(), end));
    }

    /**
     * RFC 3986 section 5.2.2 keeps the base's path for it; the JDK follows an older rule and drops its last
     * segment.
     */
    private static boolean isQueryOnly(URI location) {
        return location.getScheme() == null && location.getRawAuthority() == null
                && location.getRawPath().isEmpty() && location.getRawQuery() != null;
    }

    private static String withoutQuery(URI uri) {
        String text = uri.toString();
        int mark = text.indexOf('?');
        return mark < 0 ? text : text.substring(0, mark);
    }

    /** A server has no say in whom this client claims to be. */
    private static URI withoutUserInfo(URI uri) {
        String authority = uri.getRawAuthority();
        if (authority == null || authority.indexOf('@') < 0) {
            return uri;
        }
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        return URI.create(uri.toString().replaceFirst("//[^/?]*", "//" + Matcher.quoteReplacement(host)));
    }

    private static WebSocketUri target(URI uri) throws HandshakeException {
        try {
            return WebSocketUri.of(uri);
        } catch (IllegalArgumentException e) {
            throw new HandshakeException("the server redirects to a URI that is not a WebSocket URI", e);
        }
    }

    /** The same host and port; or the same host, and from the default port of ws to that of wss. */
    private static boolean mayKeepSecrets(WebSocketUri from, WebSocketUri to) {
        boolean toTls = from.port() == Origin.HTTP_PORT && !from.secure()
                && to.port() == Origin.HTTPS_PORT && to.secure();
        return from.host().equals(to.host()) && (from.port() == to.port() || toTls);
    }

    /**
     * Any field may be a token, and browsers' servers take tokens as subprotocols: only the application knows
     * what is none.
     */
    private static HandshakeRequest withoutSecrets(HandshakeRequest request, WebSocketUri there) {
        HttpHeaders.Builder kept = HttpHeaders.builder();
        for (HttpHeaders.Field field : request.headers()) {
            if (request.redirectFields().contains(field.name())) {
                kept.add(field.name(), field.value());
            }
        }
        return request.redirected(there, kept.build(),
                request.redirectFields().contains(HandshakeFields.PROTOCOL)
                        ? request.subprotocols()
                        : List.of());
    }
}
