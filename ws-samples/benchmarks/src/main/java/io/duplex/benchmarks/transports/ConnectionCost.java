package io.duplex.benchmarks.transports;

import com.sun.management.ThreadMXBean;
import io.duplex.WebSocketHandler;
import io.duplex.server.WebSocketServer;
import io.duplex.transport.nio.NioTransport;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Measures what one connection costs the threads of a server on nio, from accept to close: a plain socket
 * sends a fixed upgrade request, reads the response, sends a Close frame and reads to the FIN. Prints a line
 * for each round; the first ones show how the compiler warms up.
 */
public final class ConnectionCost {
    private static final String THREADS = "connection-cost";
    private static final int CONNECTIONS_A_ROUND = 10_000;
    /** Connections open at once, so that the loop has several ready sockets in a turn. */
    private static final int AT_ONCE = 8;
    private static final int HEAD_END = 0x0D0A0D0A;
    private static final int CLOSE_BYTES = 4;
    private static final ThreadMXBean THREAD_BEAN =
            (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final InetSocketAddress server;
    private final byte[] request;
    /** 1000, masked with a key of zeros. */
    private final byte[] close = { (byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE8 };
    private final ByteBuffer out = ByteBuffer.allocateDirect(1024);
    private final ByteBuffer in = ByteBuffer.allocateDirect(4096);

    private ConnectionCost(int port) {
        server = new InetSocketAddress("127.0.0.1", port);
        request = ("GET /echo HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Runs rounds of 10,000 connections.
     *
     * @param args the number of rounds; 10 if there is none
     * @throws IOException if a connection fails
     */
    public static void main(String[] args) throws IOException {
        int rounds = args.length == 0 ? 10 : Integer.parseInt(args[0]);
        try (WebSocketServer server = WebSocketServer.builder()
                .transport(new NioTransport(1))
                .threadName(THREADS)
                .bind("127.0.0.1", 0)
                .endpoint("/echo", new WebSocketHandler() {})
                .start()) {
            ConnectionCost cost = new ConnectionCost(server.port());
            for (int round = 1; round <= rounds; round++) {
                cost.round(round);
            }
        }
    }

    private void round(int number) throws IOException {
        List<Long> threads = Thread.getAllStackTraces()
                .keySet()
                .stream()
                .filter(thread -> thread.getName().startsWith(THREADS))
                .map(Thread::threadId)
                .toList();
        long userNanos = sum(threads, THREAD_BEAN::getThreadUserTime);
        long cpuNanos = sum(threads, THREAD_BEAN::getThreadCpuTime);
        long bytes = sum(threads, THREAD_BEAN::getThreadAllocatedBytes);
        long start = System.nanoTime();
        for (int i = 0; i < CONNECTIONS_A_ROUND; i += AT_ONCE) {
            openAndClose();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%2d: %,d/s, user %.1f µs, CPU %.1f µs, %,d bytes each%n", number,
                Math.round(CONNECTIONS_A_ROUND / seconds),
                (sum(threads, THREAD_BEAN::getThreadUserTime) - userNanos) / 1e3 / CONNECTIONS_A_ROUND,
                (sum(threads, THREAD_BEAN::getThreadCpuTime) - cpuNanos) / 1e3 / CONNECTIONS_A_ROUND,
                (sum(threads, THREAD_BEAN::getThreadAllocatedBytes) - bytes) / CONNECTIONS_A_ROUND);
    }

    private static long sum(List<Long> threads, ToLongFunction<Long> figure) {
        return threads.stream().mapToLong(figure).sum();
    }

    private void openAndClose() throws IOException {
        SocketChannel[] peers = new SocketChannel[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) {
            peers[i] = SocketChannel.open(server);
            peers[i].setOption(StandardSocketOptions.TCP_NODELAY, true);
            peers[i].write(out.clear().put(request).flip());
        }
        for (SocketChannel peer : peers) {
            in.clear();
            do {
                if (peer.read(in) < 0) {
                    throw new EOFException("the server refused the handshake");
                }
            } while (in.getInt(in.position() - Integer.BYTES) != HEAD_END);
            peer.write(out.clear().put(close).flip());
        }
        for (SocketChannel peer : peers) {
            in.clear();
            while (peer.read(in) >= 0) {
                // Up to the FIN.
            }
            peer.close();
            if (in.position() != CLOSE_BYTES) {
                throw new IOException("not one Close frame, but " + in.position() + " bytes");
            }
        }
    }
}
