package io.duplex.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Chooses a handler by path and method: of the routes that match, the one with the most specific pattern
 * ({@link PathPattern#mostSpecificFirst()}). Answers 404 where no pattern matches, and 405 where one does under another
 * method only. A route for GET answers HEAD too, unless there is one for HEAD. Immutable.
 */
public final class HttpRoutes implements HttpHandler {
    private final List<Route> routes;

    private HttpRoutes(List<Route> routes) {
        this.routes = routes.stream()
                .sorted(Comparator.comparing(Route::pattern, PathPattern.mostSpecificFirst())).toList();
    }

    private record Route(String method, PathPattern pattern, HttpHandler handler) {}

    /**
     * A builder without routes.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        Optional<CompletionStage<HttpResponse>> answer = handleAs(request.method(), request);
        if (answer.isEmpty() && request.method().equals("HEAD")) {
            answer = handleAs("GET", request);
        }
        return answer.orElseGet(() -> CompletableFuture.completedStage(refusal(request)));
    }

    private Optional<CompletionStage<HttpResponse>> handleAs(String method, HttpRequest request) {
        for (Route route : routes) {
            if (route.method.equals(method)) {
                Optional<Map<String, String>> parameters = route.pattern.match(request.target().segments());
                if (parameters.isPresent()) {
                    return Optional.of(route.handler.handle(request.withPathParameters(parameters.get())));
                }
            }
        }
        return Optional.empty();
    }

    private HttpResponse refusal(HttpRequest request) {
        TreeSet<String> allow = new TreeSet<>();
        for (Route route : routes) {
            if (route.pattern.match(request.target().segments()).isPresent()) {
                allow.add(route.method);
            }
        }
        if (allow.contains("GET")) {
            allow.add("HEAD");
        }
        return allow.isEmpty()
                ? HttpResponse.notFound()
                : HttpResponse.methodNotAllowed(allow.toArray(String[]::new));
    }

    /** Collects routes. Not thread-safe. */
    public static final class Builder {
        private final List<Route> routes = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a route for GET and HEAD.
         *
         * @param pattern the path, as {@link PathPattern#of} reads it
         * @param handler answers the requests; it sees what the pattern matched as path parameters
         * @return this
         * @throws IllegalArgumentException if the pattern is malformed, or an earlier route matches the same paths
         */
        public Builder get(String pattern, HttpHandler handler) {
            return route("GET", pattern, handler);
        }

        /**
         * Adds a route for one method.
         *
         * @param method a token, with case
         * @param pattern the path, as {@link PathPattern#of} reads it
         * @param handler answers the requests; it sees what the pattern matched as path parameters
         * @return this
         * @throws IllegalArgumentException if the method is no token, the pattern is malformed, or an earlier route matches
         * the same paths
         */
        public Builder route(String method, String pattern, HttpHandler handler) {
            Objects.requireNonNull(handler, "handler");
            if (!HttpSyntax.isToken(method)) {
                throw new IllegalArgumentException(
                        "The method " + HttpSyntax.quote(method) + " is not a token");
            }
            PathPattern path = PathPattern.of(pattern);
            for (Route route : routes) {
                if (route.method.equals(method) && route.pattern.matchesSameAs(path)) {
                    throw new IllegalArgumentException(
                            "The routes " + method + " " + route.pattern + " and " + path
                                    + " match the same paths");
                }
            }
            routes.add(new Route(method, path, handler));
            return this;
        }

        /**
         * The routes; the builder can go on.
         *
         * @return a handler of the routes so far
         */
        public HttpRoutes build() {
            return new HttpRoutes(routes);
        }
    }
}
