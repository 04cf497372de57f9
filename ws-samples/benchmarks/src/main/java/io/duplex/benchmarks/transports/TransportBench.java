package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Sockets;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the transports over the loopback interface, each beside a bare TCP echo, and prints a table. */
@Command(name = "TransportBench", mixinStandardHelpOptions = true, sortOptions = false,
        showDefaultValues = true,
        description = "Measures the transports over the loopback interface, each beside a bare TCP echo "
                + "of as many "
                + "bytes on the same kind of socket, and prints a table in Markdown.")
public final class TransportBench implements Callable<Integer> {
    private static final List<Scenario> SCENARIOS = List.of(new Scenario.Messages(64, 64, 1),
            new Scenario.Messages(32, 128, 16), new Scenario.Connections(64),
            new Scenario.Messages(8, 64 << 10, 2), new Scenario.Messages(2, 4 << 20, 1));

    @Mixin
    private BenchOptions options;

    @Option(names = "--scenario", paramLabel = "N", split = ",",
            description = "Which loads: 1 is one message in flight, 2 sixteen, 3 new connections, 4 "
                    + "messages of 64 KiB,"
                    + " 5 messages of 4 MiB.",
            defaultValue = "1,2,3,4,5")
    private List<Integer> scenarios;

    @Option(names = "--idle", paramLabel = "N",
            description = "Idle connections; a fifth of them on bio. 0: none.",
            defaultValue = "10000")
    private int idle;

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new TransportBench()).setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Report report = new Report("the raw echo's");
        List<Scenario> chosen = scenarios.stream().map(number -> SCENARIOS.get(number - 1)).toList();
        for (Sockets sockets : options.transports) {
            // The budget comes first: others are compared with it.
            List<Contestant> both = List.of(Contestant.raw(sockets), Contestant.duplex(sockets));
            options.play(both, chosen, report);
            options.lieIdle(both, sockets == Sockets.BIO ? idle / 5 : idle, report);
        }
        options.publish(report);
        return 0;
    }
}
