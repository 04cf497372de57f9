package io.duplex.benchmarks;

import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.internal.protocol.Role;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One message from a client to an echo server and back, in memory: two sends, two frames written and read,
 * two callbacks. Sockets, threads and the clock are excluded. {@code -prof gc} shows the allocation for each
 * message.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MessageRoundTripBenchmark {
    /** Bytes that a transport moves in one call. */
    private static final int BUFFER_BYTES = 128 << 10;
    private static final long SEED = 6455;

    /** Type and size of the message. */
    public enum Kind {
        /** The maximum payload without extended length bytes. */
        BINARY_125(125, false),
        /** The same in ASCII text. */
        TEXT_125(125, true),
        /** 64 KiB. */
        BINARY_64K(64 << 10, false);

        private final int sizeBytes;
        private final boolean text;

        Kind(int sizeBytes, boolean text) {
            this.sizeBytes = sizeBytes;
            this.text = text;
        }
    }

    /** The message. */
    @Param({ "BINARY_125", "TEXT_125", "BINARY_64K" })
    public Kind kind;

    private final Answers answers = new Answers();
    private final NaiveEcho naive = new NaiveEcho(BUFFER_BYTES);
    private String text;
    private byte[] bytes;
    private ByteBuffer binary;
    private MemoryEnd client;
    private MemoryEnd server;

    /** Opens a connection, and checks that both versions return the message. */
    @Setup
    public void connect() {
        bytes = new byte[kind.sizeBytes];
        new Random(SEED).nextBytes(bytes);
        binary = ByteBuffer.wrap(bytes);
        text = "x".repeat(kind.sizeBytes);
        server = new MemoryEnd(Role.SERVER, new Echo(), BUFFER_BYTES);
        client = new MemoryEnd(Role.CLIENT, answers, BUFFER_BYTES);
        Object back = naive();
        boolean same = kind.text ? back.equals(text) : Arrays.equals((byte[]) back, bytes);
        if (duplex() != kind.sizeBytes || !same) {
            throw new IllegalStateException("the message did not come back");
        }
    }

    /** Releases the connection. */
    @TearDown
    public void release() {
        client.release();
        server.release();
    }

    /**
     * Duplex.
     *
     * @return the length of the answer
     */
    @Benchmark
    public long duplex() {
        answers.length = -1;
        if (kind.text) {
            client.socket().send(text);
        } else {
            client.socket().send(binary.rewind());
        }
        client.moveTo(server);
        server.moveTo(client);
        return answers.length;
    }

    /**
     * The naive version.
     *
     * @return the answer
     */
    @Benchmark
    public Object naive() {
        return naive.roundTrip(kind.text ? text : bytes);
    }

    /** The server's application. */
    private static final class Echo implements WebSocketHandler {
        @Override
        public void onText(WebSocket ws, String message) {
            ws.send(message);
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            ws.send(payload);
        }
    }

    /** The client's application. */
    private static final class Answers implements WebSocketHandler {
        private long length;

        @Override
        public void onText(WebSocket ws, String message) {
            length = message.length();
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            length = payload.remaining();
        }
    }
}
