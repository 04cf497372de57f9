package io.duplex.http;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Answers plain HTTP requests on the WebSocket port.
 *
 * <p>Called on the connection's thread, which may be an event loop: run long work elsewhere and complete the
 * stage from there, on any thread. The server answers 500 if the stage fails or the handler throws.
 */
@FunctionalInterface
public interface HttpHandler {
    /** GET and HEAD. */
    Set<String> GET_AND_HEAD = Set.of("GET", "HEAD");

    /**
     * Returns the methods of a target. A request with another method is answered with 405, or with 404 if
     * there are none, before its body is read.
     *
     * <p>Methods other than GET and HEAD may have a body, which is read first, up to the server's bound. The
     * {@code Origin} of such a request is checked as for a WebSocket handshake.
     *
     * @param target path and query
     * @return the methods, case-sensitive; by default GET and HEAD
     */
    default Set<String> methods(RequestTarget target) {
        return GET_AND_HEAD;
    }

    /**
     * Answers a request.
     *
     * @param request the request, with its whole body
     * @return a stage that is completed with the response; neither is null
     */
    CompletionStage<HttpResponse> handle(HttpRequest request);

    /**
     * Creates a handler that answers immediately.
     *
     * @param function creates the response; an exception fails the stage
     * @return the handler
     */
    static HttpHandler of(Function<? super HttpRequest, HttpResponse> function) {
        Objects.requireNonNull(function, "function");
        return request -> {
            try {
                return CompletableFuture.completedStage(
                        Objects.requireNonNull(function.apply(request), "the handler returned null"));
            } catch (RuntimeException e) {
                return CompletableFuture.failedStage(e);
            }
        };
    }
}
