package io.duplex.internal.handshake;

import io.duplex.http.PathPattern;
import io.duplex.http.RequestTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The endpoints of a server by their paths. Of the patterns that match, the most specific one counts.
 * Immutable.
 */
public final class EndpointRoutes {
    private final List<Route> routes;

    private EndpointRoutes(List<Route> routes) {
        this.routes = routes.stream()
                .sorted(Comparator.comparing(Route::pattern, PathPattern.mostSpecificFirst()))
                .toList();
    }

    private record Route(PathPattern pattern, EndpointConfig endpoint) {}

    /**
     * The endpoint of a path.
     *
     * @param endpoint   the endpoint
     * @param parameters what the parts of its pattern matched
     */
    public record Match(EndpointConfig endpoint, Map<String, String> parameters) {}

    /**
     * A builder without routes.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Finds the endpoint of a request.
     *
     * @param target what was asked for
     * @return the endpoint; empty if there is none under this path
     */
    public Optional<Match> match(RequestTarget target) {
        for (Route route : routes) {
            Optional<Map<String, String>> parameters = route.pattern.match(target.segments());
            if (parameters.isPresent()) {
                return Optional.of(new Match(route.endpoint, parameters.get()));
            }
        }
        return Optional.empty();
    }

    /** Collects routes. Not thread-safe. */
    public static final class Builder {
        private final List<Route> routes = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a route.
         *
         * @param pattern  the path, such as {@code /chat/{room}}
         * @param endpoint what is there
         * @return this
         * @throws IllegalArgumentException if an earlier route matches the same paths
         */
        public Builder add(PathPattern pattern, EndpointConfig endpoint) {
            Objects.requireNonNull(endpoint, "endpoint");
            for (Route route : routes) {
                if (route.pattern.matchesSameAs(pattern)) {
                    throw new IllegalArgumentException(
                            "The endpoints at " + route.pattern + " and " + pattern
                                    + " match the same paths");
                }
            }
            routes.add(new Route(pattern, endpoint));
            return this;
        }

        /**
         * Builds the routes. The builder can be reused.
         *
         * @return the routes so far
         */
        public EndpointRoutes build() {
            return new EndpointRoutes(routes);
        }
    }
}
