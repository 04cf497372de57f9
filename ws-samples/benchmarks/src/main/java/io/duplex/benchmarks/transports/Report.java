package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Sockets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The figures of a run, as a table to read and as lines for programs. */
final class Report {
    private static final double KIB = 1024;

    private final Map<Sockets, List<Duel>> duels = new LinkedHashMap<>();
    private final Map<Contestant, IdleMemory> idle = new LinkedHashMap<>();

    void add(Duel duel) {
        duels.computeIfAbsent(duel.sockets(), unused -> new ArrayList<>()).add(duel);
    }

    void add(Contestant contestant, IdleMemory memory) {
        idle.put(contestant, memory);
    }

    /** One column for each contestant. */
    String markdown() {
        List<Contestant> columns = new ArrayList<>();
        for (Sockets sockets : duels.keySet()) {
            columns.add(new Contestant(Kind.DUPLEX, sockets));
            columns.add(new Contestant(Kind.RAW, sockets));
        }
        List<String> lines = new ArrayList<>();
        lines.add(row("", columns.stream().map(Contestant::label).toList()));
        lines.add("|---|" + "---:|".repeat(columns.size()));
        List<Duel> first = duels.values().iterator().next();
        for (int i = 0; i < first.size(); i++) {
            int number = i;
            Scenario scenario = first.get(i).scenario();
            lines.add(row("**" + scenario.title() + "**", columns.stream().map(column -> "").toList()));
            lines.add(row(scenario.unit() + "s/s", cells(columns, number, Report::rate)));
            lines.add(row("… of the raw echo's", ratios(columns, number, Sample::perSecond)));
            lines.add(row("server CPU µs/" + scenario.unit(),
                    cells(columns, number,
                            (duel, kind) -> decimal(duel.median(kind, Sample::cpuMicrosEach)))));
            lines.add(row("… of the raw echo's", ratios(columns, number, Sample::cpuMicrosEach)));
            lines.add(row("server allocates, bytes/" + scenario.unit(),
                    cells(columns, number,
                            (duel, kind) -> decimal(duel.median(kind, Sample::allocatedBytesEach)))));
        }
        if (!idle.isEmpty()) {
            lines.add(row("**idle connections**", columns.stream().map(column -> "").toList()));
            lines.add(row("connections",
                    columns.stream().map(column -> whole(idle.get(column).connections())).toList()));
            lines.add(row("KiB live heap each",
                    columns.stream()
                            .map(column -> decimal(idle.get(column).liveHeapBytes() / KIB))
                            .toList()));
            lines.add(row("KiB resident each",
                    columns.stream()
                            .map(column -> decimal(idle.get(column).residentBytes() / KIB))
                            .toList()));
        }
        return String.join("\n", lines) + "\n";
    }

    private interface Cell {
        String of(Duel duel, Kind kind);
    }

    private List<String> cells(List<Contestant> columns, int number, Cell cell) {
        return columns.stream()
                .map(column -> cell.of(duels.get(column.sockets()).get(number), column.kind()))
                .toList();
    }

    private List<String> ratios(List<Contestant> columns, int number, ToDoubleFunction<Sample> figure) {
        return cells(columns, number,
                (duel, kind) -> kind == Kind.RAW ? "" : Math.round(100 * duel.ratio(figure)) + " %");
    }

    private static String rate(Duel duel, Kind kind) {
        return whole(duel.median(kind, Sample::perSecond)) + " ± "
                + Math.round(100 * duel.spread(kind, Sample::perSecond)) + " %";
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }

    private static String row(String name, List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| " + name + " | ", " |"));
    }

    /** One line for each round and each idle measurement. */
    String csv() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "contestant,scenario,round,count,seconds,server_cpu_us,server_allocated_bytes,live_heap_bytes,resident_bytes");
        for (List<Duel> ofSockets : duels.values()) {
            for (Duel duel : ofSockets) {
                for (Kind kind : Kind.values()) {
                    addRounds(lines, duel, new Contestant(kind, duel.sockets()));
                }
            }
        }
        idle.forEach((contestant, memory) -> lines.add(String.format(Locale.ROOT, "%s,idle,1,%d,,,,%.0f,%.0f",
                contestant.label(), memory.connections(), memory.liveHeapBytes() * memory.connections(),
                memory.residentBytes() * memory.connections())));
        return String.join("\n", lines) + "\n";
    }

    private static void addRounds(List<String> lines, Duel duel, Contestant contestant) {
        int round = 0;
        for (Sample sample : duel.of(contestant.kind())) {
            lines.add(String.format(Locale.ROOT, "%s,\"%s\",%d,%d,%.3f,%d,%d,,", contestant.label(),
                    duel.scenario().title(), ++round, sample.count(), sample.nanos() / 1e9,
                    sample.server().cpuNanos() / 1000, sample.server().allocatedBytes()));
        }
    }
}
