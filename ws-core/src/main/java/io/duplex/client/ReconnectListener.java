package io.duplex.client;

import io.duplex.client.ReconnectPolicy.Context;
import java.time.Duration;

/**
 * Hears what happens between the connections of {@link WebSocketClient#reconnecting}. Called on the virtual
 * thread that reconnects; it should not block, because the delay starts when it returns. What it throws is
 * logged.
 */
@FunctionalInterface
public interface ReconnectListener {
    /**
     * A connection ended or could not be made, and the client will connect again.
     *
     * @param attempt the next attempt: its number, and {@linkplain Context#reason() what made it necessary}
     * @param delay   until then, as the policy says
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
