package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the round trips of one connection while others flood the same server, and prints a table.
 */
@Command(name = "FairnessBench", mixinStandardHelpOptions = true, sortOptions = false,
        showDefaultValues = true,
        description = "Measures the round trips of a probe, 64 bytes each way, while other connections flood "
                + "the same server with frames, and prints a table in Markdown. The server is a process "
                + "of its own.")
public final class FairnessBench implements Callable<Integer> {
    private static final int PROBE_BYTES = 64;
    /** A probe without an answer for this time counts as starved. */
    private static final int PATIENCE_MILLIS = 20_000;

    private static final long STARVED_NANOS = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);

    @Option(names = "--transport", paramLabel = "NAME", split = ",",
            description = "What to measure: bio, nio, loom.", defaultValue = "bio,nio,loom")
    private List<Kind> transports;

    @Option(names = "--flood", paramLabel = "KIND", split = ",",
            description = "What is flooded: ${COMPLETION-CANDIDATES}.",
            defaultValue = "NONE,EMPTY,SMALL,INFLATED,PINGS,FRAGMENTS")
    private List<FloodKind> floods;

    @Option(names = "--flooders", paramLabel = "N", description = "Connections that flood.",
            defaultValue = "4")
    private int flooders;

    @Option(names = "--seconds", paramLabel = "SECONDS", description = "How long each cell takes.",
            defaultValue = "5")
    private double seconds;

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "Before each cell.",
            defaultValue = "2")
    private double warmUpSeconds;

    @Option(names = "--loops", paramLabel = "N", description = "Selector loops of nio.", defaultValue = "1")
    private int loops;

    /** Round trips of one cell in nanoseconds, sorted. */
    private record RoundTrips(long[] nanos) {
        boolean starved() {
            return nanos[nanos.length - 1] == STARVED_NANOS;
        }

        String at(double quantile) {
            int index = (int) Math.min(nanos.length - 1L, (long) (quantile * nanos.length));
            return nanos[index] == STARVED_NANOS
                    ? "over " + PATIENCE_MILLIS
                    : String.format(Locale.ROOT, "%.2f", nanos[index] / 1e6);
        }
    }

    /**
     * Runs the benchmark.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new FairnessBench()).setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws IOException {
        StringBuilder table = new StringBuilder("| p50 / p99 of the probe, ms |");
        transports.forEach(transport -> table.append(' ').append(transport).append(" |"));
        table.append("\n|---|").append("---:|".repeat(transports.size())).append('\n');
        for (FloodKind kind : floods) {
            table.append("| ").append(kind.title()).append(" |");
            for (Kind transport : transports) {
                System.err.println(transport + ": " + kind.title());
                RoundTrips measured = measure(transport, kind);
                table.append(' ')
                        .append(measured.at(0.5))
                        .append(" / ")
                        .append(measured.at(0.99))
                        .append(" |");
            }
            table.append('\n');
        }
        System.out.print(table);
        return 0;
    }

    private RoundTrips measure(Kind transport, FloodKind kind) throws IOException {
        try (FloodedServer server = FloodedServer.fork(transport, loops)) {
            List<Flooder> flooding = new ArrayList<>();
            try (Socket probe = FloodKind.NONE.connect(InetAddress.getLoopbackAddress(), server.port())) {
                probe.setSoTimeout(PATIENCE_MILLIS);
                for (int i = 0; i < (kind == FloodKind.NONE ? 0 : flooders); i++) {
                    flooding.add(new Flooder(kind, server.port()));
                }
                RoundTrips warmUp = roundTrips(probe, warmUpSeconds);
                return warmUp.starved() ? warmUp : roundTrips(probe, seconds);
            } finally {
                flooding.forEach(Flooder::close);
            }
        }
    }

    /** Measures one round trip at a time, until the time is up or the probe is starved. */
    private static RoundTrips roundTrips(Socket probe, double forSeconds) throws IOException {
        byte[] request = FloodKind.frame(0x82, new byte[PROBE_BYTES]);
        byte[] reply = new byte[2 + PROBE_BYTES];
        OutputStream out = probe.getOutputStream();
        DataInputStream in = new DataInputStream(probe.getInputStream());
        long[] nanos = new long[1024];
        int count = 0;
        long begin = System.nanoTime();
        boolean answered = true;
        while (answered && System.nanoTime() - begin < forSeconds * 1e9) {
            long sent = System.nanoTime();
            out.write(request);
            answered = isAnswered(in, reply);
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = answered ? System.nanoTime() - sent : STARVED_NANOS;
        }
        nanos = Arrays.copyOf(nanos, count);
        Arrays.sort(nanos);
        return new RoundTrips(nanos);
    }

    private static boolean isAnswered(DataInputStream in, byte[] reply) throws IOException {
        try {
            in.readFully(reply);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
