package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A sample server as its user runs it: a process of its own, on a free port, that a signal stops. */
final class SampleServer implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("Listening on ws(s?)://(\\S+?)(/\\w+) \\((\\w+)\\)");

    private final Process process;
    private String secure;
    private String authority;
    private String path;

    /**
     * Starts it.
     *
     * @param sample the name of the command
     * @param options of the command line; without {@code --port} it takes a free one
     */
    SampleServer(String sample, Transport transport, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), "io.duplex.samples.servers.Ws", sample,
                "--transport", transport.name()));
        command.addAll(List.of(options));
        if (!command.contains("--port")) {
            command.addAll(List.of("--port", "0"));
        }
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        readReadyLine(transport);
    }

    /** Ends with the process at the latest; a process that says nothing is cut by the test's time-out. */
    private void readReadyLine(Transport transport) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        Matcher ready = READY.matcher(line == null ? "" : line);
        assertTrue(ready.matches(), () -> "the server's first line is " + line);
        assertEquals(transport.name(), ready.group(4));
        secure = ready.group(1);
        authority = ready.group(2);
        path = ready.group(3);
    }

    /** The address of the page. */
    URI page() {
        return URI.create("http" + secure + "://" + authority + "/");
    }

    /** The address of the WebSocket. */
    URI socket() {
        return URI.create("ws" + secure + "://" + authority + path);
    }

    /** The port that it listens on. */
    int port() {
        return page().getPort();
    }

    /** Sends SIGTERM and returns. */
    void signal() {
        process.destroy();
    }

    /** Waits for the end of the process. */
    int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(15, TimeUnit.SECONDS), "the server goes on after its signal");
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
