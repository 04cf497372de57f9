package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Contestants under the same load. They alternate by rounds, so background load affects all of them. Each has
 * passed the {@link EchoCheck} before.
 *
 * @param title the name of the load in tables
 * @param unit the unit of the count
 * @param units the unit in the plural
 * @param rounds the rounds of each contestant by its label, in order; none if the load does not apply to it,
 * or if it failed
 * @param failures what went wrong, by the label of the contestant
 */
record Match(String title, String unit, String units, Map<String, List<Sample>> rounds,
        Map<String, String> failures) {
    private static final int WARM_UP_RUNS = 8;
    /** The maximum time of a warm-up, as a multiple of its processor time. */
    private static final int LONGEST_WARM_UP = 3;

    /**
     * Number and length of the rounds.
     *
     * @param warmUpNanos processor time of each server before the first round
     */
    record Schedule(int rounds, long roundNanos, long warmUpNanos) {}

    static Match play(String title, Scenario scenario, Map<Contestant, ForkedServer> servers,
            Schedule schedule) throws IOException {
        Match match = new Match(title, scenario.unit(), scenario.units(), new LinkedHashMap<>(),
                new LinkedHashMap<>());
        Map<Contestant, Load> loads = new LinkedHashMap<>();
        try {
            for (Contestant contestant : servers.keySet()) {
                match.rounds.put(contestant.label(), new ArrayList<>());
                match.attempt(contestant, () -> {
                    EchoCheck.run(contestant, servers.get(contestant).address());
                    scenario.on(contestant, servers.get(contestant).address())
                            .ifPresent(load -> loads.put(contestant, load));
                });
            }
            for (Contestant contestant : loads.keySet()) {
                match.attempt(contestant,
                        () -> warmUp(servers.get(contestant), loads.get(contestant), schedule.warmUpNanos()));
            }
            for (int i = 0; i < schedule.rounds(); i++) {
                for (Contestant contestant : loads.keySet()) {
                    match.attempt(contestant, () -> match.rounds.get(contestant.label())
                            .add(Sample.of(servers.get(contestant), loads.get(contestant),
                                    schedule.roundNanos())));
                }
            }
        } finally {
            for (Load load : loads.values()) {
                load.close();
            }
        }
        return match;
    }

    /** A step with one contestant. */
    private interface Step {
        void run() throws IOException;
    }

    /** Takes the step unless an earlier one has failed. A contestant that fails has no figures. */
    private void attempt(Contestant contestant, Step step) {
        if (failures.containsKey(contestant.label())) {
            return;
        }
        try {
            step.run();
        } catch (IOException e) {
            rounds.get(contestant.label()).clear();
            failures.put(contestant.label(), e.getMessage());
            System.err.println(contestant.label() + " has failed: " + e.getMessage());
        }
    }

    /**
     * Runs the load until the server has used this processor time, so that a busy machine does not shorten
     * the work of the server's compiler. A server that is mostly idle stops earlier.
     */
    private static void warmUp(ForkedServer server, Load load, long nanos) throws IOException {
        long before = server.used().cpuNanos();
        long end = System.nanoTime() + LONGEST_WARM_UP * nanos;
        do {
            load.run(nanos / WARM_UP_RUNS);
        } while (server.used().cpuNanos() - before < nanos && System.nanoTime() - end < 0);
    }

    /** Returns a figure over the rounds; empty if the load does not apply to the contestant. */
    Optional<Spread> figure(String contestant, ToDoubleFunction<Sample> figure) {
        return Spread.of(figures(contestant, figure));
    }

    /** Returns a figure relative to another contestant, over the pairs of rounds. */
    Optional<Spread> ratio(String contestant, String of, ToDoubleFunction<Sample> figure) {
        double[] others = figures(of, figure);
        double[] ratios = figures(contestant, figure);
        if (others.length == 0) {
            return Optional.empty();
        }
        Arrays.setAll(ratios, i -> ratios[i] / others[i]);
        return Spread.of(ratios);
    }

    private double[] figures(String contestant, ToDoubleFunction<Sample> figure) {
        return rounds.getOrDefault(contestant, List.of()).stream().mapToDouble(figure).toArray();
    }
}
