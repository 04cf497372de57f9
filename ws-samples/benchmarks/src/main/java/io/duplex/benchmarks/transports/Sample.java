package io.duplex.benchmarks.transports;

import java.io.IOException;
import org.HdrHistogram.Histogram;

/**
 * One contestant's part of one round.
 *
 * @param count messages, deliveries or connections
 * @param nanos the time they took
 * @param server resources that the server's process used for them
 * @param load resources that the load generator's process used for them
 * @param spinning true if the load generator was busy by design, at a fixed rate
 * @param roundTrips quantiles of the round trips
 */
record Sample(long count, long nanos, ServerFigures.Used server, ServerFigures.Used load,
        boolean spinning, RoundTrips roundTrips) {
    /** Round trips in microseconds. */
    record RoundTrips(double p50, double p99, double p999) {
        static RoundTrips of(Histogram nanos) {
            return new RoundTrips(nanos.getValueAtPercentile(50) / 1e3, nanos.getValueAtPercentile(99) / 1e3,
                    nanos.getValueAtPercentile(99.9) / 1e3);
        }
    }

    /** Share of its processor above which the load generator limits the figure, if the server is below. */
    private static final double BUSY = 0.9;

    /** Runs the load, and reads the figures of the server's process before and after. */
    static Sample of(ForkedServer server, Load load, long forNanos) throws IOException {
        ServerFigures.Used serverBefore = server.used();
        ServerFigures.Used loadBefore = ServerFigures.Used.now();
        long start = System.nanoTime();
        long count = load.run(forNanos);
        long nanos = System.nanoTime() - start;
        return new Sample(count, nanos, server.used().since(serverBefore),
                ServerFigures.Used.now().since(loadBefore), load.spins(),
                RoundTrips.of(load.roundTrips()));
    }

    double perSecond() {
        return count * 1e9 / nanos;
    }

    double cpuMicrosEach() {
        return server.cpuNanos() / 1e3 / count;
    }

    double userMicrosEach() {
        return server.userNanos() / 1e3 / count;
    }

    double systemMicrosEach() {
        return server.systemNanos() / 1e3 / count;
    }

    double allocatedBytesEach() {
        return (double) server.allocatedBytes() / count;
    }

    /** Returns the processors that the server kept busy. */
    double serverBusy() {
        return (double) server.cpuNanos() / nanos;
    }

    /** Returns the processors that the load generator kept busy. */
    double loadBusy() {
        return (double) load.cpuNanos() / nanos;
    }

    /** Returns true if the load generator limits the figures, not the server. */
    boolean limitedByLoad() {
        return !spinning && loadBusy() > BUSY && serverBusy() <= BUSY;
    }
}
