package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionOptions;
import io.duplex.Timeouts;
import io.duplex.WebSocketHandler;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Patience;
import io.duplex.transport.nio.NioTransport;
import java.io.BufferedReader;
import java.io.File;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What an open connection that idles keeps on the heap of its server: socket, WebSocket and TLS together, on
 * nio.
 */
@Timeout(120)
class IdleHeapTest {
    private static final int FIRST = 50;
    private static final int MORE = 250;

    private static Process clients(int port) throws Exception {
        String classPath = Stream.of(System.getProperty("java.class.path"),
                System.getProperty("jdk.module.path"), "target/classes", "target/test-classes")
                .filter(part -> part != null && !part.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                classPath, IdleClients.class.getName(), Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static long liveBytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static long liveBytesWith(int connections, WebSocketServer server, Process clients, int more)
            throws Exception {
        PrintWriter wish = new PrintWriter(clients.outputWriter(), true);
        BufferedReader answer = clients.inputReader();
        wish.println(more);
        assertEquals(Integer.toString(connections), answer.readLine());
        Patience.await("all are open", () -> server.connections().size() == connections);
        return liveBytes();
    }

    @ParameterizedTest
    @CsvSource({ "JDK, 8192", "BC, 16384" })
    void anIdleConnectionKeepsLittle(TlsProvider provider, int mostBytes) throws Exception {
        Tls tls = Peers.tls(Peers.serverConfig(provider, "TLSv1.3"));
        try (WebSocketServer server = WebSocketServer.builder()
                .transport(new NioTransport(1))
                .bind("127.0.0.1", 0)
                .secure(tls)
                .options(ConnectionOptions.SERVER.withTimeouts(Timeouts.DEFAULT.withoutKeepAlive()))
                .endpoint("/", new WebSocketHandler() {})
                .start()) {
            Process clients = clients(server.port());
            try {
                // What the first ones load and cache is not theirs.
                long before = liveBytesWith(FIRST, server, clients, FIRST);
                long after = liveBytesWith(FIRST + MORE, server, clients, MORE);
                long each = (after - before) / MORE;
                assertTrue(each <= mostBytes, provider + " keeps " + each + " bytes for each");
            } finally {
                clients.destroyForcibly().waitFor();
            }
        }
    }
}
