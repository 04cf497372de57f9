package io.duplex.server;

import io.duplex.http.HttpRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides whether a client may connect, after its handshake and its origin were checked, and before it is
 * answered.
 *
 * <p>Called on the connection's thread, which may be an event loop: do long work on another thread, and
 * complete the stage there, within the time of the opening handshake. A failed stage or an exception is
 * answered with 500.
 */
@FunctionalInterface
public interface Authorizer {
    /**
     * Decides.
     *
     * @param request the client's handshake, with the path parameters of the endpoint
     * @return a stage that completes with the decision; neither is null
     */
    CompletionStage<Authorization> authorize(HttpRequest request);

    /**
     * Returns an authorizer that grants every request.
     *
     * @return the default authorizer
     */
    static Authorizer granting() {
        CompletionStage<Authorization> granted = CompletableFuture.completedStage(Authorization.granted());
        return request -> granted;
    }
}
