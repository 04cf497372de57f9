package io.duplex.session;

import io.duplex.transport.ByteLayer;
import java.util.Arrays;

/**
 * The deadlines of one connection, as data. Set and cleared under the session's lock; {@link #nextNanos} may be read from any
 * thread.
 */
final class Deadlines {
    /** What a deadline is for. */
    enum Kind {
        IDLE, PING, PONG, CLOSE, SEND
    }

    private static final int KINDS = Kind.values().length;

    private final long[] at = new long[KINDS];
    private volatile long nextNanos = ByteLayer.NEVER;

    Deadlines() {
        Arrays.fill(at, ByteLayer.NEVER);
    }

    void set(Kind kind, long nanoTime) {
        at[kind.ordinal()] = nanoTime;
        refresh();
    }

    void clear(Kind kind) {
        if (isSet(kind)) {
            set(kind, ByteLayer.NEVER);
        }
    }

    void clearAll() {
        Arrays.fill(at, ByteLayer.NEVER);
        refresh();
    }

    boolean isSet(Kind kind) {
        return at[kind.ordinal()] != ByteLayer.NEVER;
    }

    boolean isDue(Kind kind, long nanoTime) {
        return at[kind.ordinal()] <= nanoTime;
    }

    long nextNanos() {
        return nextNanos;
    }

    private void refresh() {
        long earliest = ByteLayer.NEVER;
        for (long deadline : at) {
            earliest = Math.min(earliest, deadline);
        }
        nextNanos = earliest;
    }
}
