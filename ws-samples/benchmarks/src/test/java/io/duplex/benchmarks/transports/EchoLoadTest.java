package io.duplex.benchmarks.transports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Security;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loads put each contestant to work, in this process, for a moment; and a wrong echo does not pass. */
class EchoLoadTest {
    private static final long MOMENT_NANOS = 10_000_000;
    private static final Contestant RAW = Contestant.clear(Kind.RAW);

    static Stream<Contestant> contestants() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(Security.values()).map(security -> new Contestant(kind, security)))
                .filter(Contestant::exists)
                .filter(contestant -> contestant.kind() != Kind.NODE);
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @ParameterizedTest
    @MethodSource("contestants")
    void everyMessageComesBack(Contestant contestant) throws IOException {
        try (EchoServer server = contestant.start(2);
                Load load =
                        new EchoLoad(Dialer.to(contestant, address(server.port()), Wire.ECHO, 64), 3, 16)) {
            long first = load.run(MOMENT_NANOS);
            assertTrue(first >= 3 * 16, () -> first + " messages");
            assertTrue(load.run(MOMENT_NANOS) >= 3 * 16);
        }
    }

    /** Longer than a record of TLS, and than what a header of four bytes announces. */
    @ParameterizedTest
    @MethodSource("contestants")
    void everyLongMessageComesBack(Contestant contestant) throws IOException {
        try (EchoServer server = contestant.start(2);
                Load load = new EchoLoad(Dialer.to(contestant, address(server.port()), Wire.ECHO, 64 << 10),
                        2, 1)) {
            assertTrue(load.run(MOMENT_NANOS) >= 2);
        }
    }

    @ParameterizedTest
    @MethodSource("contestants")
    void everyConnectionEndsInOrder(Contestant contestant) throws IOException {
        try (EchoServer server = contestant.start(1);
                Load load =
                        new ConnectionStorm(Dialer.to(contestant, address(server.port()), Wire.ECHO, 1), 4)) {
            long count = load.run(1);
            assertEquals(4, count);
        }
    }

    @ParameterizedTest
    @MethodSource("contestants")
    void everyMemberGetsEveryBroadcast(Contestant contestant) throws IOException {
        Scenario scenario = new Scenario.FanOut(3, 128);
        try (EchoServer server = contestant.start(1)) {
            Optional<Load> load = scenario.on(contestant, address(server.port()));
            if (load.isPresent()) {
                try (Load broadcasts = load.get()) {
                    long count = broadcasts.run(MOMENT_NANOS);
                    assertEquals(0, count % 3);
                    assertEquals(count, broadcasts.roundTrips().getTotalCount());
                }
            }
        }
    }

    /** The rate holds however long the replies take, and each has a round trip. */
    @Test
    void aPacedLoadSendsAllMessagesThatAreDue() throws IOException {
        try (EchoServer server = RAW.start(1);
                Load load = new PacedLoad(Dialer.to(RAW, address(server.port()), Wire.ECHO, 64), 2, 10_000)) {
            long count = load.run(10 * MOMENT_NANOS);
            assertTrue(count > 0 && count <= 1001, () -> count + " messages");
            assertEquals(count, load.roundTrips().getTotalCount());
        }
    }

    @Test
    void aWrongByteFailsTheRun() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerWrongly(server));
            try (Load load =
                    new EchoLoad(Dialer.to(RAW, address(server.getLocalPort()), Wire.ECHO, 300), 1, 1)) {
                IOException e = assertThrows(IOException.class, () -> load.run(MOMENT_NANOS));
                assertEquals("a wrong echo", e.getMessage());
            }
        }
    }

    /** The opening is echoed as it is; of what follows one bit is another one. */
    private static void answerWrongly(ServerSocket server) {
        try (Socket socket = server.accept()) {
            int opening = new Wire(Kind.RAW, Wire.ECHO, 300).handshake().remaining();
            InputStream in = socket.getInputStream();
            socket.getOutputStream().write(in.readNBytes(opening));
            byte[] rest = new byte[1024];
            int count = in.read(rest);
            rest[count - 1] ^= 1;
            socket.getOutputStream().write(Arrays.copyOf(rest, count));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void noMoreMessagesAreInFlightThanACycleHas() {
        assertThrows(IllegalArgumentException.class,
                () -> new EchoLoad(Dialer.to(RAW, address(1), Wire.ECHO, 1), 1, 33));
    }
}
