package io.duplex.samples.servers.load;

import io.duplex.samples.servers.WsProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The echo server as a process of its own, whose processor time, memory and descriptors are no one else's.
 */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("Listening on (wss?://[^ ]+) \\([a-z]+\\)");

    private static final int SPANS = 40;
    /** The length of a span. */
    static final int SPAN_MILLIS = 500;

    private final Process process;
    private final BufferedReader out;
    private final URI uri;

    private ServerProcess(Process process) throws IOException {
        this.process = process;
        this.out = process.inputReader();
        String line = out.readLine();
        Matcher ready = READY.matcher(String.valueOf(line));
        if (!ready.matches()) {
            process.destroyForcibly();
            throw new AssertionError("the server is not ready: " + line);
        }
        uri = URI.create(ready.group(1));
    }

    /** Starts one, and waits until it is ready. */
    static ServerProcess start(String transport, List<String> jvm, String... options) throws IOException {
        return new ServerProcess(builder(transport, jvm, options).start());
    }

    /**
     * As above, with room for only so many file descriptors, and without a word about what fails for want of
     * them.
     */
    static ServerProcess startScarce(int descriptors, String transport, List<String> jvm, String... options)
            throws IOException {
        ProcessBuilder scarce = builder(transport, jvm, options);
        List<String> line = new ArrayList<>(
                List.of("sh", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "sh"));
        line.addAll(scarce.command());
        return new ServerProcess(scarce.command(line).redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }

    private static ProcessBuilder builder(String transport, List<String> jvm, String... options) {
        List<String> line = Stream.concat(
                Stream.of("echo", "--port", "0", "--max-connections", "20000", "--transport", transport),
                Stream.of(options)).toList();
        return WsProcess.builder(jvm, line).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    URI uri() {
        return uri;
    }

    SocketAddress address() {
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** The processor time that all its threads have used. */
    Duration processorTime() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    /**
     * The least processor time that it uses in one of several equal spans: in one of them no compiler and no
     * collector is at work, while a thread that spins spins in all of them. Ends with the first span in which
     * it used little enough.
     *
     * @param enough how little that is
     */
    Duration leastProcessorTime(Duration enough) throws InterruptedException {
        Duration least = Duration.ofDays(1);
        for (int i = 0; i < SPANS && least.compareTo(enough) > 0; i++) {
            Duration before = processorTime();
            if (process.waitFor(SPAN_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the server has ended");
            }
            Duration used = processorTime().minus(before);
            least = used.compareTo(least) < 0 ? used : least;
        }
        return least;
    }

    /** Memory in RAM, where the system tells. */
    long residentBytes() throws IOException {
        try (Stream<String> lines = Files.lines(proc("status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Its open sockets. */
    long sockets() {
        try (Stream<Path> open = Files.list(proc("fd"))) {
            return open.filter(ServerProcess::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All its open file descriptors. */
    long descriptors() {
        try (Stream<Path> open = Files.list(proc("fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }

    long threads() {
        try (Stream<Path> tasks = Files.list(proc("task"))) {
            return tasks.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many objects of a class are reachable. */
    long objects(String className) throws IOException {
        Process histogram =
                new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()), "GC.class_histogram").redirectErrorStream(true).start();
        try (BufferedReader lines = histogram.inputReader()) {
            return lines.lines()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(columns -> columns.length > 3 && columns[3].equals(className))
                    .mapToLong(columns -> Long.parseLong(columns[1]))
                    .sum();
        }
    }

    private Path proc(String what) {
        return Path.of("/proc", Long.toString(process.pid()), what);
    }

    /** SIGTERM; {@code Process.destroy} would close the streams as well. */
    void terminate() {
        if (!process.toHandle().destroy()) {
            throw new AssertionError("the server could not be told to end");
        }
    }

    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        out.close();
    }
}
