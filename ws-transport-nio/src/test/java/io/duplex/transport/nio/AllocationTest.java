package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Frames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the threads of a server allocate: nothing for an echo, from the selector to the last written byte, and
 * little for a connection, from accept to close.
 */
class AllocationTest {
    private static final int ECHOES = 20_000;
    /** The first rounds load classes and wait for the compiler. */
    private static final int MAX_ROUNDS = 10;
    /** For all echoes together: something may be allocated once in a while, but not for each. */
    private static final long ALLOWED_BYTES = 1024;
    private static final int PAYLOAD_BYTES = 64;
    private static final int CONNECTIONS = 2_000;
    /** For accept, handshake, session, Close frames and release; the JDK's channel and key are 800 of it. */
    private static final long ALLOWED_BYTES_A_CONNECTION = 6 << 10;
    private static final String THREADS = "allocation-test";

    /** 1000, masked with a key of zeros. */
    private static final byte[] CLOSE = { (byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE8 };

    private static final class Echo implements WebSocketHandler {
        private volatile long loopThread;

        @Override
        public void onOpen(WebSocket ws) {
            loopThread = Thread.currentThread().threadId();
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            ws.send(payload);
        }
    }

    @Test
    void anEchoAllocatesNothingOnTheLoop() throws IOException {
        assertNothingAllocated(1);
    }

    @Test
    void echoesOfManyConnectionsInOneTurnAllocateNothing() throws IOException {
        assertNothingAllocated(16);
    }

    /** Views of the payload, and the links of the send queue; never its bytes. */
    @ParameterizedTest
    @CsvSource({ "65536, 1000, 512", "1048576, 100, 2048", "4194304, 40, 2048" })
    void aLargeEchoAllocatesLittle(int payloadBytes, int echoes, long allowedBytes) throws IOException {
        assertAllocated(1, payloadBytes, echoes, allowedBytes * echoes);
    }

    @Test
    void aConnectionAllocatesLittleFromAcceptToClose() throws IOException {
        try (WebSocketServer server = WebSocketServer.builder()
                .transport(new NioTransport(1))
                .threadName(THREADS)
                .bind("127.0.0.1", 0)
                .endpoint("/", new Echo())
                .start()) {
            List<Long> threads = Thread.getAllStackTraces()
                    .keySet()
                    .stream()
                    .filter(thread -> thread.getName().startsWith(THREADS))
                    .map(Thread::threadId)
                    .toList();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < MAX_ROUNDS && least > ALLOWED_BYTES_A_CONNECTION; round++) {
                long before = threads.stream().mapToLong(AllocationTest::allocatedBytes).sum();
                for (int i = 0; i < CONNECTIONS; i++) {
                    openAndClose(server.port());
                }
                long after = threads.stream().mapToLong(AllocationTest::allocatedBytes).sum();
                least = Math.min(least, (after - before) / CONNECTIONS);
            }
            long allocated = least;
            assertTrue(allocated > 0);
            assertTrue(allocated <= ALLOWED_BYTES_A_CONNECTION, () -> allocated + " bytes for a connection");
        }
    }

    private static void openAndClose(int port) throws IOException {
        try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), port)) {
            shakeHands(peer);
            peer.getOutputStream().write(CLOSE);
            assertEquals(4, peer.getInputStream().readAllBytes().length);
        }
    }

    private static void assertNothingAllocated(int connections) throws IOException {
        assertAllocated(connections, PAYLOAD_BYTES, ECHOES / connections, ALLOWED_BYTES);
    }

    private static void assertAllocated(int connections, int payloadBytes, int echoes, long allowedBytes)
            throws IOException {
        Echo echo = new Echo();
        try (WebSocketServer server = WebSocketServer.builder()
                .transport(new NioTransport(1))
                .bind("127.0.0.1", 0)
                .options(ConnectionOptions.SERVER.withLimits(Limits.DEFAULT.withMaxMessageBytes(4 << 20)))
                .endpoint("/", echo)
                .start()) {
            List<Socket> peers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                peers.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
                peers.getLast().setTcpNoDelay(true);
                shakeHands(peers.getLast());
            }
            long least = Long.MAX_VALUE;
            for (int round = 0; round < MAX_ROUNDS && least > allowedBytes; round++) {
                long before = allocatedBytes(echo.loopThread);
                exchange(peers, payloadBytes, echoes);
                least = Math.min(least, allocatedBytes(echo.loopThread) - before);
            }
            long allocated = least;
            assertTrue(allocatedBytes(echo.loopThread) > 0);
            for (Socket peer : peers) {
                peer.close();
            }
            assertTrue(allocated <= allowedBytes, () -> allocated + " bytes for " + echoes + " echoes");
        }
    }

    /**
     * By reflection: tests are compiled as a part of the module, which does not read {@code jdk.management}.
     */
    private static long allocatedBytes(long thread) {
        try {
            Object bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return (long) Class.forName("com.sun.management.ThreadMXBean")
                    .getMethod("getThreadAllocatedBytes", long.class)
                    .invoke(bean, thread);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static void shakeHands(Socket peer) throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        peer.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) peer.getInputStream().read());
        }
        assertTrue(answer.toString().startsWith("HTTP/1.1 101 "), answer::toString);
    }

    /** Binary frames, one at a time from each peer. */
    private static void exchange(List<Socket> peers, int payloadBytes, int echoes) throws IOException {
        byte[] payload = new byte[payloadBytes];
        payload[payloadBytes - 1] = 1;
        byte[] frame = Frames.binary(payload).mask().bytes();
        byte[] expected = Frames.binary(payload).bytes();
        byte[] answer = new byte[expected.length];
        for (int i = 0; i < echoes; i++) {
            for (Socket peer : peers) {
                peer.getOutputStream().write(frame);
            }
            for (Socket peer : peers) {
                assertEquals(answer.length, peer.getInputStream().readNBytes(answer, 0, answer.length));
                assertArrayEquals(expected, answer);
            }
        }
    }
}
