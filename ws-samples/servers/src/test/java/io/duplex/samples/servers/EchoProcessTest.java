package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.client.WebSocketClient;
import io.duplex.transport.bio.BioTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command as a process of its own: the ready line, signals, exit codes. */
@Timeout(120)
class EchoProcessTest {
    private static final Pattern READY =
            Pattern.compile("Listening on (ws://127\\.0\\.0\\.1:\\d+/echo) \\(nio\\)");

    private static Process ws(String... args) throws IOException {
        return WsProcess.builder(List.of(), List.of(args)).start();
    }

    private static URI ready(BufferedReader out) throws IOException {
        String line = out.readLine();
        Matcher ready = READY.matcher(String.valueOf(line));
        assertTrue(ready.matches(), line);
        return URI.create(ready.group(1));
    }

    /** {@code Process.destroy} would close the streams as well, with what the process still has to say. */
    private static void sigterm(Process process) {
        assertTrue(process.toHandle().destroy());
    }

    @Test
    void saysGoodbyeOnSigtermAndExitsWithZero() throws Exception {
        Process process = ws("echo", "--port", "0", "-v");
        try (BufferedReader out = process.inputReader();
                BufferedReader err = process.errorReader();
                WebSocketClient client = WebSocketClient.builder().transport(new BioTransport()).build()) {
            WebSocket ws = client.connect(ready(out));
            ws.send("hello");
            assertEquals(new Message.Text("hello"), ws.receive());
            sigterm(process);
            assertNull(ws.receive());
            CloseInfo info = ws.closeFuture().join();
            assertEquals(1001, info.code());
            assertTrue(info.clean());
            assertEquals(0, process.waitFor());
            assertTrue(out.readLine().matches("Page: http://127\\.0\\.0\\.1:\\d+/"));
            assertNull(out.readLine());
            List<String> log = err.lines().toList();
            assertTrue(log.getFirst().startsWith("= transport nio, host 127.0.0.1, port 0, "),
                    log.toString());
            assertTrue(log.getLast().contains(" closed: received 1001"), log.toString());
            assertTrue(log.get(1).startsWith("= listening socket: SO_REUSEADDR=on "), log.toString());
            assertTrue(log.get(3).contains(" socket: ") && log.get(3).contains(" TCP_NODELAY=on"),
                    log.toString());
            assertEquals(5, log.size(), log.toString());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void clientClosesOnSigtermAndExitsWithZero() throws Exception {
        Process server = ws("echo", "--port", "0");
        try (BufferedReader out = server.inputReader()) {
            Process client = ws("client", ready(out).toString(), "-v");
            try (BufferedReader err = client.errorReader()) {
                String line = err.readLine();
                while (!"= open".equals(line)) {
                    line = err.readLine();
                }
                sigterm(client);
                assertEquals(0, client.waitFor());
            } finally {
                client.destroyForcibly();
            }
        } finally {
            server.destroyForcibly();
        }
    }

    /**
     * The virtual machine gives a descriptor that the caller closed to the first file that it opens: the
     * JDK's modules.
     */
    @Test
    void clientReadsNothingIfItsInputWasClosed() throws Exception {
        Process server = ws("echo", "--port", "0");
        try (BufferedReader out = server.inputReader()) {
            ProcessBuilder client =
                    WsProcess.builder(List.of(), List.of("client", ready(out).toString()));
            client.command().addAll(0, List.of("sh", "-c", "exec \"$0\" \"$@\" <&-"));
            Process process = client.redirectErrorStream(true).start();
            try {
                assertEquals("", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                assertEquals(0, process.waitFor());
            } finally {
                process.destroyForcibly();
            }
        } finally {
            server.destroyForcibly();
        }
    }
}
