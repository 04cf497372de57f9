package io.duplex.extension;

import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All extensions of one connection, in the order in which the server's response lists them: an outgoing
 * message passes the first one first, an incoming message the last one first (RFC 6455 section 9.1).
 *
 * <p>The reserved bits of a message name the extensions that transformed it, so the chain is asked once for a
 * message, and returns one {@link Extension} that combines all which apply. Nothing is allocated for that.
 * The rules of {@link Extension} about threads and buffers hold for the result; close only the chain itself.
 */
public final class ExtensionChain implements AutoCloseable {
    private static final int BIT_COMBINATIONS = 8;
    /** It has no state, so all connections without extensions share it. */
    private static final ExtensionChain NONE = new ExtensionChain(List.of());

    private final List<Extension> extensions;
    private final int reservedBits;
    private final List<Optional<Extension>> byBits;

    private ExtensionChain(List<Extension> extensions) {
        this.extensions = List.copyOf(extensions);
        this.reservedBits = combinedBits(this.extensions);
        List<Optional<Extension>> combinations = new ArrayList<>();
        for (int bits = 0; bits < BIT_COMBINATIONS; bits++) {
            combinations.add(combine(bits));
        }
        this.byBits = List.copyOf(combinations);
    }

    /**
     * Creates the chain of a connection's extensions.
     *
     * @param extensions in the order of the server's response, possibly none
     * @return the chain, to which they are transferred
     * @throws IllegalArgumentException if two use the same reserved bit; none is closed then
     */
    public static ExtensionChain of(List<Extension> extensions) {
        if (extensions.isEmpty()) {
            return NONE;
        }
        int bits = extensions.stream()
                .mapToInt(extension -> Integer.bitCount(extension.reservedBits()))
                .sum();
        if (bits != Integer.bitCount(combinedBits(extensions))) {
            throw new IllegalArgumentException("two extensions use the same reserved bit");
        }
        return new ExtensionChain(extensions);
    }

    /**
     * Returns the agreed parameters of each extension.
     *
     * @return the elements of the server's response in their order
     */
    public List<ExtensionHeader> agreed() {
        return extensions.stream().map(Extension::agreed).toList();
    }

    /**
     * Returns the reserved bits that a message's first frame may have on this connection.
     *
     * @return the bits, 0 to 7
     */
    public int reservedBits() {
        return reservedBits;
    }

    /**
     * Returns the encoder of an outgoing message. Each extension decides by the message's own length, even if
     * another one has transformed the message before.
     *
     * @param text true for a text message, false for a binary one
     * @param payloadBytes the message's length; {@link Long#MAX_VALUE} for a stream
     * @return the encoder, whose {@link Extension#reservedBits} must be set in the first frame; empty if the
     *         message is sent unchanged
     */
    public Optional<Extension> outgoing(boolean text, long payloadBytes) {
        int bits = 0;
        for (int i = 0; i < extensions.size(); i++) {
            Extension extension = extensions.get(i);
            if (extension.encodes(text, payloadBytes)) {
                bits |= extension.reservedBits();
            }
        }
        return byBits.get(bits);
    }

    /**
     * Returns the decoder of an incoming message.
     *
     * @param bits the reserved bits of the message's first frame
     * @return the decoder; empty if the message is not transformed
     * @throws WebSocketProtocolException with {@link ProtocolError#RESERVED_BIT} if no extension defines one
     *         of the bits
     */
    public Optional<Extension> incoming(int bits) throws WebSocketProtocolException {
        if ((bits & ~reservedBits) != 0) {
            throw new WebSocketProtocolException(ProtocolError.RESERVED_BIT);
        }
        return byBits.get(bits);
    }

    /** Closes all extensions. Idempotent. */
    @Override
    public void close() {
        RuntimeException failure = null;
        for (Extension extension : extensions) {
            try {
                extension.close();
            } catch (RuntimeException thrown) {
                failure = failure == null ? thrown : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** An extension that marks nothing is part of every combination. */
    private Optional<Extension> combine(int bits) {
        return extensions.stream()
                .filter(extension -> extension.reservedBits() == 0 || (extension.reservedBits() & bits) != 0)
                .reduce(ExtensionPair::new);
    }

    private static int combinedBits(List<Extension> extensions) {
        return extensions.stream().mapToInt(Extension::reservedBits).reduce(0, (a, b) -> a | b);
    }

    /**
     * Combines two extensions that both apply to a message; pairs of pairs make longer chains.
     *
     * @param first the one that is first applied to outgoing data
     * @param second the one that gets the output of the first
     */
    private record ExtensionPair(Extension first, Extension second) implements Extension {
        @Override
        public ExtensionHeader agreed() {
            throw new UnsupportedOperationException("a chain has one element for each extension");
        }

        @Override
        public int reservedBits() {
            return first.reservedBits() | second.reservedBits();
        }

        @Override
        public boolean encodes(boolean text, long payloadBytes) {
            return first.encodes(text, payloadBytes) && second.encodes(text, payloadBytes);
        }

        /** The first one's message is known to have ended only when it returns, hence the empty last part. */
        @Override
        public void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
            first.encode(part, last, piece -> second.encode(view(piece), false, out));
            if (last) {
                second.encode(nothing(), true, out);
            }
        }

        @Override
        public void decode(ByteBuffer part, boolean last, Sink out) throws WebSocketProtocolException {
            second.decode(part, last, piece -> first.decode(view(piece), false, out));
            if (last) {
                first.decode(nothing(), true, out);
            }
        }

        /**
         * A read-only view of one extension's output for the other; the output itself is consumed.
         */
        private static ByteBuffer view(ByteBuffer piece) {
            ByteBuffer view = piece.slice().asReadOnlyBuffer();
            piece.position(piece.limit());
            return view;
        }

        /** Never shared, because an extension may change its byte order. */
        private static ByteBuffer nothing() {
            return ByteBuffer.allocate(0).asReadOnlyBuffer();
        }

        @Override
        public void close() {
            first.close();
            second.close();
        }
    }
}
