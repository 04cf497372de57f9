package io.duplex.samples.servers;

import java.util.function.LongSupplier;

/** Bounds a rate: a burst at once, and then so many a second. Thread-safe. */
final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final int burst;
    private final double perNano;
    private final LongSupplier nanoTime;
    private double tokens;
    private long filledNanos;

    /**
     * A full bucket.
     *
     * @param burst     how many may come at once
     * @param perSecond how many may come each second in the long run
     * @param nanoTime  the clock
     */
    TokenBucket(int burst, double perSecond, LongSupplier nanoTime) {
        this.burst = burst;
        this.perNano = perSecond / NANOS_PER_SECOND;
        this.nanoTime = nanoTime;
        this.tokens = burst;
        this.filledNanos = nanoTime.getAsLong();
    }

    /** Takes a token if there is one. */
    synchronized boolean take() {
        long now = nanoTime.getAsLong();
        tokens = Math.min(burst, tokens + (now - filledNanos) * perNano);
        filledNanos = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
