package io.duplex.internal.handshake;

import io.duplex.http.PlainHttpExchange;
import io.duplex.server.HostPolicy;
import io.duplex.server.OriginPolicy;

/**
 * What a server demands of every request, whatever it asks for.
 *
 * @param hosts       the hosts that may be named in {@code Host}
 * @param httpOrigins the pages that may send plain HTTP requests other than GET, HEAD and OPTIONS
 * @param http        what is served besides WebSocket
 */
public record ServerTerms(HostPolicy hosts, OriginPolicy httpOrigins, PlainHttpExchange.Terms http) {
    /** Every host; GET and HEAD. */
    public static final ServerTerms OPEN =
            new ServerTerms(HostPolicy.any(), OriginPolicy.sameHost(), PlainHttpExchange.Terms.READ_ONLY);
}
