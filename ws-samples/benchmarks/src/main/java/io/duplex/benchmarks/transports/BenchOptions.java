package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options and steps that the benchmarks over sockets share. */
final class BenchOptions {
    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each contestant, in turn.",
            defaultValue = "5")
    private int rounds;

    @Option(names = { "--seconds", "--round" }, paramLabel = "SECONDS", description = "How long a round is.",
            defaultValue = "2")
    private double roundSeconds;

    @Option(names = "--warm-up", paramLabel = "SECONDS",
            description = "Processor time of each server before the rounds.",
            defaultValue = "10")
    private double warmUpSeconds;

    @Option(names = "--loops", paramLabel = "N",
            description = "Processors of a server, and its selector loops if it has any.",
            defaultValue = "1")
    private int loops;

    @Option(names = "--jvm-option", paramLabel = "OPTION", description = "For the servers' JVMs.")
    private List<String> jvmOptions = new ArrayList<>();

    @Option(names = "--csv", paramLabel = "FILE", description = "Also writes every round, for programs.")
    private Optional<Path> csv = Optional.empty();

    @Option(names = "--json", paramLabel = "FILE",
            description = "Also writes a result file, for BenchmarkDocs.")
    private Optional<Path> json = Optional.empty();

    @Option(names = "--profile", paramLabel = "FOLDER",
            description = "Records each server with the JDK's Flight Recorder, into this folder.")
    private Optional<Path> profile = Optional.empty();

    /** Compares contestants under a load, each in a fresh process. */
    Match play(String title, List<Contestant> contestants, Scenario scenario) throws IOException {
        Processors.restrictLoad(loops);
        Map<Contestant, ForkedServer> servers = new LinkedHashMap<>();
        try {
            for (Contestant contestant : contestants) {
                servers.put(contestant,
                        ForkedServer.start(contestant, loops, jvmOptions(title, contestant)));
            }
            System.err
                    .println(title + ": " + contestants.stream().map(Contestant::label).toList());
            return Match.play(title, scenario, servers, schedule());
        } finally {
            Processors.releaseLoad(loops);
            for (ForkedServer server : servers.values()) {
                server.close();
            }
        }
    }

    /** Takes the shortest schedule whose ratios are of use. */
    void shorten() {
        rounds = 3;
        roundSeconds = 0.5;
        warmUpSeconds = 6;
    }

    private List<String> jvmOptions(String title, Contestant contestant) throws IOException {
        if (profile.isEmpty()) {
            return jvmOptions;
        }
        Files.createDirectories(profile.get());
        String name = (title.replaceFirst(":.*", "") + "-" + contestant.label()).replaceAll("[^\\w-]+", "-");
        List<String> all = new ArrayList<>(jvmOptions);
        // The server's first line is its port.
        all.add("-Xlog:jfr+startup=error");
        all.add("-XX:StartFlightRecording:settings=profile,dumponexit=true,filename="
                + profile.get().resolve(name + ".jfr"));
        return all;
    }

    private Match.Schedule schedule() {
        return new Match.Schedule(rounds, (long) (roundSeconds * 1e9), (long) (warmUpSeconds * 1e9));
    }

    /** Measures idle connections of each contestant; 0 connections skip it. */
    void lieIdle(List<Contestant> contestants, int connections, Results results) throws IOException {
        for (Contestant contestant : connections > 0 ? contestants : List.<Contestant>of()) {
            System.err.println(contestant.label() + ": idle connections");
            results.idle()
                    .put(contestant.label(),
                            IdleMemory.measure(contestant, loops, connections, jvmOptions));
        }
    }

    /**
     * Prints the tables, and writes the files of {@code --csv} and {@code --json}. Returns the exit code, 1
     * if a contestant has failed.
     */
    int publish(Results results) throws IOException {
        Report report = new Report(results);
        System.out.print(report.markdown());
        if (csv.isPresent()) {
            Files.writeString(csv.get(), report.csv());
        }
        if (json.isPresent()) {
            results.write(json.get());
        }
        return results.matches().stream().allMatch(match -> match.failures().isEmpty()) ? 0 : 1;
    }
}
