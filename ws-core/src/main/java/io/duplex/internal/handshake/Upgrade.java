package io.duplex.internal.handshake;

import io.duplex.extension.Extension;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A handshake that a server has accepted: once the response is written, the connection is open.
 *
 * @param candidate   the client's side of it
 * @param response    the server's side of it, with status 101
 * @param extensions  the connection's extensions in the response's order; the holder of this record must
 *                    close them
 * @param attachments what the authorizer left for the connection
 */
public record Upgrade(RequestDecision.ValidatedRequest candidate, ResponseHead response,
        List<Extension> extensions,
        Map<String, Object> attachments) {
    /** Copies the list and the map. */
    public Upgrade {
        extensions = List.copyOf(extensions);
        attachments = Map.copyOf(attachments);
    }

    /**
     * Returns the endpoint of the connection.
     *
     * @return the endpoint
     */
    public EndpointConfig endpoint() {
        return candidate.endpoint();
    }

    /**
     * The client's handshake.
     *
     * @return the request
     */
    public RequestHead request() {
        return candidate.head();
    }

    /**
     * The negotiated subprotocol.
     *
     * @return empty if none
     */
    public Optional<String> subprotocol() {
        return candidate.subprotocol();
    }

    /**
     * Returns what the parts of the endpoint's path pattern matched.
     *
     * @return possibly empty
     */
    public Map<String, String> pathParameters() {
        return candidate.request().pathParameters();
    }
}
