package io.duplex.benchmarks;

import io.duplex.frame.FrameHeader;
import io.duplex.frame.FrameReader;
import io.duplex.frame.FrameWriter;
import io.duplex.frame.Opcode;
import io.duplex.frame.WebSocketProtocolException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Reading 16 masked frames of 125 bytes from one buffer; the time is for one frame. Duplex unmasks payloads
 * in the buffer, so they change between calls. Neither codec depends on their content.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameReadBenchmark {
    private static final int FRAMES = 16;
    private static final int PAYLOAD_BYTES = 125;
    private static final int KEY = 0x37FA213D;

    /** The location of the input. */
    @Param({ "HEAP", "DIRECT" })
    public Memory memory;

    private final FrameReader reader = new FrameReader(true, PAYLOAD_BYTES);
    private ByteBuffer input;

    /** Writes the frames. */
    @Setup
    public void fill() {
        input = memory.allocate(FRAMES * (FrameHeader.MAX_HEADER_BYTES + PAYLOAD_BYTES));
        for (int i = 0; i < FRAMES; i++) {
            FrameWriter.header(input, Opcode.BINARY, true, 0, PAYLOAD_BYTES, KEY);
            input.put(new byte[PAYLOAD_BYTES]);
        }
        input.flip();
    }

    /**
     * Duplex: events, and payloads in place.
     *
     * @param sink takes the payload's bounds
     * @throws WebSocketProtocolException never
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void reader(Blackhole sink) throws WebSocketProtocolException {
        input.rewind();
        FrameReader.Event event = reader.next(input);
        while (event != FrameReader.Event.NEED_MORE) {
            if (event == FrameReader.Event.PAYLOAD) {
                sink.consume(reader.payloadStart());
                sink.consume(reader.payloadEnd());
            }
            event = reader.next(input);
        }
    }

    /**
     * The naive codec: an object and a copy for each frame.
     *
     * @param sink consumes the frames
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void naive(Blackhole sink) {
        input.rewind();
        while (input.hasRemaining()) {
            sink.consume(NaiveCodec.read(input));
        }
    }
}
