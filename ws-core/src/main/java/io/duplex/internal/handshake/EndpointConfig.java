package io.duplex.internal.handshake;

import io.duplex.BlockingHandler;
import io.duplex.ConnectionOptions;
import io.duplex.WebSocketHandler;
import io.duplex.extension.ExtensionProvider;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpRequest;
import io.duplex.http.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One endpoint of a server. The handshake calls the policies and passes the rest on. Exactly one of
 * {@code handlers} and {@code blocking} is null.
 *
 * @param origins         whether a handshake's {@code Origin} is allowed, given whether it came over TLS
 * @param subprotocols    chooses one of the offered subprotocols
 * @param authorizer      decides about a correct handshake
 * @param extensions      the accepted extensions
 * @param responseHeaders fields that each response gets too
 * @param handlers        makes the handler of each connection
 * @param executor        runs the callbacks, or null for the server's default
 * @param blocking        the handler in blocking style
 * @param options         how connections behave, or null for the server's default
 */
public record EndpointConfig(BiPredicate<RequestHead, Boolean> origins,
        BiFunction<List<String>, RequestHead, Optional<String>> subprotocols,
        Function<HttpRequest, CompletionStage<Admission>> authorizer, List<ExtensionProvider> extensions,
        HttpHeaders responseHeaders, Function<HttpRequest, WebSocketHandler> handlers,
        Consumer<Runnable> executor,
        BlockingHandler blocking, ConnectionOptions options) {}
