package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.WebSocketHandler;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawSocket;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.bio.BioTransport;
import io.duplex.transport.loom.LoomTransport;
import io.duplex.transport.nio.NioTransport;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that connect to a TLS port and never speak TLS: they cost nothing, and not for long. */
@Timeout(120)
class SilentClientsTest {
    private static final int CLIENTS = 200;
    private static final String THREADS = "silent-server";
    private static final Duration HANDSHAKE = Duration.ofSeconds(3);
    /** A thread that spins takes the whole of those seconds, or its share of a machine that is busy. */
    private static final long MOST_NANOS = HANDSHAKE.toNanos() / 30;

    static Stream<Transport> transports() {
        return Stream.of(new BioTransport(), new NioTransport(), new LoomTransport());
    }

    /** Counts the connections that have come. */
    private record Counting(TransportSecurity tls, AtomicInteger accepted) implements TransportSecurity {
        @Override
        public ByteLayer accepting(ByteLayer above) {
            accepted.incrementAndGet();
            return tls.accepting(above);
        }

        @Override
        public ByteLayer connecting(ByteLayer above, String host, int port) {
            return tls.connecting(above, host, port);
        }

        @Override
        public void requireAccepting() throws java.io.IOException {
            tls.requireAccepting();
        }
    }

    /**
     * What each of the server's threads has taken when it was last seen, those that carry virtual threads
     * included.
     */
    private final Map<Long, Long> takenNanos = new HashMap<>();

    /** Looks again; threads that are gone keep what they had. */
    private long serverNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(Objects::nonNull)
                .filter(SilentClientsTest::isServers)
                .forEach(thread -> takenNanos.merge(thread.getThreadId(),
                        threads.getThreadCpuTime(thread.getThreadId()), Math::max));
        return takenNanos.values().stream().mapToLong(Long::longValue).sum();
    }

    private static boolean isServers(ThreadInfo thread) {
        return thread.getThreadName().startsWith(THREADS) || thread.getThreadName().startsWith("ForkJoinPool")
                || thread.getThreadName().startsWith("VirtualThread-");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void whoNeverSpeaksTlsTakesNoProcessorTimeAndIsGoneAtTheDeadline(Transport transport) throws Exception {
        AtomicInteger accepted = new AtomicInteger();
        Tls tls = Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3").handshakeTimeout(HANDSHAKE));
        List<RawSocket> clients = new ArrayList<>();
        try (WebSocketServer server = WebSocketServer.builder()
                .transport(transport)
                .threadName(THREADS)
                .bind("127.0.0.1", 0)
                .secure(new Counting(tls, accepted))
                .endpoint("/", new WebSocketHandler() {})
                .start()) {
            for (int i = 0; i < CLIENTS; i++) {
                RawSocket client = RawSocket.connect(server.address());
                clients.add(client);
                if (i % 2 == 0) {
                    // The beginning of a record that never ends.
                    client.write(new byte[] { 22, 3, 1, 2 });
                }
            }
            Patience.await("all have come", () -> accepted.get() == CLIENTS);
            long before = Patience.awaitStill(this::serverNanos, TimeUnit.MILLISECONDS.toNanos(50));
            FutureTask<RawSocket.End> first = new FutureTask<>(() -> clients.getFirst().readToEnd());
            Thread.ofPlatform().daemon().start(first);
            Patience.await("the first is gone", () -> serverNanos() >= before && first.isDone());
            long used = serverNanos() - before;
            assertEquals(RawSocket.End.RESET, first.get());
            for (RawSocket client : clients.subList(1, CLIENTS)) {
                assertEquals(RawSocket.End.RESET, client.readToEnd());
            }
            assertTrue(used < MOST_NANOS, "processor time: " + Duration.ofNanos(used));
            assertTrue(server.connections().isEmpty());
        } finally {
            clients.forEach(RawSocket::close);
        }
    }
}
