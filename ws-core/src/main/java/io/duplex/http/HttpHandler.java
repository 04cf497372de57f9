package io.duplex.http;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Answers plain HTTP requests on the WebSocket port.
 *
 * <p>It is called on the connection's thread, which may be an event loop: what takes long belongs elsewhere,
 * and its stage is completed from there, from any thread. A stage that fails, and a handler that throws, are
 * for the caller to answer with 500.
 */
@FunctionalInterface
public interface HttpHandler {
    /** GET and HEAD. */
    Set<String> GET_AND_HEAD = Set.of("GET", "HEAD");

    /**
     * The methods that a target has here. A request with another method is answered with 405, or with 404 if
     * there are none, before its body is read.
     *
     * <p>Methods other than GET and HEAD may have a body, which is read first, up to the server's bound. If a
     * browser sends such a request, its {@code Origin} is checked as for a WebSocket handshake.
     *
     * @param target what is asked for
     * @return the methods, with case; by default GET and HEAD
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
     * A handler that has its answer at once.
     *
     * @param function makes the response; what it throws fails the stage
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
