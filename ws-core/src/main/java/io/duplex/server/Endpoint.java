package io.duplex.server;

import io.duplex.BlockingHandler;
import io.duplex.ConnectionOptions;
import io.duplex.WebSocketHandler;
import io.duplex.extension.ExtensionNegotiation;
import io.duplex.extension.ExtensionProvider;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpRequest;
import io.duplex.internal.handshake.Admission;
import io.duplex.internal.handshake.EndpointConfig;
import io.duplex.internal.handshake.ReservedFields;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The handling of the connections to one path of a server. Immutable; one endpoint may be under several
 * paths.
 *
 * @param application     serves the connections
 * @param origins         which web pages may connect
 * @param subprotocols    which subprotocol is used
 * @param authorizer      which clients may connect
 * @param extensions      which extensions are accepted, none twice
 * @param responseHeaders additional fields of each handshake's response
 * @param options         the options of the connections; the server's default if empty
 */
public record Endpoint(Application application, OriginPolicy origins, SubprotocolSelector subprotocols,
        Authorizer authorizer, List<ExtensionProvider> extensions, HttpHeaders responseHeaders,
        Optional<ConnectionOptions> options) {
    /** The application that gets the connections, in one of the two styles. */
    public sealed interface Application {
        /**
         * Callbacks.
         *
         * @param handlers called once for each connection when its handshake is accepted, on the connection's
         *                 thread; may give the same handler each time, never null
         * @param executor runs the handlers' callbacks; the server's default if empty
         */
        record Callbacks(Function<HttpRequest, WebSocketHandler> handlers, Optional<Executor> executor)
                implements
                    Application {
            /** Checks that neither is null. */
            public Callbacks {
                Objects.requireNonNull(handlers, "handlers");
                Objects.requireNonNull(executor, "executor");
            }
        }

        /**
         * Blocking style.
         *
         * @param handler called once for each connection, on a thread of its own
         */
        record Blocking(BlockingHandler handler) implements Application {
            /** Checks that it is not null. */
            public Blocking {
                Objects.requireNonNull(handler, "handler");
            }
        }
    }

    /**
     * Checks that no value is null.
     *
     * @throws IllegalArgumentException if an extension is there twice, or a response field belongs to the
     * handshake itself
     */
    public Endpoint {
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(origins, "origins");
        Objects.requireNonNull(subprotocols, "subprotocols");
        Objects.requireNonNull(authorizer, "authorizer");
        Objects.requireNonNull(options, "options");
        ReservedFields.requireFreeOnServers(responseHeaders);
        extensions = ExtensionNegotiation.requireDistinct(extensions);
    }

    /** The plain values, for the server. */
    EndpointConfig config() {
        return switch (application) {
            case Application.Callbacks callbacks -> config(callbacks.handlers(),
                    callbacks.executor().<Consumer<Runnable>>map(chosen -> chosen::execute).orElse(null),
                    null);
            case Application.Blocking blocking -> config(null, null, blocking.handler());
        };
    }

    private EndpointConfig config(Function<HttpRequest, WebSocketHandler> handlers,
            Consumer<Runnable> executor, BlockingHandler blocking) {
        return new EndpointConfig(origins::allows, subprotocols::select,
                request -> authorizer.authorize(request).thenApply(Endpoint::admission), extensions,
                responseHeaders, handlers, executor, blocking, options.orElse(null));
    }

    private static Admission admission(Authorization decision) {
        return switch (decision) {
            case Authorization.Granted granted ->
                new Admission.Granted(granted.responseHeaders(), granted.attachments());
            case Authorization.Refused refused -> new Admission.Refused(refused.response());
        };
    }

    /**
     * Returns an endpoint with the defaults.
     *
     * @param handler serves all connections, so it must be thread-safe
     * @return the endpoint
     */
    public static Endpoint of(WebSocketHandler handler) {
        return builder().handler(handler).build();
    }

    /**
     * Returns a builder with the defaults: pages of the same host, no subprotocol, every client, no
     * extensions. One of {@code handler}, {@code handlers} and {@code blocking} must be called.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts. Not thread-safe. */
    public static final class Builder {
        private Optional<Application> application = Optional.empty();
        private Optional<Executor> executor = Optional.empty();
        private OriginPolicy origins = OriginPolicy.sameHost();
        private SubprotocolSelector subprotocols = SubprotocolSelector.none();
        private Authorizer authorizer = Authorizer.granting();
        private List<ExtensionProvider> extensions = List.of();
        private HttpHeaders responseHeaders = HttpHeaders.of();
        private Optional<ConnectionOptions> options = Optional.empty();

        private Builder() {}

        /**
         * Sets one handler for all connections.
         *
         * @param value thread-safe
         * @return this
         */
        public Builder handler(WebSocketHandler value) {
            Objects.requireNonNull(value, "handler");
            return handlers(request -> value);
        }

        /**
         * Sets a factory of handlers, one for each connection.
         *
         * @param value makes it from the handshake
         * @return this
         */
        public Builder handlers(Function<HttpRequest, WebSocketHandler> value) {
            application = Optional.of(
                    new Application.Callbacks(Objects.requireNonNull(value, "handlers"), Optional.empty()));
            return this;
        }

        /**
         * Sets an application in blocking style.
         *
         * @param value called for each connection, on a thread of its own
         * @return this
         */
        public Builder blocking(BlockingHandler value) {
            application = Optional.of(new Application.Blocking(Objects.requireNonNull(value, "blocking")));
            return this;
        }

        /**
         * Runs the callbacks of this endpoint's connections on an executor instead of the transport's
         * threads; see {@link WebSocketServer.Builder#executor}.
         *
         * @param value in place of the server's default; {@code Runnable::run} stays on the transport's
         * thread
         * @return this
         */
        public Builder executor(Executor value) {
            executor = Optional.of(Objects.requireNonNull(value, "executor"));
            return this;
        }

        /**
         * Sets which web pages may connect.
         *
         * @param value the policy
         * @return this
         */
        public Builder origins(OriginPolicy value) {
            origins = Objects.requireNonNull(value, "origins");
            return this;
        }

        /**
         * Sets which subprotocol is used.
         *
         * @param value the selector
         * @return this
         */
        public Builder subprotocols(SubprotocolSelector value) {
            subprotocols = Objects.requireNonNull(value, "subprotocols");
            return this;
        }

        /**
         * Sets which clients may connect.
         *
         * @param value the authorizer
         * @return this
         */
        public Builder authorizer(Authorizer value) {
            authorizer = Objects.requireNonNull(value, "authorizer");
            return this;
        }

        /**
         * Sets which extensions are accepted.
         *
         * @param value none twice
         * @return this
         */
        public Builder extensions(List<ExtensionProvider> value) {
            extensions = Objects.requireNonNull(value, "extensions");
            return this;
        }

        /**
         * Sets additional fields of each handshake's response.
         *
         * @param value none of the fields that the handshake generates
         * @return this
         */
        public Builder responseHeaders(HttpHeaders value) {
            responseHeaders = Objects.requireNonNull(value, "responseHeaders");
            return this;
        }

        /**
         * Sets the options of the connections.
         *
         * @param value in place of the server's default
         * @return this
         */
        public Builder options(ConnectionOptions value) {
            options = Optional.of(Objects.requireNonNull(value, "options"));
            return this;
        }

        /**
         * Builds the endpoint. The builder can be reused.
         *
         * @return the endpoint
         * @throws IllegalStateException    if it has no handler, or an executor and a handler in blocking
         *                                  style, which has a thread of its own
         * @throws IllegalArgumentException if an extension is there twice, or a response field belongs to the
         *                                  handshake itself
         */
        public Endpoint build() {
            return new Endpoint(
                    application.map(this::onExecutor)
                            .orElseThrow(() -> new IllegalStateException(
                                    "the endpoint has no handler: give it one with handler(...),"
                                            + " handlers(...) or blocking(...)")),
                    origins, subprotocols, authorizer, extensions, responseHeaders, options);
        }

        private Application onExecutor(Application chosen) {
            return switch (chosen) {
                case Application.Callbacks callbacks ->
                    new Application.Callbacks(callbacks.handlers(), executor);
                case Application.Blocking blocking when executor.isEmpty() -> blocking;
                case Application.Blocking blocking -> throw new IllegalStateException(
                        "an application in blocking style has a thread of its own; an executor runs "
                                + "callbacks");
            };
        }
    }
}
