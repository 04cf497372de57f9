package io.duplex.samples.servers.load;

import java.io.IOException;
import java.util.Arrays;

/**
 * How long round trips took.
 *
 * @param medianNanos half of them took no longer
 */
record Latency(long medianNanos) {
    /** Measures round trips one after the other, behind some that do not count. */
    static Latency of(Crowd crowd, int roundTrips) throws IOException {
        for (int i = 0; i < roundTrips; i++) {
            crowd.echoOnce();
        }
        long[] nanos = new long[roundTrips];
        for (int i = 0; i < roundTrips; i++) {
            long before = System.nanoTime();
            crowd.echoOnce();
            nanos[i] = System.nanoTime() - before;
        }
        Arrays.sort(nanos);
        return new Latency(nanos[roundTrips / 2]);
    }

    @Override
    public String toString() {
        return medianNanos / 1_000 + " µs";
    }
}
