package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Contestants under the same load. They alternate by rounds, so background load affects all of them.
 *
 * @param scenario the load
 * @param base the contestant that the others are compared with
 * @param rounds the rounds of each contestant, in order; none if the load does not apply to it
 */
record Match(Scenario scenario, Contestant base, Map<Contestant, List<Sample>> rounds) {
    /** Number and length of the rounds. */
    record Schedule(int rounds, long roundNanos, long warmUpNanos) {}

    static Match play(Scenario scenario, Contestant base, Map<Contestant, ForkedServer> servers,
            Schedule schedule) throws IOException {
        Map<Contestant, List<Sample>> rounds = new LinkedHashMap<>();
        Map<Contestant, Load> loads = new LinkedHashMap<>();
        try {
            for (Contestant contestant : servers.keySet()) {
                rounds.put(contestant, new ArrayList<>());
                scenario.on(contestant, servers.get(contestant).address())
                        .ifPresent(load -> loads.put(contestant, load));
            }
            for (Load load : loads.values()) {
                load.run(schedule.warmUpNanos());
            }
            for (int i = 0; i < schedule.rounds(); i++) {
                for (Contestant contestant : loads.keySet()) {
                    rounds.get(contestant)
                            .add(Sample.of(servers.get(contestant), loads.get(contestant),
                                    schedule.roundNanos()));
                }
            }
        } finally {
            for (Load load : loads.values()) {
                load.close();
            }
        }
        return new Match(scenario, base, rounds);
    }

    double median(Contestant contestant, ToDoubleFunction<Sample> figure) {
        return median(figures(contestant, figure));
    }

    private double[] figures(Contestant contestant, ToDoubleFunction<Sample> figure) {
        return rounds.get(contestant).stream().mapToDouble(figure).toArray();
    }

    /** Returns the spread of the rounds: half of their range, relative to the median. */
    double spread(Contestant contestant, ToDoubleFunction<Sample> figure) {
        double[] all = figures(contestant, figure);
        Arrays.sort(all);
        return (all[all.length - 1] - all[0]) / 2 / median(all);
    }

    /** Returns a figure relative to another contestant: the median over the pairs of rounds. */
    double ratio(Contestant contestant, Contestant of, ToDoubleFunction<Sample> figure) {
        double[] ratios = figures(contestant, figure);
        double[] others = figures(of, figure);
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] /= others[i];
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
