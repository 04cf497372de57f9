package io.duplex.extension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The order of RFC 6455 section 9.1, with extensions that append their letter. */
class ExtensionChainTest {
    private final Letter a = new Letter('a', 4, 1);
    private final Letter b = new Letter('b', 2, 10);
    private final Letter unmarked = new Letter('u', 0, 0);

    /**
     * Puts its letter behind an outgoing message; decoding checks that the message ends with it and takes it
     * off.
     */
    private static final class Letter implements Extension {
        private final char letter;
        private final int bits;
        private final long threshold;
        private final ByteArrayOutputStream incoming = new ByteArrayOutputStream();
        private int closed;

        Letter(char letter, int bits, long threshold) {
            this.letter = letter;
            this.bits = bits;
            this.threshold = threshold;
        }

        @Override
        public ExtensionHeader agreed() {
            return ExtensionHeader.of(String.valueOf(letter));
        }

        @Override
        public int reservedBits() {
            return bits;
        }

        @Override
        public boolean encodes(boolean text, long payloadBytes) {
            return payloadBytes >= threshold;
        }

        @Override
        public void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
            out.accept(part);
            if (last) {
                out.accept(ByteBuffer.wrap(new byte[] { (byte) letter }));
            }
        }

        @Override
        public void decode(ByteBuffer part, boolean last, Sink out) throws WebSocketProtocolException {
            while (part.hasRemaining()) {
                incoming.write(part.get());
            }
            if (last) {
                byte[] message = incoming.toByteArray();
                assertEquals(letter, message[message.length - 1]);
                out.accept(ByteBuffer.wrap(message, 0, message.length - 1));
                incoming.reset();
            }
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static String encode(Optional<Extension> extension, String message) {
        return new String(Codecs.encode(extension.orElseThrow(), Codecs.ascii(message), 2));
    }

    private static String decode(Optional<Extension> extension, String message)
            throws WebSocketProtocolException {
        return new String(Codecs.decode(extension.orElseThrow(), Codecs.ascii(message), 2));
    }

    @Test
    void outgoingDataPassesTheFirstExtensionFirst() {
        ExtensionChain chain = ExtensionChain.of(List.of(a, b));
        Optional<Extension> both = chain.outgoing(true, 10);
        assertEquals(6, both.orElseThrow().reservedBits());
        assertEquals("dataab", encode(both, "data"));
        assertEquals("ab", encode(both, ""));
    }

    @Test
    void incomingDataPassesTheLastExtensionFirst() throws WebSocketProtocolException {
        ExtensionChain chain = ExtensionChain.of(List.of(a, b));
        assertEquals("data", decode(chain.incoming(6), "dataab"));
    }

    @Test
    void aMessageTakesOnlyTheExtensionsThatWantIt() {
        ExtensionChain chain = ExtensionChain.of(List.of(a, b));
        assertSame(a, chain.outgoing(true, 9).orElseThrow());
        assertEquals(Optional.empty(), chain.outgoing(true, 0));
    }

    @Test
    void aMessagePassesOnlyTheExtensionsThatItsBitsName() throws WebSocketProtocolException {
        ExtensionChain chain = ExtensionChain.of(List.of(a, b));
        assertSame(a, chain.incoming(4).orElseThrow());
        assertSame(b, chain.incoming(2).orElseThrow());
        assertEquals(Optional.empty(), chain.incoming(0));
    }

    @Test
    void aBitThatNoExtensionDefinesIsAnError() {
        ExtensionChain chain = ExtensionChain.of(List.of(a, b));
        for (int bits : new int[] { 1, 3, 5, 7 }) {
            var e = assertThrows(WebSocketProtocolException.class, () -> chain.incoming(bits));
            assertEquals(ProtocolError.RESERVED_BIT, e.error());
        }
        assertThrows(WebSocketProtocolException.class, () -> ExtensionChain.of(List.of()).incoming(4));
    }

    @Test
    void anExtensionWithoutABitSeesEveryMessage() throws WebSocketProtocolException {
        ExtensionChain chain = ExtensionChain.of(List.of(a, unmarked, b));
        assertSame(unmarked, chain.outgoing(false, 0).orElseThrow());
        assertEquals("dataaub", encode(chain.outgoing(false, 10), "data"));
        assertEquals("data", decode(chain.incoming(6), "dataaub"));
        assertEquals("data", decode(chain.incoming(0), "datau"));
    }

    @Test
    void theChainSaysWhatWasAgreedAndWhichBitsMayBeSet() {
        ExtensionChain chain = ExtensionChain.of(List.of(b, a));
        assertEquals(List.of(b.agreed(), a.agreed()), chain.agreed());
        assertEquals(6, chain.reservedBits());
        assertEquals(0, ExtensionChain.of(List.of()).reservedBits());
    }

    @Test
    void twoExtensionsWithTheSameBitMakeNoChain() {
        assertThrows(IllegalArgumentException.class,
                () -> ExtensionChain.of(List.of(a, new Letter('c', 4, 0))));
    }

    @Test
    void closingClosesAll() {
        ExtensionChain.of(List.of(a, b, unmarked)).close();
        assertEquals(List.of(1, 1, 1), List.of(a.closed, b.closed, unmarked.closed));
    }
}
