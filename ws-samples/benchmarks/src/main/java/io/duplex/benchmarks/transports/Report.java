package io.duplex.benchmarks.transports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The figures of a run, as tables to read and as lines for programs. */
final class Report {
    private static final double KIB = 1024;
    private static final String HEAD =
            "contestant,scenario,round,count,seconds,server_user_us,server_system_us,load_cpu_us,"
                    + "server_allocated_bytes,p50_us,p99_us,p99.9_us,live_heap_bytes,resident_bytes";

    private final Results results;
    private final List<String> baseNames;

    Report(Results results) {
        this.results = results;
        this.baseNames = results.kind().bases();
    }

    /** A table for each scenario, a row for each contestant. */
    String markdown() {
        List<String> lines = new ArrayList<>();
        for (Match match : results.matches()) {
            addMatch(lines, match);
        }
        if (!results.idle().isEmpty()) {
            addIdle(lines);
        }
        return String.join("\n", lines) + "\n";
    }

    private void addMatch(List<String> lines, Match match) {
        String unit = match.unit();
        lines.add("### " + match.title());
        lines.add("");
        List<String> head = new ArrayList<>(List.of("", match.units() + "/s"));
        baseNames.forEach(name -> head.add("of " + name));
        head.add("server CPU µs/" + unit);
        head.add("user + system");
        baseNames.forEach(name -> head.add("of " + name));
        head.addAll(List.of("p50 / p99 / p99.9 µs", "bytes allocated/" + unit, "server, load busy"));
        lines.add(row(head.stream()));
        lines.add("|---|" + "---:|".repeat(head.size() - 1));
        match.rounds().keySet().forEach(contestant -> lines.add(row(cells(match, contestant))));
        lines.add("");
    }

    private Stream<String> cells(Match match, String contestant) {
        if (match.rounds().get(contestant).isEmpty()) {
            return Stream.of(contestant,
                    match.failures().containsKey(contestant)
                            ? "failed: " + match.failures().get(contestant)
                            : "none");
        }
        List<String> cells = new ArrayList<>();
        cells.add(contestant);
        cells.add(spread(match, contestant, Sample::perSecond));
        addRatios(cells, match, contestant, Sample::perSecond);
        cells.add(spread(match, contestant, Sample::cpuMicrosEach));
        cells.add(medians(match, contestant, " + ",
                List.of(Sample::userMicrosEach, Sample::systemMicrosEach)));
        addRatios(cells, match, contestant, Sample::cpuMicrosEach);
        cells.add(medians(match, contestant, " / ", List.of(sample -> sample.roundTrips().p50(),
                sample -> sample.roundTrips().p99(), sample -> sample.roundTrips().p999())));
        cells.add(medians(match, contestant, "", List.of(Sample::allocatedBytesEach)));
        String busy = percent(match.figure(contestant, Sample::serverBusy).orElseThrow().median()) + ", "
                + percent(match.figure(contestant, Sample::loadBusy).orElseThrow().median());
        cells.add(match.rounds().get(contestant).stream().anyMatch(Sample::limitedByLoad)
                ? busy + " (limited by the load generator)"
                : busy);
        return cells.stream();
    }

    private static String spread(Match match, String contestant, ToDoubleFunction<Sample> figure) {
        Spread spread = match.figure(contestant, figure).orElseThrow();
        return decimal(spread.median()) + " (" + decimal(spread.min()) + "–" + decimal(spread.max()) + ")";
    }

    private static String medians(Match match, String contestant, String separator,
            List<ToDoubleFunction<Sample>> figures) {
        return String.join(separator, figures.stream()
                .map(figure -> decimal(match.figure(contestant, figure).orElseThrow().median()))
                .toList());
    }

    private void addRatios(List<String> cells, Match match, String contestant,
            ToDoubleFunction<Sample> figure) {
        for (String name : baseNames) {
            String other = results.kind().base(contestant, name);
            Optional<Spread> ratio =
                    other.equals(contestant) ? Optional.empty() : match.ratio(contestant, other, figure);
            cells.add(ratio.map(spread -> String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", spread.median(),
                    spread.min(), spread.max())).orElse(""));
        }
    }

    private void addIdle(List<String> lines) {
        lines.add("### idle connections");
        lines.add("");
        lines.add(row(Stream.of("", "connections", "KiB live heap each", "KiB resident each")));
        lines.add("|---|---:|---:|---:|");
        results.idle()
                .forEach((contestant, memory) -> lines.add(row(Stream.of(contestant,
                        decimal(memory.connections()), decimal(memory.liveHeapBytes() / KIB),
                        decimal(memory.residentBytes() / KIB)))));
        lines.add("");
    }

    private static String percent(double share) {
        return Math.round(100 * share) + " %";
    }

    /** Three digits at least. */
    private static String decimal(double value) {
        return String.format(Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 100 ? "%.1f" : "%.2f", value);
    }

    private static String row(Stream<String> cells) {
        return "| " + String.join(" | ", cells.toList()) + " |";
    }

    /** One line for each round and each idle measurement. */
    String csv() {
        List<String> lines = new ArrayList<>();
        lines.add(HEAD);
        for (Match match : results.matches()) {
            match.rounds().forEach((contestant, rounds) -> addRounds(lines, match, contestant, rounds));
        }
        results.idle()
                .forEach((contestant, memory) -> lines.add(String.format(Locale.ROOT,
                        "%s,idle,1,%d,,,,,,,,,%.0f,%.0f", contestant, memory.connections(),
                        memory.liveHeapBytes() * memory.connections(),
                        memory.residentBytes() * memory.connections())));
        return String.join("\n", lines) + "\n";
    }

    private static void addRounds(List<String> lines, Match match, String contestant,
            List<Sample> rounds) {
        int round = 0;
        for (Sample sample : rounds) {
            lines.add(String.format(Locale.ROOT, "%s,\"%s\",%d,%d,%.3f,%d,%d,%d,%d,%.1f,%.1f,%.1f,,",
                    contestant, match.title(), ++round, sample.count(),
                    sample.nanos() / 1e9, sample.server().userNanos() / 1000,
                    sample.server().systemNanos() / 1000, sample.load().cpuNanos() / 1000,
                    sample.server().allocatedBytes(), sample.roundTrips().p50(), sample.roundTrips().p99(),
                    sample.roundTrips().p999()));
        }
    }
}
