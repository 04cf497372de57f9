package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A load on one server that can be run repeatedly. One thread. */
interface Load extends AutoCloseable {
    /** The maximum round trip; the loads give up earlier. */
    long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Creates a histogram of nanoseconds with an error of at most 0.1 %. */
    static Histogram histogram() {
        return new Histogram(LONGEST_NANOS, 3);
    }

    /**
     * Runs the load for about this time.
     *
     * @return the number of messages or connections, all of them correct
     * @throws IOException if an answer was wrong or did not come
     */
    long run(long nanos) throws IOException;

    /** Returns the round trips of the last run in nanoseconds; the next run clears them. */
    Histogram roundTrips();

    /** Returns true if the load polls instead of waiting, so that it keeps its processor busy at any rate. */
    default boolean spins() {
        return false;
    }

    @Override
    void close() throws IOException;
}
