package io.duplex.benchmarks.transports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Sockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TransportBenchTest {
    private static Sample sample(long count, long cpuNanos) {
        return new Sample(count, 1_000_000_000, new ServerFigures.Used(cpuNanos, 2 * count));
    }

    @Test
    void theRatioIsTheMedianOverPairsOfRounds() {
        Duel duel = new Duel(Sockets.NIO, Scenario.ALL.get(0),
                List.of(sample(90, 1), sample(10, 1), sample(80, 1)),
                List.of(sample(100, 1), sample(10, 1), sample(200, 1)));
        assertEquals(0.9, duel.ratio(Sample::perSecond), 1e-9);
        assertEquals(80, duel.median(Kind.DUPLEX, Sample::perSecond), 1e-9);
        assertEquals(0.5, duel.spread(Kind.DUPLEX, Sample::perSecond), 1e-9);
        assertEquals(2.5, Duel.median(new double[] { 4, 1, 3, 2 }), 1e-9);
    }

    @Test
    void theTableHasAColumnForEachContestant() {
        Report report = new Report();
        report.add(new Duel(Sockets.NIO, Scenario.ALL.get(0), List.of(sample(900, 900_000)),
                List.of(sample(1000, 500_000))));
        report.add(new Contestant(Kind.DUPLEX, Sockets.NIO), new IdleMemory(10, 1024, 4096));
        report.add(new Contestant(Kind.RAW, Sockets.NIO), new IdleMemory(10, 512, 2048));
        List<String> lines = report.markdown().lines().toList();
        assertEquals("|  | nio | raw nio |", lines.get(0));
        assertTrue(lines.contains("| messages/s | 900 ± 0 % | 1,000 ± 0 % |"), report::markdown);
        assertTrue(lines.contains("| … of the raw echo's | 90 % |  |"), report::markdown);
        assertTrue(lines.contains("| server CPU µs/message | 1.00 | 0.50 |"), report::markdown);
        assertTrue(lines.contains("| server allocates, bytes/message | 2.00 | 2.00 |"), report::markdown);
        assertTrue(lines.contains("| KiB live heap each | 1.00 | 0.50 |"), report::markdown);
        assertTrue(report.csv().contains("nio,\"64 × 64 bytes, 1 in flight\",1,900,1.000,900,1800,,"),
                report::csv);
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
