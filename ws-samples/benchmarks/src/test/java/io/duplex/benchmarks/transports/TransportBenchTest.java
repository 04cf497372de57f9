package io.duplex.benchmarks.transports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.TransportBench.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class TransportBenchTest {
    private static final Contestant DUPLEX = Contestant.clear(Kind.NIO);
    private static final Contestant RAW = Contestant.clear(Kind.RAW);

    private static Match match(List<Sample> duplex, List<Sample> raw) {
        Map<Contestant, List<Sample>> rounds = new LinkedHashMap<>();
        rounds.put(RAW, raw);
        rounds.put(DUPLEX, duplex);
        Scenario scenario = new Scenario.Messages(64, 64, 1);
        return new Match(scenario.title(), scenario, rounds);
    }

    private static Sample sample(long count, long cpuNanos) {
        return new Sample(count, 1_000_000_000, new ServerFigures.Used(cpuNanos / 4, 3 * cpuNanos / 4,
                2 * count), new ServerFigures.Used(0, 950_000_000, 0), new Sample.RoundTrips(1, 2, 3));
    }

    private static Report report() {
        return new Report(List.of("raw"), (contestant, base) -> RAW);
    }

    @Test
    void theRatioIsTheMedianOverPairsOfRounds() {
        Match match = match(List.of(sample(90, 1), sample(10, 1), sample(80, 1)),
                List.of(sample(100, 1), sample(10, 1), sample(200, 1)));
        assertEquals(Optional.of(new Spread(0.9, 0.4, 1)), match.ratio(DUPLEX, RAW, Sample::perSecond));
        assertEquals(Optional.of(new Spread(80, 10, 90)), match.figure(DUPLEX, Sample::perSecond));
        assertEquals(Optional.of(new Spread(2.5, 1, 4)), Spread.of(4, 1, 3, 2));
        assertEquals(Optional.empty(), Spread.of());
    }

    @Test
    void theTableHasARowForEachContestant() {
        Report report = report();
        report.add(match(List.of(sample(900, 900_000)), List.of(sample(1000, 500_000))));
        report.add(DUPLEX, new IdleMemory(10, 1024, 4096));
        List<String> lines = report.markdown().lines().toList();
        assertEquals("### 64 × 64 bytes, 1 in flight", lines.get(0));
        assertTrue(lines.contains("| raw | 1,000 (1,000–1,000) |  | 0.50 (0.50–0.50) | 0.13 + 0.38 |  "
                + "| 1.00 / 2.00 / 3.00 | 2.00 | 0 %, 95 % (limited by the load generator) |"),
                report::markdown);
        assertTrue(lines.contains("| nio | 900.0 (900.0–900.0) | 0.90 (0.90–0.90) | 1.00 (1.00–1.00) "
                + "| 0.25 + 0.75 | 2.00 (2.00–2.00) | 1.00 / 2.00 / 3.00 | 2.00 "
                + "| 0 %, 95 % (limited by the load generator) |"), report::markdown);
        assertTrue(lines.contains("| nio | 10.00 | 1.00 | 4.00 |"), report::markdown);
        assertTrue(report.csv()
                .contains("nio,\"64 × 64 bytes, 1 in flight\",1,900,1.000,225,675,950000,1800,1.0,2.0,3.0,,"),
                report::csv);
    }

    @Test
    void whoHasNoPartInALoadIsInTheTableAllTheSame() {
        Report report = report();
        report.add(match(List.of(sample(900, 900_000)), List.of()));
        assertTrue(report.markdown().contains("| raw | none |"), report::markdown);
        assertTrue(report.markdown().contains("| nio | 900.0 (900.0–900.0) |  |"), report::markdown);
    }

    /** The budget and a server in processes of their own, under each load for a moment. */
    @ParameterizedTest
    @EnumSource(Column.class)
    void aShortRunMeasuresServersInProcessesOfTheirOwn(Column column, @TempDir Path folder)
            throws IOException {
        Path csv = folder.resolve("figures.csv");
        int exit = new CommandLine(new TransportBench()).setCaseInsensitiveEnumValuesAllowed(true)
                .execute("--contestant", "raw,nio", "--scenario", column.name(), "--rounds", "1", "--seconds",
                        "0.02", "--warm-up", "0.01", "--csv", csv.toString());
        assertEquals(0, exit);
        List<String> lines = Files.readAllLines(csv);
        int servers = column.name().startsWith("H") ? 1 : 2;
        assertEquals(1 + servers, lines.size(), lines::toString);
        assertTrue(Long.parseLong(lines.get(servers).replaceFirst("\".*\"", "").split(",")[3]) >= 1,
                lines::toString);
    }

    @Test
    void idleConnectionsAreMeasured(@TempDir Path folder) throws IOException {
        Path csv = folder.resolve("figures.csv");
        int exit = new CommandLine(new TransportBench()).setCaseInsensitiveEnumValuesAllowed(true)
                .execute("--contestant", "raw,nio", "--scenario", "D", "--rounds", "1", "--seconds", "0.02",
                        "--warm-up", "0.01", "--idle", "20", "--csv", csv.toString());
        assertEquals(0, exit);
        assertEquals(5, Files.readAllLines(csv).size());
    }
}
