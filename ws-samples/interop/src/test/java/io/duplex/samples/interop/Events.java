package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Events in the order in which they came, from any thread. Taking waits a bounded time and then fails the
 * test.
 */
final class Events<E> {
    private static final long PATIENCE_SECONDS = 15;

    private final BlockingQueue<E> queue = new LinkedBlockingQueue<>();

    void add(E event) {
        queue.add(event);
    }

    /** The next event, of whatever kind. */
    E next() throws InterruptedException {
        E event = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(event, "nothing happened within " + PATIENCE_SECONDS + " s");
        return event;
    }

    /** The next event, which must be of this kind. */
    <T extends E> T next(Class<T> kind) throws InterruptedException {
        E event = next();
        return assertInstanceOf(kind, event, () -> "instead came " + event);
    }
}
