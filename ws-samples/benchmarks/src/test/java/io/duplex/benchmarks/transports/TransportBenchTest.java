package io.duplex.benchmarks.transports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    private static final String DUPLEX = "nio";
    private static final String RAW = "raw";

    private static Match match(List<Sample> duplex, List<Sample> raw) {
        Map<String, List<Sample>> rounds = new LinkedHashMap<>();
        rounds.put(RAW, raw);
        rounds.put(DUPLEX, duplex);
        return new Match("64 × 64 bytes, 1 in flight", "message", "messages", rounds, new LinkedHashMap<>());
    }

    private static Sample sample(long count, long cpuNanos) {
        return new Sample(count, 1_000_000_000, new ServerFigures.Used(cpuNanos / 4, 3 * cpuNanos / 4,
                2 * count), new ServerFigures.Used(0, 950_000_000, 0), false, new Sample.RoundTrips(1, 2, 3));
    }

    private static Results results() throws IOException {
        return Results.begin(Results.Kind.TRANSPORTS);
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
    void theTableHasARowForEachContestant() throws IOException {
        Results results = results();
        results.matches().add(match(List.of(sample(900, 900_000)), List.of(sample(1000, 500_000))));
        results.idle().put(DUPLEX, new IdleMemory(10, 1024, 4096));
        Report report = new Report(results);
        List<String> lines = report.markdown().lines().toList();
        assertEquals("### 64 × 64 bytes, 1 in flight", lines.get(0));
        assertTrue(lines.contains("| raw | 1,000 (1,000–1,000) |  |  | 0.50 (0.50–0.50) | 0.13 + 0.38 |  |  "
                + "| 1.00 / 2.00 / 3.00 | 2.00 | 0 %, 95 % (limited by the load generator) |"),
                report::markdown);
        assertTrue(lines.contains("| nio | 900.0 (900.0–900.0) | 0.90 (0.90–0.90) |  | 1.00 (1.00–1.00) "
                + "| 0.25 + 0.75 | 2.00 (2.00–2.00) |  | 1.00 / 2.00 / 3.00 | 2.00 "
                + "| 0 %, 95 % (limited by the load generator) |"), report::markdown);
        assertTrue(lines.contains("| nio | 10.00 | 1.00 | 4.00 |"), report::markdown);
        assertTrue(report.csv()
                .contains("nio,\"64 × 64 bytes, 1 in flight\",1,900,1.000,225,675,950000,1800,1.0,2.0,3.0,,"),
                report::csv);
    }

    @Test
    void whoHasNoPartInALoadIsInTheTableAllTheSame() throws IOException {
        Results results = results();
        Match match = match(List.of(), List.of());
        match.failures().put(DUPLEX, "a wrong echo");
        results.matches().add(match);
        String markdown = new Report(results).markdown();
        assertTrue(markdown.contains("| raw | none |"), markdown);
        assertTrue(markdown.contains("| nio | failed: a wrong echo |"), markdown);
    }

    @Test
    void othersAreComparedWithTheSameSecurityAndTlsWithClear() {
        assertEquals("netty jdk", Results.Kind.TRANSPORTS.base("nio jdk", "netty"));
        assertEquals("raw", Results.Kind.TRANSPORTS.base("nio", "raw"));
        assertEquals("nio", Results.Kind.TLS.base("nio jdk", "clear"));
    }

    @Test
    void aBusyLoadGeneratorIsTheLimitOnlyOfAnIdleServer() {
        assertTrue(sample(1, 0).limitedByLoad());
        assertFalse(sample(1, 950_000_000).limitedByLoad());
    }

    /** The tables come back from the file, and replace what a page says between the marks. */
    @Test
    void aPageGetsTheTablesOfAResultFile(@TempDir Path folder) throws IOException {
        Results results = results();
        results.matches().add(match(List.of(sample(900, 900_000)), List.of(sample(1000, 500_000))));
        results.write(folder.resolve("run.json"));
        Path page = folder.resolve("page.md");
        Files.writeString(page, "before\n<!-- begin run.json -->\nold\n<!-- end run.json -->\nafter\n");
        CommandLine docs = new CommandLine(new BenchmarkDocs());
        assertEquals(1, docs.execute("--check", page.toString()));
        assertEquals(0, docs.execute(page.toString()));
        assertEquals(0, docs.execute("--check", page.toString()));
        String text = Files.readString(page);
        assertTrue(text.startsWith("before\n<!-- begin run.json -->\n"), text);
        assertTrue(text.contains(new Report(results).markdown() + "<!-- end run.json -->\nafter\n"), text);
        assertTrue(Files.readString(folder.resolve("run.svg")).contains("<svg"));
    }

    @Test
    void theDocsAgreeWithTheirResultFiles() {
        assertEquals(0, new CommandLine(new BenchmarkDocs()).execute("--check", "../../docs/benchmarks.md"));
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
