package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The codec against the naive one, on random frames in random buffers with random cuts. */
class FrameCodecPropertyTest {
    /** What both codecs are asked to code; a control frame's payload is cut to what it may carry. */
    record Sample(Opcode opcode, boolean fin, int reservedBits, int key, byte[] payload) {
        NaiveFrame naive(boolean masked) {
            return new NaiveFrame(fin, reservedBits, opcode.value(), masked, key, payload);
        }

        String header() {
            return FrameTrace.header(opcode, fin, reservedBits, payload.length);
        }
    }

    @Provide
    Arbitrary<List<Sample>> samples() {
        Arbitrary<Integer> lengths = Arbitraries.oneOf(Arbitraries.integers().between(0, 130),
                Arbitraries.integers().between(0, 3000), Arbitraries.of(125, 126, 127, 65535, 65536));
        return Combinators.combine(Arbitraries.of(Opcode.class), Arbitraries.of(true, false),
                Arbitraries.integers().between(0, 7), Arbitraries.integers(), lengths, Arbitraries.longs())
                .as(FrameCodecPropertyTest::sample)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    private static Sample sample(Opcode opcode, boolean fin, int bits, int key, int length, long seed) {
        boolean first = opcode == Opcode.TEXT || opcode == Opcode.BINARY;
        int most = opcode.isControl() ? length % 126 : length;
        return new Sample(opcode, fin || opcode.isControl(), first ? bits : 0, key,
                Bytes.random(new Random(seed), most));
    }

    @Property(tries = 300)
    void whatTheNaiveCodecWritesIsRead(@ForAll("samples") List<Sample> samples, @ForAll BufferKind kind,
            @ForAll boolean masked, @ForAll long seed) {
        byte[] wire = new byte[0];
        List<String> expected = new ArrayList<>();
        for (Sample sample : samples) {
            wire = Bytes.join(wire, sample.naive(masked).encode());
            expected.add(sample.header());
            expected.add(FrameTrace.payload(sample.payload()));
        }
        FrameReader reader = new FrameReader(masked, 65536);
        reader.allowReservedBits(7);
        assertEquals(expected, FrameTrace.of(reader, kind, wire, cuts(wire.length, new Random(seed))));
    }

    /** Few or many cuts, some at the same place. */
    private static int[] cuts(int length, Random random) {
        return random.ints(random.nextInt(1 << random.nextInt(8)), 0, length + 1).sorted().toArray();
    }

    @Property(tries = 300)
    void whatIsWrittenTheNaiveCodecReads(@ForAll("samples") List<Sample> samples, @ForAll BufferKind kind,
            @ForAll boolean masked) throws IOException {
        for (Sample sample : samples) {
            byte[] wire = write(sample, kind, masked);
            assertArrayEquals(sample.naive(masked).encode(), wire);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(wire));
            assertArrayEquals(sample.payload(), NaiveFrame.decode(in).payload());
            assertEquals(0, in.available());
        }
    }

    private static byte[] write(Sample sample, BufferKind kind, boolean masked) {
        int length = sample.payload().length;
        ByteBuffer dst = kind.room(FrameHeader.headerBytes(length, masked) + length);
        int start = dst.position();
        ByteBuffer payload = ByteBuffer.wrap(sample.payload());
        if (masked) {
            FrameWriter.header(dst, sample.opcode(), sample.fin(), sample.reservedBits(), length,
                    sample.key());
            Mask.copy(payload, dst, sample.key());
        } else {
            FrameWriter.header(dst, sample.opcode(), sample.fin(), sample.reservedBits(), length);
            dst.put(payload);
        }
        assertEquals(0, dst.remaining(), "the header was as long as foretold");
        return BufferKind.remaining(dst.position(start));
    }

    @Property
    void randomBytesGiveTheSameEventsHoweverCut(@ForAll byte[] wire, @ForAll BufferKind kind,
            @ForAll boolean masked, @ForAll long seed) {
        List<String> whole = FrameTrace.of(new FrameReader(masked, 100), BufferKind.HEAP, wire);
        int[] cuts = cuts(wire.length, new Random(seed));
        assertEquals(whole, FrameTrace.of(new FrameReader(masked, 100), kind, wire, cuts));
        assertEquals(whole, FrameTrace.byteByByte(new FrameReader(masked, 100), kind, wire));
    }
}
