package io.duplex.benchmarks;

import io.duplex.frame.Mask;
import java.nio.ByteBuffer;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Masking a payload: 8 bytes at a time in place and while copying, compared with two byte loops. The loop
 * over an array does not depend on {@code memory}. It is the faster one, because the JIT compiler may
 * vectorise it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MaskBenchmark {
    private static final int KEY = 0x37FA213D;

    /** The payload's length in bytes. */
    @Param({ "16", "125", "1024", "65536" })
    public int sizeBytes;

    /** The location of the payload. */
    @Param({ "HEAP", "DIRECT" })
    public Memory memory;

    private final byte[] keyBytes = NaiveCodec.keyBytes(KEY);
    private ByteBuffer buffer;
    private ByteBuffer target;
    private byte[] array;

    /** Fills the payload. */
    @Setup
    public void fill() {
        array = new byte[sizeBytes];
        new Random(1).nextBytes(array);
        buffer = memory.allocate(sizeBytes).put(array).flip();
        target = memory.allocate(sizeBytes);
    }

    /**
     * Duplex, in place.
     *
     * @return the rotated key
     */
    @Benchmark
    public int inPlace() {
        return Mask.apply(buffer, 0, sizeBytes, KEY);
    }

    /**
     * Duplex, from one buffer to another.
     *
     * @return the rotated key
     */
    @Benchmark
    public int copy() {
        return Mask.copy(buffer.rewind(), target.clear(), KEY);
    }

    /**
     * A byte loop on a buffer, in place.
     *
     * @return the buffer
     */
    @Benchmark
    public ByteBuffer naiveBuffer() {
        NaiveCodec.mask(buffer, 0, sizeBytes, keyBytes);
        return buffer;
    }

    /**
     * A byte loop on an array, in place.
     *
     * @return the array
     */
    @Benchmark
    public byte[] naiveArray() {
        NaiveCodec.mask(array, keyBytes);
        return array;
    }
}
