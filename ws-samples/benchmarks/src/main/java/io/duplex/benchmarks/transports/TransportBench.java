package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Sockets;
import io.duplex.benchmarks.transports.Duel.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the transports over the loopback interface, each beside a bare TCP echo, and prints a table. */
@Command(name = "TransportBench", mixinStandardHelpOptions = true, sortOptions = false,
        showDefaultValues = true,
        description = "Measures the transports over the loopback interface, each beside a bare TCP echo of as many "
                + "bytes on the same kind of socket, and prints a table in Markdown.")
public final class TransportBench implements Callable<Integer> {
    @Option(names = "--transport", paramLabel = "NAME", split = ",",
            description = "What to measure: ${COMPLETION-CANDIDATES}.", defaultValue = "BIO,NIO,LOOM")
    private List<Sockets> transports;

    @Option(names = "--scenario", paramLabel = "N", split = ",",
            description = "Which loads: 1 is one message in flight, 2 sixteen, 3 new connections.",
            defaultValue = "1,2,3")
    private List<Integer> scenarios;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each contestant, in turn.",
            defaultValue = "7")
    private int rounds;

    @Option(names = "--round", paramLabel = "SECONDS", description = "How long a round is.",
            defaultValue = "1")
    private double roundSeconds;

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "Before the rounds of each load.",
            defaultValue = "4")
    private double warmUpSeconds;

    @Option(names = "--idle", paramLabel = "N",
            description = "Idle connections; a fifth of them on bio. 0: none.",
            defaultValue = "10000")
    private int idle;

    @Option(names = "--loops", paramLabel = "N", description = "Selector loops of nio, and of its raw echo.",
            defaultValue = "1")
    private int loops;

    @Option(names = "--jvm-option", paramLabel = "OPTION", description = "For the servers' JVMs.")
    private List<String> jvmOptions = new ArrayList<>();

    @Option(names = "--csv", paramLabel = "FILE", description = "Also writes every round, for programs.")
    private Optional<Path> csv = Optional.empty();

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
        Report report = new Report();
        for (Sockets sockets : transports) {
            measure(sockets, report);
        }
        System.out.print(report.markdown());
        if (csv.isPresent()) {
            Files.writeString(csv.get(), report.csv());
        }
        return 0;
    }

    private void measure(Sockets sockets, Report report) throws IOException {
        Contestant duplex = new Contestant(Kind.DUPLEX, sockets);
        Contestant raw = new Contestant(Kind.RAW, sockets);
        Schedule schedule = new Schedule(rounds, (long) (roundSeconds * 1e9), (long) (warmUpSeconds * 1e9));
        try (ForkedServer ours = ForkedServer.start(duplex, loops, jvmOptions);
                ForkedServer theirs = ForkedServer.start(raw, loops, jvmOptions)) {
            for (int number : scenarios) {
                Scenario scenario = Scenario.ALL.get(number - 1);
                System.err.println(sockets.label() + ": " + scenario.title());
                report.add(Duel.fight(sockets, scenario, ours, theirs, schedule));
            }
        }
        if (idle > 0) {
            System.err.println(sockets.label() + ": idle connections");
            int count = sockets == Sockets.BIO ? idle / 5 : idle;
            for (Contestant contestant : List.of(duplex, raw)) {
                report.add(contestant, IdleMemory.measure(contestant, loops, count, jvmOptions));
            }
        }
    }
}
