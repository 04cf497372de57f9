package io.duplex.internal.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many messages (or parts) the application lets in; unlimited unless it has asked for a pause.
 * Thread-safe.
 */
final class Demand {
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final AtomicLong open = new AtomicLong(UNLIMITED);

    boolean isOpen() {
        return open.get() > 0;
    }

    /** One was delivered. */
    void take() {
        long now = open.get();
        while (now != UNLIMITED && now > 0 && !open.compareAndSet(now, now - 1)) {
            now = open.get();
        }
    }

    void add(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("demand must be positive: " + count);
        }
        open.updateAndGet(now -> now > UNLIMITED - count ? UNLIMITED : now + count);
    }

    void pause() {
        open.set(0);
    }

    void resume() {
        open.set(UNLIMITED);
    }
}
