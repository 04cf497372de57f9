package io.duplex.internal.handshake;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpResponse;
import java.util.Map;

/** The application's decision about a correct handshake. */
public sealed interface Admission {
    /**
     * The connection may open.
     *
     * @param responseHeaders fields that the response gets too
     * @param attachments     the connection's first attachments
     */
    record Granted(HttpHeaders responseHeaders, Map<String, Object> attachments) implements Admission {}

    /**
     * The client gets this response, and then the connection is closed.
     *
     * @param response its status is 300 to 599
     */
    record Refused(HttpResponse response) implements Admission {}
}
