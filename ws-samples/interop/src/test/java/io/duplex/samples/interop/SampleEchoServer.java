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

/** The echo sample as its user runs it: a process of its own, on a free port, that a signal stops. */
final class SampleEchoServer implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("Listening on ws(s?)://(\\S+)/echo \\((\\w+)\\)");

    private final Process process;
    private String secure;
    private String authority;

    SampleEchoServer(Transport transport, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), "io.duplex.samples.servers.Ws", "echo",
                "--port", "0",
                "--transport", transport.name()));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        readReadyLine(transport);
    }

    /** Ends with the process at the latest; a process that says nothing is cut by the test's time-out. */
    private void readReadyLine(Transport transport) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        Matcher ready = READY.matcher(line == null ? "" : line);
        assertTrue(ready.matches(), () -> "the server's first line is " + line);
        assertEquals(transport.name(), ready.group(3));
        secure = ready.group(1);
        authority = ready.group(2);
    }

    /** The address of the page. */
    URI page() {
        return URI.create("http" + secure + "://" + authority + "/");
    }

    /** The address of the WebSocket. */
    URI echo() {
        return URI.create("ws" + secure + "://" + authority + "/echo");
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
