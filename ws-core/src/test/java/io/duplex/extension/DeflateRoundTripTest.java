package io.duplex.extension;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.zip.Deflater;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Random messages, cuts and agreements, against implementations that know whole messages only. */
class DeflateRoundTripTest {
    @Provide
    Arbitrary<List<byte[]>> messages() {
        Arbitrary<byte[]> tiny = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
        Arbitrary<Integer> length = Arbitraries.integers().between(0, 20_000);
        Arbitrary<byte[]> wordy = length.map(bytes -> Codecs.wordy(bytes, bytes % 7));
        Arbitrary<byte[]> noise = length.map(bytes -> Codecs.noise(bytes, bytes % 7));
        return Arbitraries.oneOf(tiny, wordy, noise).list().ofMinSize(1).ofMaxSize(6);
    }

    private static PerMessageDeflate options(boolean serverTakeover, boolean clientTakeover, int bits) {
        return PerMessageDeflate.builder()
                .serverNoContextTakeover(!serverTakeover)
                .clientNoContextTakeover(!clientTakeover)
                .serverMaxWindowBits(bits)
                .clientMaxWindowBits(bits)
                .build();
    }

    @Property(tries = 60)
    void whatOneSideEncodesTheOtherDecodes(@ForAll("messages") List<byte[]> messages,
            @ForAll boolean serverTakeover, @ForAll boolean clientTakeover,
            @ForAll @IntRange(min = 8, max = 15) int bits,
            @ForAll @IntRange(min = 1, max = 3000) int encodePart,
            @ForAll @IntRange(min = 1, max = 3000) int decodePart)
            throws Exception {
        PerMessageDeflate options = options(serverTakeover, clientTakeover, bits);
        Negotiated taken = options.accept(options.offers().getFirst()).orElseThrow();
        try (Extension server = taken.extension(); Extension client = options.agree(taken.response())) {
            for (byte[] message : messages) {
                byte[] toClient = Codecs.encode(server, message, encodePart);
                assertArrayEquals(message, Codecs.decode(client, toClient, decodePart));
                byte[] toServer = Codecs.encode(client, message, encodePart);
                assertArrayEquals(message, Codecs.decode(server, toServer, decodePart));
            }
        }
        assertEquals(List.of(0L, 0L, 0L),
                List.of(options.deflaters().lent(), options.inflaters().lent(), options.scratches().lent()));
    }

    @Property(tries = 40)
    void aNaivePeerReadsWhatIsEncoded(@ForAll("messages") List<byte[]> messages, @ForAll boolean takeover,
            @ForAll @IntRange(min = 8, max = 15) int bits, @ForAll @IntRange(min = 1, max = 3000) int part) {
        Extension server = Codecs.server(options(takeover, true, bits), "permessage-deflate");
        ReferenceInflater peer = new ReferenceInflater(bits);
        for (byte[] message : messages) {
            assertArrayEquals(message, peer.inflateMessage(Codecs.encode(server, message, part)));
            if (!takeover) {
                peer.forgetWindow();
            }
        }
    }

    @Property(tries = 60)
    void whatANaivePeerWritesIsDecoded(@ForAll("messages") List<byte[]> messages, @ForAll boolean takeover,
            @ForAll @IntRange(min = 0, max = 9) int level, @ForAll @IntRange(min = 1, max = 3000) int part)
            throws Exception {
        Extension server = Codecs.server(options(true, takeover, 15), "permessage-deflate");
        Deflater peer = new Deflater(level, true);
        for (byte[] message : messages) {
            assertArrayEquals(message, Codecs.decode(server, Codecs.naiveDeflate(peer, message), part));
            if (!takeover) {
                peer.reset();
            }
        }
        peer.end();
    }
}
