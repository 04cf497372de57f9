package io.duplex.benchmarks.transports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.benchmarks.transports.Contestant.Kind;
import io.duplex.benchmarks.transports.Contestant.Sockets;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loads put each contestant to work, in this process, for a moment; and a wrong echo does not pass. */
class EchoLoadTest {
    private static final long MOMENT_NANOS = 10_000_000;

    static Stream<Contestant> contestants() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(Sockets.values()).map(sockets -> new Contestant(kind, sockets)));
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @ParameterizedTest
    @MethodSource("contestants")
    void everyMessageComesBack(Contestant contestant) throws IOException {
        try (EchoServer server = contestant.start(2);
                Load load = new EchoLoad(new Wire(contestant.kind(), 64), address(server.port()), 3, 16)) {
            long first = load.run(MOMENT_NANOS);
            assertTrue(first >= 3 * 16, () -> first + " messages");
            assertTrue(load.run(MOMENT_NANOS) >= 3 * 16);
        }
    }

    @ParameterizedTest
    @MethodSource("contestants")
    void everyConnectionEndsInOrder(Contestant contestant) throws IOException {
        try (EchoServer server = contestant.start(1);
                Load load = new ConnectionStorm(new Wire(contestant.kind(), 1), address(server.port()), 4)) {
            long count = load.run(1);
            assertEquals(4, count);
        }
    }

    @Test
    void aWrongByteFailsTheRun() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerWrongly(server));
            try (Load load = new EchoLoad(new Wire(Kind.RAW, 300), address(server.getLocalPort()), 1, 1)) {
                IOException e = assertThrows(IOException.class, () -> load.run(MOMENT_NANOS));
                assertEquals("a wrong echo", e.getMessage());
            }
        }
    }

    /** The opening is echoed as it is; of what follows one bit is another one. */
    private static void answerWrongly(ServerSocket server) {
        try (Socket socket = server.accept()) {
            int opening = new Wire(Kind.RAW, 300).handshake().length;
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
                () -> new EchoLoad(new Wire(Kind.RAW, 1), address(1), 1, Wire.CYCLE + 1));
    }
}
