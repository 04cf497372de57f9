package io.duplex.client;

import io.duplex.client.ReconnectPolicy.Context;
import java.util.Optional;

/**
 * Makes the request of each attempt of {@link WebSocketClient#reconnecting}, so that each can have a fresh
 * token or another URI. Called on the virtual thread that reconnects; it may block, and is interrupted when
 * the reconnection is closed.
 */
@FunctionalInterface
public interface RequestFactory {
    /**
     * Makes a request. An exception fails the attempt, and {@link ReconnectPolicy#retryIf} decides whether to
     * try again: by default after an {@code IOException} only.
     *
     * @param attempt the attempt to connect again; empty for the first connection
     * @return the request
     * @throws Exception if there is none now
     */
    ClientRequest request(Optional<Context> attempt) throws Exception;
}
