package io.duplex.benchmarks.transports;

import java.io.IOException;

/** An echo on the loopback address, of either contestant. Closing it ends its threads. */
interface EchoServer extends AutoCloseable {
    /** Returns the server's address. */
    int port();

    @Override
    void close() throws IOException;
}
