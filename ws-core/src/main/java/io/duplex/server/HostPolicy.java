package io.duplex.server;

import io.duplex.http.Authority;
import java.util.List;
import java.util.stream.Stream;

/**
 * The hosts that requests may name in {@code Host}, for WebSocket and plain HTTP alike. Others are answered
 * with 421 Misdirected Request (RFC 9110 sections 7.4 and 15.5.20), so that no page can reach a server under
 * a name of its own: an attacker whose name first resolves to his web server and then to 127.0.0.1 (DNS
 * rebinding) has a page with the same host in {@code Origin} and {@code Host}, which {@link
 * OriginPolicy#sameHost()} cannot tell from the server's own.
 *
 * <p>A request without {@code Host}, which HTTP/1.0 allows, passes every policy: no browser sends one. Called
 * on the connection's thread; must not block.
 */
@FunctionalInterface
public interface HostPolicy {
    /**
     * Decides.
     *
     * @param host what the request names
     * @return whether this server is meant
     */
    boolean allows(Authority host);

    /**
     * Every host. The default of a server that is not bound to a loopback address.
     *
     * @return the policy
     */
    static HostPolicy any() {
        return host -> true;
    }

    /**
     * {@code localhost}, the names below it (RFC 6761 section 6.3), and the loopback addresses, with any
     * port. The default of a server that is bound to a loopback address.
     *
     * @return the policy
     */
    static HostPolicy loopback() {
        return host -> LoopbackHost.matches(host.host());
    }

    /**
     * These hosts.
     *
     * @param patterns names or addresses ({@code app.example.com}, {@code [::1]}); {@code *.example.com} for
     *                 all names below, itself not included. Without a port any port is meant. A dot at the
     *                 end of a name makes no difference
     * @return the policy
     * @throws IllegalArgumentException if there is none, or one is malformed; the message says why
     */
    static HostPolicy allow(String... patterns) {
        if (patterns.length == 0) {
            throw new IllegalArgumentException("No host to allow");
        }
        List<HostPattern> allowed = Stream.of(patterns).map(HostPattern::of).toList();
        return host -> allowed.stream().anyMatch(pattern -> pattern.matches(host));
    }

    /**
     * Allows the hosts of {@link #loopback()}, too.
     *
     * @return the wider policy
     */
    default HostPolicy orLoopback() {
        HostPolicy loopback = loopback();
        return host -> allows(host) || loopback.allows(host);
    }
}
