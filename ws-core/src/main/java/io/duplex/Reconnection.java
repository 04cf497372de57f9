package io.duplex;

import io.duplex.ReconnectPolicy.Attempt;
import io.duplex.internal.runtime.ReconnectLoop;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A connection that is made again when it ends, as a {@link ReconnectPolicy} says. Thread-safe. */
public final class Reconnection implements AutoCloseable {
    private final ReconnectLoop loop;

    Reconnection(ReconnectLoop loop) {
        this.loop = loop;
    }

    /**
     * The connection of the moment.
     *
     * @return empty while there is none
     */
    public Optional<WebSocket> current() {
        return loop.current();
    }

    /**
     * The end of all attempts.
     *
     * @return completes with the attempt that the policy did not want to make; is cancelled by
     * {@link #close()}
     */
    public CompletableFuture<Attempt> givenUp() {
        return loop.givenUp();
    }

    /** Makes no further attempt, and closes the connection of the moment with 1000. Returns at once. */
    @Override
    public void close() {
        loop.stop();
        loop.current().ifPresent(WebSocket::close);
    }
}
