package io.duplex.benchmarks.transports;

import java.io.IOException;

/** A load on one server that can be run repeatedly. One thread. */
interface Load extends AutoCloseable {
    /**
     * Runs the load for about this time.
     *
     * @return the number of messages or connections, all of them correct
     * @throws IOException if an answer was wrong or did not come
     */
    long run(long nanos) throws IOException;

    @Override
    void close() throws IOException;
}
