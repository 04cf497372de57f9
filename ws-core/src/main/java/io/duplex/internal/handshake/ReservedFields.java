package io.duplex.internal.handshake;

import io.duplex.http.HttpHeaders;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The header fields that the handshake itself generates, or that would change what the bytes after the head
 * mean. An application that adds fields is refused these by name, and told what to use instead.
 */
public final class ReservedFields {
    private static final String WRITTEN_HERE = "it is written by the handshake";
    private static final String NO_BODY = "the handshake has no body";

    private static final Map<String, String> ON_BOTH_SIDES = Map.of(
            "upgrade", WRITTEN_HERE,
            "connection", WRITTEN_HERE,
            "sec-websocket-key", WRITTEN_HERE,
            "sec-websocket-accept", WRITTEN_HERE,
            "sec-websocket-version", WRITTEN_HERE,
            "sec-websocket-protocol", "use subprotocols(...)",
            "sec-websocket-extensions", "use extensions(...)",
            "content-length", NO_BODY,
            "transfer-encoding", NO_BODY,
            "trailer", NO_BODY);

    private static final Map<String, String> ON_CLIENTS = Map.of(
            "host", "it is made from the URI",
            "origin", "use origin(...)",
            "proxy-authorization", "it would reach the server; use ProxyServer.withCredentials(...)",
            "expect", NO_BODY);

    private static final Set<String> CREDENTIALS = Set.of("authorization", "proxy-authorization", "cookie");

    private ReservedFields() {}

    /**
     * Checks what an application adds to the response of a server.
     *
     * @param headers the fields
     * @return the same fields
     * @throws IllegalArgumentException if one is reserved; the message names it
     */
    public static HttpHeaders requireFreeOnServers(HttpHeaders headers) {
        for (HttpHeaders.Field field : headers) {
            refuse(field.name(), ON_BOTH_SIDES);
        }
        return headers;
    }

    /**
     * Checks what an application adds to the request of a client.
     *
     * @param headers the fields
     * @return the same fields
     * @throws IllegalArgumentException if one is reserved; the message names it
     */
    public static HttpHeaders requireFreeOnClients(HttpHeaders headers) {
        for (HttpHeaders.Field field : headers) {
            refuse(field.name(), ON_BOTH_SIDES);
            refuse(field.name(), ON_CLIENTS);
        }
        return headers;
    }

    /**
     * Checks which fields may go to another host, to which a server has redirected.
     *
     * @param names names of fields, and {@code Sec-WebSocket-Protocol} for the subprotocols
     * @return a set that compares without case
     * @throws IllegalArgumentException if one is no token, or holds credentials; the message names it
     */
    public static Set<String> requireRedirectable(List<String> names) {
        Set<String> fields = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : names) {
            // Checks the name.
            HttpHeaders.of(name, "");
            if (CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("The header field " + name
                        + " cannot go to another host: it holds credentials of the first");
            }
            fields.add(name);
        }
        return Collections.unmodifiableSet(fields);
    }

    private static void refuse(String name, Map<String, String> reserved) {
        String hint = reserved.get(name.toLowerCase(Locale.ROOT));
        if (hint != null) {
            throw new IllegalArgumentException("The header field " + name + " cannot be set: " + hint);
        }
    }
}
