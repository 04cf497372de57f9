package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.client.WebSocketClient;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose standard input is a socket, as inetd and systemd start it; Python plays their part. */
@Timeout(120)
class InheritedChannelTest {
    /**
     * Listens, prints its port, and runs its arguments with the listening socket, or its first connection, as
     * input.
     */
    private static final String PARENT = """
            import socket, subprocess, sys
            listening = socket.socket()
            listening.bind(('127.0.0.1', 0))
            listening.listen(8)
            print(listening.getsockname()[1], flush=True)
            given = listening if sys.argv[1] == 'wait' else listening.accept()[0]
            sys.exit(subprocess.call(sys.argv[2:], stdin=given, stdout=sys.stderr))
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = { "wait", "nowait" })
    void aServerServesWhatItInherited(String mode) throws Exception {
        Assumptions.assumeTrue(pythonIsThere(), "there is no python3 to start a process with a socket");
        Path script = Files.writeString(directory.resolve("parent.py"), PARENT);
        Process parent = new ProcessBuilder("python3", script.toString(), mode,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath(),
                InheritedEcho.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = parent.inputReader();
                WebSocketClient client = WebSocketClient.builder().transport(new NioTransport(1)).build()) {
            WebSocket ws = client.connect(URI.create("ws://127.0.0.1:" + out.readLine() + "/"));
            ws.send("inherited");
            assertEquals(new Message.Text("inherited"), ws.receive());
            assertTrue(ws.closeAndWait(Duration.ofSeconds(20)).clean());
            assertTrue(parent.waitFor(60, TimeUnit.SECONDS), "it did not end");
            assertEquals(0, parent.exitValue());
        } finally {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly();
        }
    }

    @Test
    void aProcessThatInheritedNothingIsTold() {
        try {
            Assumptions.assumeTrue(System.inheritedChannel() == null,
                    "these tests run on a socket themselves");
        } catch (IOException e) {
            Assumptions.abort("what these tests inherited: " + e);
        }
        IOException refused = assertThrows(IOException.class,
                () -> new NioTransport(1).onInherited());
        assertTrue(refused.getMessage().contains("no socket"), refused.getMessage());
    }

    private static boolean pythonIsThere() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Modules and tests alike, as a plain class path. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path"), System.getProperty("jdk.module.path"),
                "target/classes", "target/test-classes")
                .filter(part -> part != null && !part.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
