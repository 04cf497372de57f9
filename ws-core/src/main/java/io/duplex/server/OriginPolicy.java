package io.duplex.server;

import io.duplex.http.Authority;
import io.duplex.http.RequestHead;
import io.duplex.internal.handshake.Origin;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decides which web pages may connect (RFC 6455 section 10.2). Browsers put the page's origin into each
 * handshake and let any page connect to any host, with that host's cookies: without a check any page could
 * act for a user who is logged in.
 *
 * <p>The policies made here let a request without {@code Origin} pass: it does not come from a browser's
 * page, and a client that can omit the field could also forge it. So this is not authentication; see {@link
 * Authorizer}. They refuse a request with more than one {@code Origin}. Called on the connection's thread;
 * must not block.
 */
@FunctionalInterface
public interface OriginPolicy {
    /**
     * Decides on a request. A refused one is answered with 403.
     *
     * @param request the client's handshake
     * @param secure  whether the connection is over TLS as this server sees it; behind a proxy it may not be
     * @return whether the handshake may continue
     */
    boolean allows(RequestHead request, boolean secure);

    /**
     * Allows pages of the same host and port as in {@code Host}, default ports included, and of the scheme of
     * the connection: {@code https} over TLS, {@code http} in clear. The opaque origin {@code null}
     * (sandboxed frames, local files) and schemes other than these two are refused.
     *
     * <p>If TLS ends at a reverse proxy, connections reach this server in clear although the pages are https.
     * Use {@link #sameHostBehindTls()} or {@link #allow} there.
     *
     * @return the default policy
     */
    static OriginPolicy sameHost() {
        return OriginPolicy::isSameHost;
    }

    /**
     * As {@link #sameHost()}, for a server that all clients reach over TLS, which ends at a reverse proxy:
     * the page's scheme is {@code https}, and a {@code Host} without a port means 443. The proxy must forward
     * the client's {@code Host}.
     *
     * @return the policy
     */
    static OriginPolicy sameHostBehindTls() {
        return (request, secure) -> isSameHost(request, true);
    }

    /**
     * Allows every page. Use it only if a connection gives access to nothing that is private to the page's
     * user.
     *
     * @return the policy
     */
    static OriginPolicy any() {
        return (request, secure) -> check(request, origin -> true);
    }

    /**
     * Allows pages of these origins, but not those of the same host unless listed: see {@link #orSameHost()}.
     *
     * @param patterns exact origins ({@code https://app.example.com}); {@code https://*.example.com} for all
     *                 hosts below, itself not included; {@code http://localhost:*} for any port. Without a
     *                 port the scheme's default applies
     * @return the policy
     * @throws IllegalArgumentException if there is none, or one is malformed; the message says why
     */
    static OriginPolicy allow(String... patterns) {
        if (patterns.length == 0) {
            throw new IllegalArgumentException("No origin to allow");
        }
        List<OriginPattern> allowed = Stream.of(patterns).map(OriginPattern::of).toList();
        return (request, secure) -> check(request, origin -> origin
                .map(known -> allowed.stream().anyMatch(pattern -> pattern.matches(known)))
                .orElse(false));
    }

    /**
     * Allows pages of the same host, too ({@link #sameHost()}).
     *
     * @return the wider policy
     */
    default OriginPolicy orSameHost() {
        return (request, secure) -> allows(request, secure) || isSameHost(request, secure);
    }

    private static boolean isSameHost(RequestHead request, boolean secure) {
        return check(request, origin -> origin
                .flatMap(known -> target(request).map(host -> known.isAt(host, secure)))
                .orElse(false));
    }

    private static boolean check(RequestHead request, Predicate<Optional<Origin>> allowed) {
        List<String> fields = request.headers().all("Origin");
        return switch (fields.size()) {
            case 0 -> true;
            case 1 -> allowed.test(Origin.parse(fields.getFirst()));
            default -> false;
        };
    }

    private static Optional<Authority> target(RequestHead request) {
        try {
            return request.authority();
        } catch (IllegalStateException malformed) {
            return Optional.empty();
        }
    }
}
