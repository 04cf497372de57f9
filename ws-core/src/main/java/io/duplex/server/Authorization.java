package io.duplex.server;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpResponse;
import io.duplex.internal.handshake.ReservedFields;
import java.util.Map;

/** The decision of an {@link Authorizer} about a handshake. */
public sealed interface Authorization {
    /**
     * The connection may open.
     *
     * @param responseHeaders fields that the response gets too, such as {@code Set-Cookie}
     * @param attachments     the initial content of {@link io.duplex.WebSocket#attachments()}, such as the
     *                        user; without nulls
     */
    record Granted(HttpHeaders responseHeaders, Map<String, Object> attachments) implements Authorization {
        /**
         * Copies the attachments.
         *
         * @throws IllegalArgumentException if a field belongs to the handshake itself; the message names it
         */
        public Granted {
            ReservedFields.requireFreeOnServers(responseHeaders);
            attachments = Map.copyOf(attachments);
        }

        /** Shows the names only: values may be secrets, and this is logged. */
        @Override
        public String toString() {
            return "Granted[responseHeaders=" + responseHeaders + ", attachments=" + attachments.keySet()
                    + "]";
        }
    }

    /**
     * The client gets this response, and then the connection is closed.
     *
     * @param response its status is 300 to 599
     */
    record Refused(HttpResponse response) implements Authorization {
        /**
         * Checks the status.
         *
         * @throws IllegalArgumentException if it is not that of a refusal
         */
        public Refused {
            if (response.status() < 300) {
                throw new IllegalArgumentException("status " + response.status() + " is not a refusal");
            }
        }
    }

    /**
     * Returns a grant without additions.
     *
     * @return the grant
     */
    static Granted granted() {
        return new Granted(HttpHeaders.of(), Map.of());
    }

    /**
     * Returns a refusal with a line of text.
     *
     * @param status such as 401 or 403; 400 to 599
     * @param text   a short sentence for the client, with nothing internal in it
     * @return the refusal
     * @throws IllegalArgumentException if the status is out of range
     */
    static Refused refused(int status, String text) {
        if (status < 400) {
            throw new IllegalArgumentException("status " + status + " is not 400 to 599");
        }
        return new Refused(HttpResponse.error(status, text));
    }
}
