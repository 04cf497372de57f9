package io.duplex.http;

import java.net.SocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * A request, for a handler. Immutable.
 *
 * @param method a token, case-sensitive
 * @param target path and query
 * @param headers the fields
 * @param pathParameters the parts that the route's pattern matched ({@link PathPattern#match}); empty without
 * a route
 * @param remoteAddress the address that the transport knows; behind a proxy it is the proxy's
 * @param secure whether TLS ends at this endpoint
 * @param tlsSession the TLS session with the peer's certificates, if TLS ends at this endpoint
 * @param body the whole body; empty for GET, HEAD and a WebSocket handshake
 */
public record HttpRequest(String method, RequestTarget target, HttpHeaders headers,
        Map<String, String> pathParameters, SocketAddress remoteAddress, boolean secure,
        Optional<SSLSession> tlsSession, RequestBody body) {
    /** Copies the parameters, in their order. */
    public HttpRequest {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(remoteAddress, "remoteAddress");
        pathParameters = pathParameters.isEmpty()
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(pathParameters));
        Objects.requireNonNull(tlsSession, "tlsSession");
        Objects.requireNonNull(body, "body");
    }

    /**
     * Creates a request without a body and without a TLS session.
     *
     * @param method a token, case-sensitive
     * @param target path and query
     * @param headers the fields
     * @param pathParameters the parts that the route's pattern matched
     * @param remoteAddress the address that the transport knows
     * @param secure whether the connection is over TLS
     */
    public HttpRequest(String method, RequestTarget target, HttpHeaders headers,
            Map<String, String> pathParameters, SocketAddress remoteAddress, boolean secure) {
        this(method, target, headers, pathParameters, remoteAddress, secure, Optional.empty(),
                RequestBody.EMPTY);
    }

    /**
     * Creates the request of a head.
     *
     * @param head the head
     * @param remoteAddress the peer's address
     * @param secure whether the connection is over TLS
     * @return the request, without path parameters
     * @throws HttpException with status 400 if the target names no resource or is malformed
     */
    public static HttpRequest of(RequestHead head, SocketAddress remoteAddress, boolean secure)
            throws HttpException {
        return new HttpRequest(head.method(), RequestTarget.parse(head.target()), head.headers(), Map.of(),
                remoteAddress, secure);
    }

    /**
     * Returns the decoded, normalised path.
     *
     * @return {@link RequestTarget#path()}
     */
    public String path() {
        return target.path();
    }

    /**
     * Returns a path parameter.
     *
     * @param name a parameter's name, or {@link PathPattern#REST}
     * @return the decoded value; empty if the pattern has no such parameter
     */
    public Optional<String> pathParameter(String name) {
        return Optional.ofNullable(pathParameters.get(name));
    }

    /**
     * Returns the request with other path parameters.
     *
     * @param parameters the parameters
     * @return a new request
     */
    public HttpRequest withPathParameters(Map<String, String> parameters) {
        return new HttpRequest(method, target, headers, parameters, remoteAddress, secure, tlsSession, body);
    }

    /**
     * Returns the request with a TLS session.
     *
     * @param session the session from the transport, if any
     * @return the request
     */
    public HttpRequest withTlsSession(Optional<SSLSession> session) {
        return session.isEmpty() && tlsSession.isEmpty()
                ? this
                : new HttpRequest(method, target, headers, pathParameters, remoteAddress, secure, session,
                        body);
    }

    /**
     * Returns the request with a body.
     *
     * @param content the body
     * @return a new request
     */
    public HttpRequest withBody(RequestBody content) {
        return new HttpRequest(method, target, headers, pathParameters, remoteAddress, secure, tlsSession,
                content);
    }
}
