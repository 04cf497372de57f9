package io.duplex.server;

import io.duplex.http.HttpRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides whether a client may connect, after its handshake was found correct and its origin allowed, and
 * before it is answered.
 *
 * <p>Called on the connection's thread, which may be an event loop: what takes long belongs elsewhere, and
 * its stage is completed from there, from any thread, within the time of the opening handshake. A stage that
 * fails, and an authorizer that throws, are answered with 500.
 */
@FunctionalInterface
public interface Authorizer {
    /**
     * Decides.
     *
     * @param request the client's handshake, with the path parameters of the endpoint
     * @return a stage that is completed with the decision; neither is null
     */
    CompletionStage<Authorization> authorize(HttpRequest request);

    /**
     * Grants every request.
     *
     * @return the default authorizer
     */
    static Authorizer granting() {
        return request -> CompletableFuture.completedStage(Authorization.granted());
    }
}
