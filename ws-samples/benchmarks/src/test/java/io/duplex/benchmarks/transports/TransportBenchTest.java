package io.duplex.benchmarks.transports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.benchmarks.transports.Contestant.Sockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TransportBenchTest {
    private static final Contestant DUPLEX = Contestant.duplex(Sockets.NIO);
    private static final Contestant RAW = Contestant.raw(Sockets.NIO);

    private static Match match(List<Sample> duplex, List<Sample> raw) {
        Map<Contestant, List<Sample>> rounds = new LinkedHashMap<>();
        rounds.put(RAW, raw);
        rounds.put(DUPLEX, duplex);
        return new Match(new Scenario.Messages(64, 64, 1), RAW, rounds);
    }

    private static Sample sample(long count, long cpuNanos) {
        return new Sample(count, 1_000_000_000, new ServerFigures.Used(cpuNanos, 2 * count));
    }

    @Test
    void theRatioIsTheMedianOverPairsOfRounds() {
        Match match = match(List.of(sample(90, 1), sample(10, 1), sample(80, 1)),
                List.of(sample(100, 1), sample(10, 1), sample(200, 1)));
        assertEquals(0.9, match.ratio(DUPLEX, RAW, Sample::perSecond), 1e-9);
        assertEquals(80, match.median(DUPLEX, Sample::perSecond), 1e-9);
        assertEquals(0.5, match.spread(DUPLEX, Sample::perSecond), 1e-9);
        assertEquals(2.5, Match.median(new double[] { 4, 1, 3, 2 }), 1e-9);
    }

    @Test
    void theTableHasAColumnForEachContestant() {
        Report report = new Report("the raw echo's");
        report.add(match(List.of(sample(900, 900_000)), List.of(sample(1000, 500_000))));
        report.add(DUPLEX, new IdleMemory(10, 1024, 4096));
        report.add(RAW, new IdleMemory(10, 512, 2048));
        List<String> lines = report.markdown().lines().toList();
        assertEquals("|  | raw nio | nio |", lines.get(0));
        assertTrue(lines.contains("| messages/s | 1,000 ± 0 % | 900 ± 0 % |"), report::markdown);
        assertTrue(lines.contains("| … of the raw echo's |  | 90 % |"), report::markdown);
        assertTrue(lines.contains("| server CPU µs/message | 0.50 | 1.00 |"), report::markdown);
        assertTrue(lines.contains("| server allocates, bytes/message | 2.00 | 2.00 |"), report::markdown);
        assertTrue(lines.contains("| KiB live heap each | 0.50 | 1.00 |"), report::markdown);
        assertTrue(report.csv().contains("nio,\"64 × 64 bytes, 1 in flight\",1,900,1.000,900,1800,,"),
                report::csv);
    }

    @Test
    void whoHasNoPartInALoadIsInTheTableAllTheSame() {
        Report report = new Report("clear");
        report.add(match(List.of(sample(900, 900_000)), List.of()));
        assertTrue(report.markdown().contains("| messages/s | none | 900 ± 0 % |"), report::markdown);
        assertTrue(report.markdown().contains("| … of clear | none |  |"), report::markdown);
    }

    @Test
    void aShortRunMeasuresServersInProcessesOfTheirOwn(@TempDir Path folder) throws IOException {
        Path csv = folder.resolve("figures.csv");
        int exit = new CommandLine(new TransportBench()).setCaseInsensitiveEnumValuesAllowed(true)
                .execute("--transport", "nio", "--scenario", "1", "--rounds", "1", "--round", "0.02",
                        "--warm-up", "0.01", "--idle", "20", "--csv", csv.toString());
        assertEquals(0, exit);
        List<String> lines = Files.readAllLines(csv);
        assertEquals(5, lines.size(), lines::toString);
        assertTrue(Long.parseLong(lines.get(1).split(",")[4]) >= 64, lines::toString);
    }
}
