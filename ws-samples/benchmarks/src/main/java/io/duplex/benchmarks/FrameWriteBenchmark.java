package io.duplex.benchmarks;

import io.duplex.frame.FrameHeader;
import io.duplex.frame.FrameWriter;
import io.duplex.frame.Mask;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
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

/** Writing 16 masked frames of 125 bytes into one buffer; the time is for one frame. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameWriteBenchmark {
    private static final int FRAMES = 16;
    private static final int PAYLOAD_BYTES = 125;
    private static final int KEY = 0x37FA213D;
    private static final int FIRST_BYTE = 0x82;

    /** The location of the output. */
    @Param({ "HEAP", "DIRECT" })
    public Memory memory;

    private final byte[] array = new byte[PAYLOAD_BYTES];
    private final ByteBuffer payload = ByteBuffer.wrap(array);
    private final byte[] keyBytes = NaiveCodec.keyBytes(KEY);
    private final MaskKeys keys = new MaskKeys();
    private ByteBuffer output;

    /** Allocates the output. */
    @Setup
    public void allocate() {
        output = memory.allocate(FRAMES * (FrameHeader.MAX_HEADER_BYTES + PAYLOAD_BYTES));
    }

    /**
     * Duplex, with a constant key like the naive codec.
     *
     * @return the output
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public ByteBuffer writer() {
        output.clear();
        for (int i = 0; i < FRAMES; i++) {
            FrameWriter.header(output, Opcode.BINARY, true, 0, PAYLOAD_BYTES, KEY);
            Mask.copy(payload.rewind(), output, KEY);
        }
        return output;
    }

    /**
     * Duplex, with a fresh key for each frame, as clients must.
     *
     * @return the output
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public ByteBuffer writerFreshKeys() {
        output.clear();
        for (int i = 0; i < FRAMES; i++) {
            int key = keys.next();
            FrameWriter.header(output, Opcode.BINARY, true, 0, PAYLOAD_BYTES, key);
            Mask.copy(payload.rewind(), output, key);
        }
        return output;
    }

    /**
     * The naive codec, with a constant key.
     *
     * @return the output
     */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public ByteBuffer naive() {
        output.clear();
        for (int i = 0; i < FRAMES; i++) {
            NaiveCodec.write(output, FIRST_BYTE, array, keyBytes);
        }
        return output;
    }
}
