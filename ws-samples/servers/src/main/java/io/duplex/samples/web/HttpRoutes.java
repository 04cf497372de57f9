package io.duplex.samples.web;

import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.PathPattern;
import io.duplex.http.RequestTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * Chooses a handler by path and method. The most specific pattern wins
 * ({@link PathPattern#mostSpecificFirst()}). Answers 404 if no pattern matches, and 405 if one matches for
 * another method only. A route for GET also answers HEAD, unless HEAD has a route of its own. Immutable.
 */
public final class HttpRoutes implements HttpHandler {
    /** A token (RFC 9110 section 5.6.2). */
    private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final List<Route> routes;

    private HttpRoutes(List<Route> routes) {
        this.routes = routes.stream().sorted(Route.ORDER).toList();
    }

    private record Route(String method, PathPattern pattern, HttpHandler handler) {
        /** HEAD comes before GET of the same pattern, because GET would match HEAD as well. */
        static final Comparator<Route> ORDER = Comparator
                .comparing(Route::pattern, PathPattern.mostSpecificFirst())
                .thenComparing(Route::method, Comparator.reverseOrder());

        boolean takes(String requested) {
            return method.equals(requested) || method.equals("GET") && requested.equals("HEAD");
        }

        Optional<Map<String, String>> match(RequestTarget target) {
            return pattern.match(target.segments());
        }
    }

    /**
     * Creates a builder without routes.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Set<String> methods(RequestTarget target) {
        TreeSet<String> methods = new TreeSet<>();
        for (Route route : routes) {
            if (route.match(target).isPresent()) {
                methods.add(route.method);
            }
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return methods;
    }

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        for (Route route : routes) {
            Optional<Map<String, String>> parameters = route.match(request.target());
            if (route.takes(request.method()) && parameters.isPresent()) {
                return route.handler.handle(request.withPathParameters(parameters.get()));
            }
        }
        return CompletableFuture.completedStage(refusal(request));
    }

    private HttpResponse refusal(HttpRequest request) {
        Set<String> allow = methods(request.target());
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
         * @param handler answers the requests; the parts that the pattern matched are path parameters
         * @return this
         * @throws IllegalArgumentException if the pattern is malformed, or an earlier route matches the same
         * paths
         */
        public Builder get(String pattern, HttpHandler handler) {
            return route("GET", pattern, handler);
        }

        /**
         * Adds a route for one method. If the client sends a body, the handler finds it in
         * {@link HttpRequest#body()}.
         *
         * @param method a token, case-sensitive; not CONNECT, which has no path
         * @param pattern the path, as {@link PathPattern#of} reads it
         * @param handler answers the requests; the parts that the pattern matched are path parameters
         * @return this
         * @throws IllegalArgumentException if the method is not a token or is CONNECT, the pattern is
         * malformed, or an earlier route matches the same paths
         */
        public Builder route(String method, String pattern, HttpHandler handler) {
            Objects.requireNonNull(handler, "handler");
            if (!METHOD.matcher(method).matches()) {
                throw new IllegalArgumentException("The method \"" + method + "\" is not a token");
            }
            if (method.equals("CONNECT")) {
                throw new IllegalArgumentException("A CONNECT request has no path, so no route can match it");
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
         * Builds the handler. The builder may be used further.
         *
         * @return a handler with the routes added so far
         */
        public HttpRoutes build() {
            return new HttpRoutes(routes);
        }
    }
}
