package io.duplex.internal.handshake;

import io.duplex.extension.ExtensionProvider;
import io.duplex.http.HttpHeaders;
import java.net.CookieHandler;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * The request of a client to a server in the opening handshake (RFC 6455 sections 3 and 4.1). All parts are
 * checked already. Immutable and reusable: the key is not part of it.
 *
 * @param target         where to
 * @param headers        the application's header fields, credentials included
 * @param subprotocols   in the order of preference
 * @param extensions     in the order of preference
 * @param origin         the value of {@code Origin}, or null
 * @param cookies        keeps the cookies, or null
 * @param maxRedirects   how many redirects are followed
 * @param redirectFields names of the fields that a redirect to another host carries on, compared without case
 */
public record HandshakeRequest(WebSocketUri target, HttpHeaders headers, List<String> subprotocols,
        List<ExtensionProvider> extensions, String origin, CookieHandler cookies, int maxRedirects,
        Set<String> redirectFields) {
    /**
     * Returns the target as a URI.
     *
     * @return without user information and default port
     */
    public URI uri() {
        return target.toUri();
    }

    /**
     * Returns the same request with another number of redirects.
     *
     * @param value 0 for none
     * @return a copy
     */
    public HandshakeRequest withMaxRedirects(int value) {
        return new HandshakeRequest(target, headers, subprotocols, extensions, origin, cookies, value,
                redirectFields);
    }

    /** The request after a redirect, with one redirect less to go. */
    HandshakeRequest redirected(WebSocketUri there, HttpHeaders fields, List<String> protocols) {
        return new HandshakeRequest(there, fields, protocols, extensions, origin, cookies, maxRedirects - 1,
                redirectFields);
    }
}
