package io.duplex.handshake;

import io.duplex.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;

/**
 * The header fields that the handshake itself writes, or that would change what the bytes behind the head mean. Whoever adds
 * fields of their own is refused these by name, and told what to use instead.
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
            "expect", NO_BODY);

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

    private static void refuse(String name, Map<String, String> reserved) {
        String hint = reserved.get(name.toLowerCase(Locale.ROOT));
        if (hint != null) {
            throw new IllegalArgumentException("The header field " + name + " cannot be set: " + hint);
        }
    }
}
