package io.duplex.benchmarks.transports;

import java.io.IOException;

/** A load on one server, put on it for a while, again and again. One thread. */
interface Load extends AutoCloseable {
    /**
     * Goes on for about so long.
     *
     * @return how many messages or connections there were, each of them right
     * @throws IOException if an answer was wrong or did not come
     */
    long run(long nanos) throws IOException;

    @Override
    void close() throws IOException;
}
