package io.duplex.benchmarks.transports;

import java.io.IOException;

/**
 * One contestant's part of one round.
 *
 * @param count messages, or connections
 * @param nanos the time they took
 * @param server resources that the server's process used for them
 */
record Sample(long count, long nanos, ServerFigures.Used server) {
    /** Runs the load, and reads the figures of the server's process before and after. */
    static Sample of(ForkedServer server, Load load, long forNanos) throws IOException {
        ServerFigures.Used before = server.used();
        long start = System.nanoTime();
        long count = load.run(forNanos);
        long nanos = System.nanoTime() - start;
        return new Sample(count, nanos, server.used().since(before));
    }

    double perSecond() {
        return count * 1e9 / nanos;
    }

    double cpuMicrosEach() {
        return server.cpuNanos() / 1e3 / count;
    }

    double allocatedBytesEach() {
        return (double) server.allocatedBytes() / count;
    }
}
