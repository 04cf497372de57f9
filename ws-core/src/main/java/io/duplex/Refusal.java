package io.duplex;

import io.duplex.http.RequestHead;
import io.duplex.transport.AddressText;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * A request that a server has refused: an opening handshake, or plain HTTP that was answered with an error.
 * Queries, and header fields other than the cause, are left out, because they often contain secrets.
 * Everything but the status, the address and the reason was chosen by the peer.
 *
 * @param status        the HTTP status of the response, 300 to 599; below 400 only if an {@link
 *                      io.duplex.server.Authorizer} chose it
 * @param remoteAddress the peer, or the proxy in front of this server
 * @param method        the request's method; empty if no head was read
 * @param path          the request's target as received, without its query; empty if no head was read
 * @param reason        the reason, for an operator. The response has the text for the peer
 * @param origin        the {@code Origin} that was refused, if it was the cause
 * @param host          the {@code Host} that was refused, if it was the cause
 */
public record Refusal(int status, SocketAddress remoteAddress, Optional<String> method, Optional<String> path,
        String reason, Optional<String> origin, Optional<String> host) {
    /** Checks that nothing is null. */
    public Refusal {
        Objects.requireNonNull(remoteAddress, "remoteAddress");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(host, "host");
    }

    /**
     * Returns a refusal whose cause is neither the origin nor the host.
     *
     * @param status        the HTTP status of the response
     * @param remoteAddress the peer
     * @param request       the request, as far as it was read
     * @param reason        why
     * @return the refusal
     */
    public static Refusal of(int status, SocketAddress remoteAddress, Optional<RequestHead> request,
            String reason) {
        return new Refusal(status, remoteAddress, request.map(RequestHead::method),
                request.map(head -> withoutQuery(head.target())), reason, Optional.empty(), Optional.empty());
    }

    private static String withoutQuery(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /**
     * Returns a copy with the origin that was the cause.
     *
     * @param value the field's value
     * @return a new refusal
     */
    public Refusal withOrigin(Optional<String> value) {
        return new Refusal(status, remoteAddress, method, path, reason, value, host);
    }

    /**
     * Returns a copy with the host that was the cause.
     *
     * @param value the field's value
     * @return a new refusal
     */
    public Refusal withHost(Optional<String> value) {
        return new Refusal(status, remoteAddress, method, path, reason, origin, value);
    }

    /** Returns one readable line. The peer's part of it is as received. */
    @Override
    public String toString() {
        return AddressText.of(remoteAddress) + method.map(name -> " " + name).orElse("")
                + path.map(text -> " " + text).orElse("") + " with " + status + ": " + reason
                + origin.map(text -> "; Origin " + text).orElse("")
                + host.map(text -> "; Host " + text).orElse("");
    }
}
