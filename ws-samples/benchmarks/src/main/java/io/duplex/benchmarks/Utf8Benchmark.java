package io.duplex.benchmarks;

import io.duplex.frame.Utf8Validator;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
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

/** Checking a text: Duplex, a byte loop, and the JDK's decoder, which also produces chars. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Utf8Benchmark {
    /** The characters of the text. */
    public enum Text {
        /** One byte a character. */
        ASCII("The quick brown fox jumps over the lazy dog. "),
        /** One to four bytes a character, about half of the bytes not ASCII. */
        MIXED("Grüße, Καλημέρα κόσμε, 你好世界, \uD83D\uDE00 ok. ");

        private final String sample;

        Text(String sample) {
            this.sample = sample;
        }

        /** Returns the whole characters that fit, padded with full stops. */
        byte[] bytes(int length) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            CharBuffer chars = CharBuffer.wrap(sample.repeat(length / sample.length() + 1));
            StandardCharsets.UTF_8.newEncoder().encode(chars, bytes, true);
            while (bytes.hasRemaining()) {
                bytes.put((byte) '.');
            }
            return bytes.array();
        }
    }

    /** The text's length in bytes. */
    @Param({ "125", "65536" })
    public int sizeBytes;

    /** The text. */
    @Param({ "ASCII", "MIXED" })
    public Text text;

    /** The location of the text. */
    @Param({ "HEAP", "DIRECT" })
    public Memory memory;

    private final Utf8Validator validator = new Utf8Validator();
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private ByteBuffer buffer;
    private CharBuffer chars;

    /** Encodes the text. */
    @Setup
    public void fill() {
        buffer = memory.allocate(sizeBytes).put(text.bytes(sizeBytes)).flip();
        chars = CharBuffer.allocate(sizeBytes);
    }

    /**
     * Duplex.
     *
     * @return true
     */
    @Benchmark
    public boolean validator() {
        validator.reset();
        return validator.accept(buffer, 0, sizeBytes) && validator.atBoundary();
    }

    /**
     * A byte loop.
     *
     * @return true
     */
    @Benchmark
    public boolean naive() {
        return NaiveCodec.isUtf8(buffer, 0, sizeBytes);
    }

    /**
     * The JDK's decoder.
     *
     * @return UNDERFLOW
     */
    @Benchmark
    public CoderResult charsetDecoder() {
        return decoder.reset().decode(buffer.rewind(), chars.clear(), true);
    }
}
