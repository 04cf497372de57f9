package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Sockets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The figures of a run, as a table to read and as lines for programs. */
final class Report {
    private static final double KIB = 1024;
    private static final String HEAD =
            "contestant,scenario,round,count,seconds,server_cpu_us,server_allocated_bytes,live_heap_bytes,"
                    + "resident_bytes";

    /** What the table calls the contestant that others are compared with. */
    private final String baseName;
    /** On each kind of socket the same loads in the same order. */
    private final Map<Sockets, List<Match>> matches = new LinkedHashMap<>();
    private final Map<Contestant, IdleMemory> idle = new LinkedHashMap<>();

    Report(String baseName) {
        this.baseName = baseName;
    }

    void add(Match match) {
        matches.computeIfAbsent(match.base().sockets(), unused -> new ArrayList<>()).add(match);
    }

    void add(Contestant contestant, IdleMemory memory) {
        idle.put(contestant, memory);
    }

    /** One column for each contestant. */
    String markdown() {
        List<Contestant> columns = matches.values()
                .stream()
                .flatMap(ofSockets -> ofSockets.get(0).rounds().keySet().stream())
                .toList();
        List<String> lines = new ArrayList<>();
        lines.add(row("", columns, Contestant::label));
        lines.add("|---|" + "---:|".repeat(columns.size()));
        for (int i = 0; i < matches.values().iterator().next().size(); i++) {
            addScenario(lines, columns, i);
        }
        if (!idle.isEmpty()) {
            addIdle(lines, columns);
        }
        return String.join("\n", lines) + "\n";
    }

    private void addScenario(List<String> lines, List<Contestant> columns, int number) {
        Scenario scenario = matches.values().iterator().next().get(number).scenario();
        Function<Contestant, Match> match = column -> matches.get(column.sockets()).get(number);
        lines.add(row("**" + scenario.title() + "**", columns, column -> ""));
        lines.add(row(scenario.unit() + "s/s", columns, measured(match, Report::rate)));
        lines.add(row("… of " + baseName, columns, measured(match, ratio(Sample::perSecond))));
        lines.add(row("server CPU µs/" + scenario.unit(), columns,
                measured(match, median(Sample::cpuMicrosEach))));
        lines.add(row("… of " + baseName, columns, measured(match, ratio(Sample::cpuMicrosEach))));
        lines.add(row("server allocates, bytes/" + scenario.unit(), columns,
                measured(match, median(Sample::allocatedBytesEach))));
    }

    /** A contestant may have no part in a load. */
    private static Function<Contestant, String> measured(Function<Contestant, Match> match,
            BiFunction<Match, Contestant, String> cell) {
        return column -> match.apply(column).rounds().get(column).isEmpty()
                ? "none"
                : cell.apply(match.apply(column), column);
    }

    private static BiFunction<Match, Contestant, String> median(ToDoubleFunction<Sample> figure) {
        return (match, contestant) -> decimal(match.median(contestant, figure));
    }

    private static BiFunction<Match, Contestant, String> ratio(ToDoubleFunction<Sample> figure) {
        return (match, contestant) -> contestant.equals(match.base())
                || match.rounds().get(match.base()).isEmpty()
                        ? ""
                        : Math.round(100 * match.ratio(contestant, match.base(), figure)) + " %";
    }

    private static String rate(Match match, Contestant contestant) {
        return whole(match.median(contestant, Sample::perSecond)) + " ± "
                + Math.round(100 * match.spread(contestant, Sample::perSecond)) + " %";
    }

    private void addIdle(List<String> lines, List<Contestant> columns) {
        lines.add(row("**idle connections**", columns, column -> ""));
        lines.add(row("connections", columns, idle(memory -> whole(memory.connections()))));
        lines.add(row("KiB live heap each", columns, idle(memory -> decimal(memory.liveHeapBytes() / KIB))));
        lines.add(row("KiB resident each", columns, idle(memory -> decimal(memory.residentBytes() / KIB))));
    }

    private Function<Contestant, String> idle(Function<IdleMemory, String> cell) {
        return column -> Optional.ofNullable(idle.get(column)).map(cell).orElse("none");
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }

    private static String row(String name, List<Contestant> columns, Function<Contestant, String> cell) {
        return columns.stream().map(cell).collect(Collectors.joining(" | ", "| " + name + " | ", " |"));
    }

    /** One line for each round and each idle measurement. */
    String csv() {
        List<String> lines = new ArrayList<>();
        lines.add(HEAD);
        for (List<Match> ofSockets : matches.values()) {
            for (Match match : ofSockets) {
                match.rounds().forEach((contestant, rounds) -> addRounds(lines, match, contestant, rounds));
            }
        }
        idle.forEach((contestant, memory) -> lines.add(String.format(Locale.ROOT, "%s,idle,1,%d,,,,%.0f,%.0f",
                contestant.label(), memory.connections(), memory.liveHeapBytes() * memory.connections(),
                memory.residentBytes() * memory.connections())));
        return String.join("\n", lines) + "\n";
    }

    private static void addRounds(List<String> lines, Match match, Contestant contestant,
            List<Sample> rounds) {
        int round = 0;
        for (Sample sample : rounds) {
            lines.add(String.format(Locale.ROOT, "%s,\"%s\",%d,%d,%.3f,%d,%d,,", contestant.label(),
                    match.scenario().title(), ++round, sample.count(), sample.nanos() / 1e9,
                    sample.server().cpuNanos() / 1000, sample.server().allocatedBytes()));
        }
    }
}
