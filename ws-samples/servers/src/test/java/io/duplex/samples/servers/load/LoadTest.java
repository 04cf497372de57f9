package io.duplex.samples.servers.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.samples.servers.load.Peer.Phase;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The echo server under load, on each transport, seen from outside: what clients get, and what the process
 * uses. A build runs it small; {@code -Dduplex.load=full} runs it whole and prints figures.
 */
@Tag("load")
@EnabledOnOs(value = OS.LINUX, disabledReason = "the server's sockets and memory are read from /proc")
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadTest {
    /** Processor time is counted in ticks of 10 ms; a thread that spins uses the whole span. */
    private static final Duration IDLE = Duration.ofMillis(20);
    private static final int LONG_MESSAGE_BYTES = 32 << 10;
    /**
     * More than the kernel's buffers at both ends may grow to (tcp(7): tcp_rmem, tcp_wmem), of which the
     * server's are kept small.
     */
    private static final int BURST_BYTES = 32 << 20;

    @ParameterizedTest
    @ValueSource(strings = { "bio", "nio", "loom" })
    void manyConnectionsAllEchoAndThenIdleForFree(String transport) throws Exception {
        int count = Load.full() ? transport.equals("bio") ? 2_000 : 10_000 : 500;
        try (ServerProcess server = ServerProcess.start(transport, List.of());
                Crowd crowd = new Crowd(server.address())) {
            crowd.open(count);
            assertEquals(count, crowd.in(Phase.OPEN), crowd.toString());
            crowd.echoOnce();
            crowd.echoOnce();
            assertEquals(2L * count, crowd.echoes());
            Duration idle = server.leastProcessorTime(IDLE);
            Load.say(transport,
                    count + " idle connections use " + idle.toMillis() + " ms of processor time in "
                            + ServerProcess.SPAN_MILLIS + " ms, and " + (server.residentBytes() >> 20)
                            + " MiB in RAM");
            assertTrue(idle.compareTo(IDLE) <= 0, "not idle: " + idle);
            assertEquals(count, crowd.in(Phase.OPEN), crowd.toString());
        }
    }

    /** What it would have to hold, if it held what these peers cause, is many times the heap it has. */
    @ParameterizedTest
    @ValueSource(strings = { "bio", "nio", "loom" })
    void peersThatNeverReadCostBoundedMemoryAndNobodyElsesTime(String transport) throws Exception {
        int count = Load.full() ? 1_000 : 100;
        List<String> heap = List.of(Load.full() ? "-Xmx512m" : "-Xmx64m", "-XX:+ExitOnOutOfMemoryError");
        try (ServerProcess server = ServerProcess.start(transport, heap, "--max-message", "64k",
                "--socket-option", "SO_SNDBUF=64k", "--socket-option", "SO_RCVBUF=64k");
                Crowd deaf = Crowd.withSmallBuffers(server.address());
                Crowd healthy = new Crowd(server.address())) {
            healthy.open(1);
            Latency alone = Latency.of(healthy, Load.full() ? 5_000 : 200);
            deaf.open(count);
            byte[] burst =
                    burst(Frames.binary(new byte[LONG_MESSAGE_BYTES]).mask().bytes());
            for (Peer peer : deaf.peers()) {
                peer.reading(false);
                peer.send(burst);
            }
            deaf.untilNothingIsTaken(healthy);
            assertEquals(0, deaf.peers().stream().filter(Peer::hasSentAll).count(),
                    "the server took all from a peer that reads nothing");
            Latency beside = Latency.of(healthy, Load.full() ? 5_000 : 200);
            Load.say(transport, "round trip alone " + alone + ", beside " + count + " peers that never read "
                    + beside + "; " + (server.residentBytes() >> 20) + " MiB in RAM");
            assertTrue(!Load.full() || beside.medianNanos() < 2 * alone.medianNanos(), alone + ", " + beside);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "bio", "nio", "loom" })
    void halfOpenHandshakesHoldNobodyUpAndAreGoneAtTheDeadline(String transport) throws Exception {
        int count = Load.full() ? 500 : 50;
        try (ServerProcess server = ServerProcess.start(transport, List.of());
                Crowd halfOpen = new Crowd(server.address());
                Crowd healthy = new Crowd(server.address())) {
            halfOpen.connect(count);
            byte[] half = "GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgr".getBytes(
                    StandardCharsets.US_ASCII);
            halfOpen.peers().forEach(peer -> peer.send(half));
            healthy.open(10);
            healthy.echoOnce();
            assertEquals(10, healthy.echoes());
            if (Load.full()) {
                // Each hears 408 first, which a client that waits for 101 takes for a failure.
                halfOpen.until("gone", () -> halfOpen.in(Phase.HANDSHAKING) == 0);
                healthy.echoOnce();
                Patience.await("their sockets are closed", () -> server.sockets() < 10 + 10);
                Load.say(transport, count + " half-open handshakes are gone");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "bio", "nio", "loom" })
    void aStormOfConnectsAndResetsLeavesNothingBehind(String transport) throws Exception {
        int waves = Load.full() ? 100 : 10;
        try (ServerProcess server = ServerProcess.start(transport, List.of());
                Crowd healthy = new Crowd(server.address())) {
            healthy.open(10);
            healthy.echoOnce();
            long sockets = server.sockets();
            Random random = new Random(4711);
            for (int i = 0; i < waves; i++) {
                storm(server, random);
            }
            healthy.echoOnce();
            assertEquals(20, healthy.echoes());
            Patience.await("the sockets are as before", () -> server.sockets() <= sockets);
            Load.say(transport, waves * 200 + " connects and resets, then " + server.threads() + " threads");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "bio", "nio", "loom" })
    void manyConnectionsOneAfterTheOtherLeaveNothingBehind(String transport) throws Exception {
        int count = Load.full() ? 20_000 : 1_000;
        try (ServerProcess server = ServerProcess.start(transport, List.of())) {
            useAndClose(server, 200);
            long threads = server.threads();
            long sockets = server.sockets();
            useAndClose(server, count);
            Patience.await("the sockets are as before", () -> server.sockets() <= sockets);
            // Those of the collector, of the compiler and of virtual threads come and go.
            Patience.await("the threads are as before", () -> server.threads() <= threads + 10);
            long left = server.objects("io.duplex.internal.session.Session");
            Load.say(transport, "after " + count + " connections: " + server.threads() + " threads, "
                    + server.sockets() + " sockets, " + left + " sessions, "
                    + (server.residentBytes() >> 20) + " MiB in RAM");
            assertTrue(left <= 10, left + " sessions are left");
        }
    }

    private static void useAndClose(ServerProcess server, int count) throws IOException {
        for (int i = 0; i < count; i += 100) {
            try (Crowd crowd = new Crowd(server.address())) {
                crowd.open(100);
                crowd.echoOnce();
                assertEquals(100, crowd.echoes());
            }
        }
    }

    /**
     * Some are reset in the middle of the request, some when open, some behind half a frame, some with an
     * echo under way.
     */
    private static void storm(ServerProcess server, Random random) throws IOException {
        try (Crowd crowd = new Crowd(server.address())) {
            crowd.connect(100);
            byte[] request = RawSocket.request("/echo");
            for (Peer peer : crowd.peers()) {
                byte[] cut = new byte[random.nextInt(request.length)];
                System.arraycopy(request, 0, cut, 0, cut.length);
                peer.send(cut);
            }
            crowd.open(100);
            byte[] frame = Frames.binary(Crowd.MESSAGE).mask().bytes();
            for (Peer peer : crowd.peers().subList(100, 200)) {
                byte[] cut = new byte[random.nextInt(frame.length + 1)];
                System.arraycopy(frame, 0, cut, 0, cut.length);
                peer.send(cut);
            }
            for (Peer peer : crowd.peers()) {
                peer.reset();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "bio", "nio", "loom" })
    void stopUnderFullLoadSaysGoodbyeToEveryone(String transport) throws Exception {
        int count = Load.full() ? 1_000 : 200;
        try (ServerProcess server = ServerProcess.start(transport, List.of());
                Crowd crowd = new Crowd(server.address())) {
            crowd.open(count);
            crowd.echoForEver();
            crowd.until("busy", () -> crowd.echoes() > 10L * count);
            server.terminate();
            crowd.until("gone", () -> crowd.in(Phase.OPEN) == 0);
            assertEquals(Map.of(1001, count), crowd.closeCodes());
            assertEquals(count, crowd.in(Phase.ENDED), crowd.toString());
            assertEquals(0, server.exitCode());
        }
    }

    /** They have ended their direction, and what they caused waits: there is nothing to read for ever. */
    @ParameterizedTest
    @ValueSource(strings = { "bio", "nio", "loom" })
    void halfClosedClientsThatReadNothingDoNotSpin(String transport) throws Exception {
        int count = Load.full() ? 500 : 50;
        try (ServerProcess server = ServerProcess.start(transport, List.of(), "--max-message", "4m");
                Crowd crowd = new Crowd(server.address())) {
            crowd.open(count);
            byte[] message = Frames.binary(new byte[3 << 20]).mask().bytes();
            for (Peer peer : crowd.peers()) {
                peer.send(message);
            }
            crowd.peers().forEach(peer -> peer.reading(false));
            crowd.until("sent", () -> crowd.peers().stream().allMatch(Peer::hasSentAll));
            for (Peer peer : crowd.peers()) {
                peer.halfClose();
            }
            Duration idle = server.leastProcessorTime(IDLE);
            Load.say(transport,
                    count + " half-closed clients use " + idle.toMillis() + " ms of processor time in "
                            + ServerProcess.SPAN_MILLIS + " ms");
            assertTrue(idle.compareTo(IDLE) <= 0, "it spins: " + idle);
        }
    }

    private static byte[] burst(byte[] frame) {
        byte[][] frames = new byte[BURST_BYTES / frame.length][];
        Arrays.fill(frames, frame);
        return Frames.join(frames);
    }
}
