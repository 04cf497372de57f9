package io.duplex.benchmarks.transports;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Everything that a run has measured, as it stands in a result file.
 *
 * @param kind the servers that others are compared with
 * @param begun when the run began
 * @param machine processors, kernel and JVM
 * @param loadAverage processes that wanted a processor in the minute before the run
 * @param matches the scenarios
 * @param idle memory of idle connections, by the label of the contestant
 */
record Results(Kind kind, String begun, String machine, double loadAverage, List<Match> matches,
        Map<String, IdleMemory> idle) {
    /** The comparisons, which differ in their bases. */
    enum Kind {
        /** With the raw echo and with Netty. */
        TRANSPORTS("raw", "netty"),
        /** With the same server in clear. */
        TLS("clear");

        private final List<String> bases;

        Kind(String... bases) {
            this.bases = List.of(bases);
        }

        /** Returns the names of the bases: a column of ratios for each. */
        List<String> bases() {
            return bases;
        }

        /** Returns the label of the contestant that this one is compared with. */
        String base(String label, String name) {
            int space = label.indexOf(' ');
            String server = space < 0 ? label : label.substring(0, space);
            return this == TLS ? server : name + label.substring(server.length());
        }
    }

    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    /** Starts the results of a run on this machine. */
    static Results begin(Kind kind) throws IOException {
        String machine = String.format(Locale.ROOT, "%d processors (%s), %s %s, %s %s",
                Processors.COUNT, processor(), System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.vm.name"), System.getProperty("java.vm.version"));
        return new Results(kind, Instant.now().truncatedTo(ChronoUnit.MINUTES).toString(), machine,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(), new ArrayList<>(),
                new LinkedHashMap<>());
    }

    private static String processor() throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(Path.of("/proc/cpuinfo"))) {
            return lines.lines()
                    .filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.replaceFirst(".*: ", ""))
                    .orElse(System.getProperty("os.arch"));
        }
    }

    static Results read(Path file) throws IOException {
        return GSON.fromJson(Files.readString(file), Results.class);
    }

    void write(Path file) throws IOException {
        Files.writeString(file, GSON.toJson(this) + "\n");
    }
}
