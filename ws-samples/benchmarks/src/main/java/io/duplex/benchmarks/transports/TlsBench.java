package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Security;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures the cost of TLS with each provider on each transport, compared with the same in clear, and prints
 * a table.
 */
@Command(name = "TlsBench", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true,
        description = "Measures an echo server over the loopback interface with TLS of the JDK's provider "
                + "and of Bouncy Castle's, beside the same server in clear, and prints a table in "
                + "Markdown. The load "
                + "generator uses the JDK's provider in each case.")
public final class TlsBench implements Callable<Integer> {
    private static final int LARGE_BYTES = 64 << 10;
    private static final List<Scenario> SCENARIOS = List.of(new Scenario.Messages(64, 64, 1),
            new Scenario.Messages(8, LARGE_BYTES, 1), new Scenario.Connections(32),
            new Scenario.Handshakes(32, "TLSv1.3", true), new Scenario.Handshakes(32, "TLSv1.2", false),
            new Scenario.Handshakes(32, "TLSv1.2", true));

    @Mixin
    private BenchOptions options;

    @Option(names = "--transport", paramLabel = "NAME", split = ",",
            description = "What to measure: bio, nio, loom.", defaultValue = "bio,nio,loom")
    private List<Kind> transports;

    @Option(names = "--scenario", paramLabel = "N", split = ",",
            description = "Which loads: 1 is small messages, 2 large ones, 3 connections with handshakes "
                    + "in full, "
                    + "4 the same resumed, 5 and 6 both in TLS 1.2.",
            defaultValue = "1,2,3,4,5,6")
    private List<Integer> scenarios;

    @Option(names = "--idle", paramLabel = "N", description = "Idle connections. 0: none.",
            defaultValue = "2000")
    private int idle;

    @Option(names = "--engine", paramLabel = "SECONDS",
            description = "How long to measure the bare engine. 0: not at all.", defaultValue = "4")
    private double engineSeconds;

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new TlsBench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Results results = Results.begin(Results.Kind.TLS);
        List<Scenario> chosen = scenarios.stream().map(number -> SCENARIOS.get(number - 1)).toList();
        List<Contestant> all = transports.stream()
                .flatMap(kind -> Stream.of(Security.values()).map(security -> new Contestant(kind, security)))
                .toList();
        for (Scenario scenario : chosen) {
            results.matches().add(options.play(scenario.title(), all, scenario));
        }
        options.lieIdle(all, idle, results);
        int exit = options.publish(results);
        if (engineSeconds > 0) {
            printEngine();
        }
        return exit;
    }

    private void printEngine() throws Exception {
        BareEngine engine = new BareEngine(LARGE_BYTES);
        System.err.println("bare engine");
        engine.run((long) (engineSeconds * 1e9 / 2));
        System.out.printf(
                "%nThe JDK's engine alone: %.1f µs of processor time for opening and sealing %d KiB%n",
                engine.run((long) (engineSeconds * 1e9 / 2)), LARGE_BYTES >> 10);
    }
}
