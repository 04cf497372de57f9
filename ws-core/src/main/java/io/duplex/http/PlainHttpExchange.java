package io.duplex.http;

import java.net.SocketAddress;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Decision about a plain HTTP request: a handler answers it, or it is refused and the connection closed. The
 * caller reads the body, calls the handler, writes the bytes and closes. GET and HEAD must have no body.
 *
 * <p>After {@link Refuse} the caller should half-close and drain, so that the response arrives (RFC 9112
 * section 9.6).
 */
public sealed interface PlainHttpExchange {
    /**
     * A request for a handler.
     *
     * @param request without its body
     * @param persistence whether the connection continues after the response
     */
    record Serve(HttpRequest request, Persistence persistence) implements PlainHttpExchange {
        /**
         * Encodes the response.
         *
         * @param response the handler's response
         * @return a new array
         */
        public byte[] encode(HttpResponse response) {
            return response.encode(request.method(), persistence);
        }
    }

    /**
     * A request that is refused. The connection is closed after the response.
     *
     * @param method the request's method
     * @param response the answer
     * @param reason the reason, in one sentence
     */
    record Refuse(String method, HttpResponse response, String reason) implements PlainHttpExchange {
        /**
         * Encodes the response.
         *
         * @return a new array
         */
        public byte[] encode() {
            return response.encode(method, Persistence.CLOSE);
        }
    }

    /**
     * The methods of targets, and the bound of bodies.
     *
     * @param methods      the methods of a target, see {@link HttpHandler#methods}
     * @param maxBodyBytes the maximum length of a body, 0 or more
     */
    record Terms(Function<RequestTarget, Set<String>> methods, int maxBodyBytes) {
        /** GET and HEAD everywhere, and no body. */
        public static final Terms READ_ONLY = new Terms(target -> HttpHandler.GET_AND_HEAD, 0);
    }

    /**
     * Decides about a request.
     *
     * @param head the request as it was read
     * @param remoteAddress the peer's address
     * @param secure whether the connection is over TLS
     * @param terms methods and bounds
     * @return {@link Refuse} with 404 or 405 for a method that the target does not have, 400 for a target
     * without a path, 413 for a body that is too long or that GET or HEAD has, 411 for POST in HTTP/1.0
     * without a length, 417 for an expectation other than 100-continue, 501 for an unknown transfer coding;
     * otherwise {@link Serve}
     */
    static PlainHttpExchange of(RequestHead head, SocketAddress remoteAddress, boolean secure, Terms terms) {
        boolean reads = HttpHandler.GET_AND_HEAD.contains(head.method());
        try {
            HttpRequest request = HttpRequest.of(head, remoteAddress, secure);
            Set<String> methods = terms.methods.apply(request.target());
            if (!methods.contains(head.method()) && !(reads && methods.isEmpty())) {
                return methods.isEmpty()
                        ? refuse(head, HttpResponse.notFound(), "nothing here")
                        : notAllowed(head, methods);
            }
            checkBody(head, reads, terms.maxBodyBytes);
            return new Serve(request, Persistence.of(head));
        } catch (HttpException e) {
            return reads || e.status() != HttpStatus.BAD_REQUEST || hasPath(head)
                    ? refuse(head, HttpResponse.of(e), e.getMessage())
                    : notAllowed(head, HttpHandler.GET_AND_HEAD);
        }
    }

    private static Refuse refuse(RequestHead head, HttpResponse response, String reason) {
        return new Refuse(head.method(), response, reason);
    }

    private static Refuse notAllowed(RequestHead head, Set<String> methods) {
        String[] allow = new TreeSet<>(methods).toArray(String[]::new);
        return refuse(head, HttpResponse.methodNotAllowed(allow), "this path has no such method");
    }

    /** Checks for origin-form and absolute-form, the forms with a path. */
    private static boolean hasPath(RequestHead head) {
        return head.target().startsWith("/") || head.target().contains("://");
    }

    private static void checkBody(RequestHead head, boolean reads, int maxBodyBytes) throws HttpException {
        if (reads && head.hasBody()) {
            throw new HttpException(HttpStatus.CONTENT_TOO_LARGE, "GET and HEAD have no body here");
        }
        if (head.version() == HttpVersion.HTTP_1_0 && head.method().equals("POST")
                && !head.headers().contains("Content-Length")) {
            // RFC 1945 section 8.3. A client of HTTP/1.0 may end its body by closing the connection.
            throw new HttpException(HttpStatus.LENGTH_REQUIRED, "POST in HTTP/1.0 needs Content-Length");
        }
        RequestBodyReader.check(head, maxBodyBytes);
        if (head.version() == HttpVersion.HTTP_1_1
                && head.headers()
                        .all("Expect")
                        .stream()
                        .anyMatch(value -> !value.equalsIgnoreCase("100-continue"))) {
            throw new HttpException(HttpStatus.EXPECTATION_FAILED,
                    "the only expectation known here is 100-continue");
        }
    }
}
