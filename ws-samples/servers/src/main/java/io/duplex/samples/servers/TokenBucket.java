package io.duplex.samples.servers;

import java.util.function.LongSupplier;

/** Limits a rate: a burst, and then a number per second. Thread-safe. */
final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final int burst;
    private final double perNano;
    private final LongSupplier nanoTime;
    private double tokens;
    private long filledNanos;

    /**
     * Creates a full bucket.
     *
     * @param burst     the maximum number at once
     * @param perSecond the average number per second
     * @param nanoTime  the clock
     */
    TokenBucket(int burst, double perSecond, LongSupplier nanoTime) {
        this.burst = burst;
        this.perNano = perSecond / NANOS_PER_SECOND;
        this.nanoTime = nanoTime;
        this.tokens = burst;
        this.filledNanos = nanoTime.getAsLong();
    }

    /** Takes a token; returns false if there is none. */
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
