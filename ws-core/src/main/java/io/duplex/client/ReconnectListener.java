package io.duplex.client;

import io.duplex.client.ReconnectPolicy.Context;
import java.time.Duration;

/**
 * Observes the attempts between the connections of {@link WebSocketClient#reconnecting}. Called on the
 * virtual thread that reconnects; it should not block, because the delay starts when it returns. Its
 * exceptions are logged.
 */
@FunctionalInterface
public interface ReconnectListener {
    /**
     * A connection ended or failed to open, and the client will connect again.
     *
     * @param attempt the next attempt: its number, and its {@linkplain Context#reason() reason}
     * @param delay   the time until then
     */
    void waiting(Context attempt, Duration delay);

    /**
     * Returns a listener that ignores everything.
     *
     * @return the default
     */
    static ReconnectListener none() {
        return (attempt, delay) -> {
            // Only those who ask hear of it.
        };
    }
}
