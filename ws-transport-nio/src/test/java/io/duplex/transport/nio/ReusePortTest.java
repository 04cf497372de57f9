package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Leaks;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A listening socket for each loop on one port; the kernel spreads connections. */
@Timeout(60)
class ReusePortTest {
    private static final String THREADS = "reuse-port";
    private final BlockingQueue<String> loops = new LinkedBlockingQueue<>();

    @BeforeEach
    void needsReusePort() throws IOException {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            Assumptions.assumeTrue(probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT),
                    "this platform has no SO_REUSEPORT");
        }
    }

    private WebSocketServer.Builder server() {
        return WebSocketServer.builder()
                .transport(new NioTransport(3).accepting(Accepting.REUSE_PORT))
                .threadName(THREADS)
                .bind("127.0.0.1", 0)
                .endpoint("/", io.duplex.server.Endpoint.builder()
                        .handlers(request -> new Recorder()
                                .on(Event.Text.class, (ws, text) -> {
                                    loops.add(Thread.currentThread().getName());
                                    ws.send(text.text());
                                }))
                        .build());
    }

    @Test
    void everyLoopGetsConnectionsOnOnePort() throws Exception {
        try (WebSocketServer server = server().start()) {
            assertEquals(Set.of(THREADS + "-accept-1", THREADS + "-accept-2", THREADS + "-accept-3"),
                    threads("-accept"));
            Set<String> seen = new TreeSet<>();
            // The kernel's hash decides; that it leaves one of three out of so many times is as good as
            // impossible.
            for (int i = 0; i < 200 && seen.size() < 3; i++) {
                try (RawSocket peer = RawSocket.connect(server.address()).handshake("/")) {
                    peer.write(Frames.text("m" + i).mask());
                    assertEquals("m" + i, peer.readFrame().text());
                    seen.add(loops.poll(20, TimeUnit.SECONDS));
                }
            }
            assertEquals(Set.of(THREADS + "-loop-1", THREADS + "-loop-2", THREADS + "-loop-3"), seen);
        }
        Leaks.awaitNoThreads(THREADS);
    }

    private static Set<String> threads(String kind) {
        Set<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith(THREADS + kind)) {
                names.add(thread.getName());
            }
        }
        return names;
    }

    @Test
    void twoServersMayShareAPort() throws Exception {
        try (WebSocketServer first = server().start();
                WebSocketServer second = server().bind("127.0.0.1", first.port()).start()) {
            assertEquals(first.port(), second.port());
        }
    }

    @Test
    void aPortThatIsTakenWithoutTheOptionIsRefusedAndNothingIsLeft() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            IOException refused = assertThrows(IOException.class,
                    () -> server().bind("127.0.0.1", taken.getLocalPort()).start());
            assertTrue(refused.getMessage().contains(":" + taken.getLocalPort()), refused.getMessage());
        }
        Leaks.awaitNoThreads(THREADS);
    }

    @Test
    void unixDomainSocketsHaveNoPortToShare(@TempDir Path directory) {
        IOException refused = assertThrows(IOException.class,
                () -> server().bind(UnixDomainSocketAddress.of(directory.resolve("s"))).start());
        assertTrue(refused.getMessage().contains("ONE_ACCEPTOR"), refused.getMessage());
    }
}
