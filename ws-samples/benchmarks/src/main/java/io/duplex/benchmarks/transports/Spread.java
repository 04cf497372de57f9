package io.duplex.benchmarks.transports;

import java.util.Arrays;
import java.util.Optional;

/**
 * A figure over several rounds.
 *
 * @param median the middle value, or the mean of the two in the middle
 */
record Spread(double median, double min, double max) {
    /** Returns the spread of the values; empty without values. */
    static Optional<Spread> of(double... values) {
        if (values.length == 0) {
            return Optional.empty();
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return Optional.of(new Spread(median, sorted[0], sorted[sorted.length - 1]));
    }
}
