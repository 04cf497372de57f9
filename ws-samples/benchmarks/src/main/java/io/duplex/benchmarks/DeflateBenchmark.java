package io.duplex.benchmarks;

import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionException;
import io.duplex.extension.Negotiated;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.frame.WebSocketProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * Cost of permessage-deflate for each message of JSON-like text, with and without context takeover. Frames,
 * masks and sockets are excluded. Each score covers one whole message, which is contiguous in memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DeflateBenchmark {
    private static final long SEED = 7692;

    /** Length of a message before compression. */
    @Param({ "1024", "65536" })
    public int messageBytes;

    /** With context takeover the window is kept between messages. */
    @Param({ "false", "true" })
    public boolean contextTakeover;

    private Extension server;
    private Extension client;
    private ByteBuffer message;
    private ByteBuffer payload;

    /**
     * Creates the text, and a payload that decodes on its own, so that it can be repeated in both modes.
     */
    @Setup(Level.Trial)
    public void negotiate() throws ExtensionException {
        PerMessageDeflate options = PerMessageDeflate.builder()
                .serverNoContextTakeover(!contextTakeover)
                .clientNoContextTakeover(!contextTakeover)
                .build();
        Negotiated negotiated = options.accept(options.offers().getFirst()).orElseThrow();
        server = negotiated.extension();
        client = options.agree(negotiated.response());
        message = ByteBuffer.wrap(json(messageBytes));
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        client.encode(message.duplicate(), true, piece -> {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            first.writeBytes(bytes);
        });
        payload = ByteBuffer.wrap(first.toByteArray());
    }

    /** Frees the native memory. */
    @TearDown(Level.Trial)
    public void close() {
        server.close();
        client.close();
    }

    /**
     * Compresses one message.
     *
     * @return the compressed length, so that nothing is optimized away
     */
    @Benchmark
    public int encode() {
        Count count = new Count();
        server.encode(message.duplicate(), true, count::add);
        return count.bytes;
    }

    /**
     * Decompresses one message.
     *
     * @return the length of the text
     * @throws WebSocketProtocolException never
     */
    @Benchmark
    public int decode() throws WebSocketProtocolException {
        Count count = new Count();
        server.decode(payload.duplicate(), true, count::add);
        return count.bytes;
    }

    private static byte[] json(int length) {
        Random random = new Random(SEED);
        StringBuilder text = new StringBuilder("[");
        while (text.length() < length) {
            text.append("{\"id\":")
                    .append(random.nextInt(1_000_000))
                    .append(",\"symbol\":\"S")
                    .append(random.nextInt(500))
                    .append("\",\"price\":")
                    .append(random.nextInt(100_000) / 100.0)
                    .append(",\"active\":")
                    .append(random.nextBoolean())
                    .append("},");
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    /** Adds up the lengths of a message's pieces. */
    private static final class Count {
        private int bytes;

        private void add(ByteBuffer piece) {
            bytes += piece.remaining();
        }
    }
}
