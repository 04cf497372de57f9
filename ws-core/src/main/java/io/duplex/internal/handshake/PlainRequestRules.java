package io.duplex.internal.handshake;

import io.duplex.http.HttpException;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;
import io.duplex.http.HttpVersion;
import io.duplex.http.Persistence;
import io.duplex.http.RequestBodyReader;
import io.duplex.http.RequestHead;
import java.net.SocketAddress;
import java.util.Set;
import java.util.TreeSet;

/** The rules for a request of plain HTTP: its path, its method and the framing of its body. */
final class PlainRequestRules {
    private PlainRequestRules() {}

    /**
     * Decides about a request.
     *
     * @return a refusal with 404 or 405 for a method that the target does not have, 400 for a target without
     * a path, 413 for a body that is too long or that GET or HEAD has, 411 for POST in HTTP/1.0 without a
     * length, 417 for an expectation other than 100-continue, 501 for an unknown transfer coding; otherwise
     * {@link RequestDecision.Plain}
     */
    static RequestDecision decide(RequestHead head, SocketAddress remoteAddress, boolean secure,
            ServerHandshake.Terms terms) {
        boolean reads = HttpHandler.GET_AND_HEAD.contains(head.method());
        try {
            HttpRequest request = HttpRequest.of(head, remoteAddress, secure);
            Set<String> methods = terms.methods().apply(request.target());
            if (!methods.contains(head.method()) && !(reads && methods.isEmpty())) {
                return methods.isEmpty()
                        ? refuse(head, HttpResponse.notFound(), "nothing here")
                        : notAllowed(head, methods);
            }
            checkBody(head, reads, terms.maxBodyBytes());
            return new RequestDecision.Plain(request, Persistence.of(head));
        } catch (HttpException e) {
            return reads || e.status() != HttpStatus.BAD_REQUEST || hasPath(head)
                    ? refuse(head, HttpResponse.of(e), e.getMessage())
                    : notAllowed(head, HttpHandler.GET_AND_HEAD);
        }
    }

    private static RequestDecision refuse(RequestHead head, HttpResponse response, String reason) {
        return new RequestDecision.Refuse(head.method(), response, reason);
    }

    private static RequestDecision notAllowed(RequestHead head, Set<String> methods) {
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
