package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Security;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures servers over the loopback interface beside a bare TCP echo, and prints a table for each scenario.
 */
@Command(name = "TransportBench", mixinStandardHelpOptions = true, sortOptions = false,
        showDefaultValues = true,
        description = "Measures servers over the loopback interface, beside a bare TCP echo of as many "
                + "bytes on a selector, and prints a table for each scenario in Markdown. Servers are "
                + "processes of their own and alternate round by round; this process generates the load and "
                + "compares every byte that it receives.")
public final class TransportBench implements Callable<Integer> {
    /** The scenarios by their letters. */
    enum Column {
        /** One message in flight on many connections. */
        A(new Scenario.Messages(64, 64, 1), Security.CLEAR),
        /** Many messages in flight. */
        B(new Scenario.Messages(32, 128, 16), Security.CLEAR),
        /** Large messages. */
        C(new Scenario.Messages(8, 64 << 10, 2), Security.CLEAR),
        /** Very large messages. */
        I(new Scenario.Messages(2, 4 << 20, 1), Security.CLEAR),
        /** Broadcast. */
        G(new Scenario.FanOut(500, 128), Security.CLEAR),
        /** Connect, handshake and close. */
        F(new Scenario.Connections(64), Security.CLEAR),
        /** One connection alone. */
        D(new Scenario.Messages(1, 32, 1), Security.CLEAR),
        /** A over TLS. */
        HA(A.scenario, Security.JDK),
        /** C over TLS. */
        HC(C.scenario, Security.JDK);

        private final Scenario scenario;
        private final Security security;

        Column(Scenario scenario, Security security) {
            this.scenario = scenario;
            this.security = security;
        }

        /** Returns the load: messages at a fixed rate if there is one, in this scenario's sizes. */
        private Scenario scenario(Optional<Double> rate) {
            return rate.isPresent() && scenario instanceof Scenario.Messages messages
                    ? new Scenario.Paced(messages.connections(), messages.payloadBytes(), rate.get())
                    : scenario;
        }

        private String title(Optional<Double> rate) {
            String title = name() + ": " + scenario(rate).title();
            return security == Security.CLEAR ? title : title + ", TLS";
        }
    }

    @Mixin
    private BenchOptions options;

    @Option(names = "--contestant", paramLabel = "NAME", split = ",",
            description = "The servers: ${COMPLETION-CANDIDATES}.", defaultValue = "raw,nio,loom,bio,netty")
    private List<Kind> contestants;

    @Option(names = "--scenario", paramLabel = "LETTER", split = ",",
            description = {
                "The loads: A is one message of 64 bytes in flight on each of 64 connections, B sixteen of "
                        + "128 bytes on 32, C two of 64 KiB on 8, I one of 4 MiB on 2, G broadcasts of 128 "
                        + "bytes to 500, F connections opened and closed, D one message of 32 bytes on one "
                        + "connection, HA and HC are A and C over TLS." },
            defaultValue = "A,B,C,I,G,F,D,HA,HC")
    private List<Column> scenarios;

    @Option(names = "--rate", paramLabel = "MESSAGES",
            description = "Sends so many messages per second in A, B, C, D, I, HA and HC, whether or not "
                    + "replies arrive. A round trip begins when its message is due.")
    private Optional<Double> rate = Optional.empty();

    @Option(names = "--quick",
            description = "Three rounds of half a second after a shorter warm-up: five minutes for raw, nio "
                    + "and netty.")
    private boolean quick;

    @Option(names = "--idle", paramLabel = "N",
            description = "Idle connections, to measure their memory; a fifth of them with a platform thread "
                    + "for each. 0: none.",
            defaultValue = "0")
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
        Results results = Results.begin(Results.Kind.TRANSPORTS);
        if (quick) {
            options.shorten();
        }
        for (Column column : scenarios) {
            List<Contestant> all = contestants.stream()
                    .map(kind -> new Contestant(kind, column.security))
                    .filter(Contestant::exists)
                    .toList();
            results.matches().add(options.play(column.title(rate), all, column.scenario(rate)));
        }
        for (Kind kind : contestants) {
            boolean hasThreads = kind == Kind.BIO || kind == Kind.RAW_BIO;
            options.lieIdle(List.of(Contestant.clear(kind)), hasThreads ? idle / 5 : idle, results);
        }
        return options.publish(results);
    }
}
