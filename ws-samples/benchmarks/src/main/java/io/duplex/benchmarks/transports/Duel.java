package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Sockets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * This library and the bare echo under the same load, a round each in turn, so that what else the machine does meets both.
 *
 * @param sockets what both run on
 * @param scenario the load
 * @param duplex the rounds of this library
 * @param raw the rounds of the bare echo
 */
record Duel(Sockets sockets, Scenario scenario, List<Sample> duplex, List<Sample> raw) {
    /** How long to measure. */
    record Schedule(int rounds, long roundNanos, long warmUpNanos) {}

    static Duel fight(Sockets sockets, Scenario scenario, ForkedServer duplex, ForkedServer raw,
            Schedule schedule)
            throws IOException {
        List<Sample> ours = new ArrayList<>();
        List<Sample> theirs = new ArrayList<>();
        try (Load onDuplex = scenario.on(duplex.address(), Kind.DUPLEX);
                Load onRaw = scenario.on(raw.address(), Kind.RAW)) {
            onDuplex.run(schedule.warmUpNanos());
            onRaw.run(schedule.warmUpNanos());
            for (int i = 0; i < schedule.rounds(); i++) {
                ours.add(Sample.of(duplex, onDuplex, schedule.roundNanos()));
                theirs.add(Sample.of(raw, onRaw, schedule.roundNanos()));
            }
        }
        return new Duel(sockets, scenario, ours, theirs);
    }

    List<Sample> of(Kind kind) {
        return kind == Kind.DUPLEX ? duplex : raw;
    }

    double median(Kind kind, ToDoubleFunction<Sample> figure) {
        return median(of(kind).stream().mapToDouble(figure).toArray());
    }

    /** How far the rounds lie apart: a half of the range of all, as a part of the median. */
    double spread(Kind kind, ToDoubleFunction<Sample> figure) {
        double[] all = of(kind).stream().mapToDouble(figure).sorted().toArray();
        return (all[all.length - 1] - all[0]) / 2 / median(all);
    }

    /** This library's figure in parts of the bare echo's: the median over the pairs of rounds. */
    double ratio(ToDoubleFunction<Sample> figure) {
        double[] ratios = new double[duplex.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(duplex.get(i)) / figure.applyAsDouble(raw.get(i));
        }
        return median(ratios);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
