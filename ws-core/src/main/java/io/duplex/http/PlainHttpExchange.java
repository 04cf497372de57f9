package io.duplex.http;

import java.net.SocketAddress;

/**
 * What to do with a request that is plain HTTP: hand it to a handler, or refuse it and close. Decides only; the caller
 * calls the handler, writes the bytes and closes. GET and HEAD are served, and nothing that has a body.
 *
 * <p>After {@link Refuse} the caller should close the way that lets the response arrive: half-close, then read and throw
 * away what still comes (RFC 9112 section 9.6).
 */
public sealed interface PlainHttpExchange {
    /**
     * A request to be handled.
     *
     * @param request for the handler
     * @param persistence what happens to the connection after the response
     */
    record Serve(HttpRequest request, Persistence persistence) implements PlainHttpExchange {
        /**
         * The bytes of the response.
         *
         * @param response what the handler answered
         * @return a new array
         */
        public byte[] encode(HttpResponse response) {
            return response.encode(request.method(), persistence);
        }
    }

    /**
     * A request that gets this answer, and then the connection is closed.
     *
     * @param method the request's method
     * @param response the answer
     */
    record Refuse(String method, HttpResponse response) implements PlainHttpExchange {
        /**
         * The bytes of the response.
         *
         * @return a new array
         */
        public byte[] encode() {
            return response.encode(method, Persistence.CLOSE);
        }
    }

    /**
     * Decides.
     *
     * @param head the request as it was read
     * @param remoteAddress the peer's address
     * @param secure whether the connection is over TLS
     * @return {@link Refuse} with 413 for a body, 405 for another method than GET and HEAD, 400 for a target that names no
     * resource; else {@link Serve}
     */
    static PlainHttpExchange of(RequestHead head, SocketAddress remoteAddress, boolean secure) {
        if (head.hasBody()) {
            return new Refuse(head.method(),
                    HttpResponse.error(HttpStatus.CONTENT_TOO_LARGE, "requests with a body are not served"));
        }
        if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
            return new Refuse(head.method(), HttpResponse.methodNotAllowed("GET", "HEAD"));
        }
        try {
            return new Serve(HttpRequest.of(head, remoteAddress, secure), Persistence.of(head));
        } catch (HttpException e) {
            return new Refuse(head.method(), HttpResponse.of(e));
        }
    }
}
