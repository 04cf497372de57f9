package io.duplex.extension;

import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All extensions of one connection, in the order in which the server's response lists them: an outgoing
 * message passes the first one first, an incoming message the last one first (RFC 6455 section 9.1).
 *
 * <p>Each message says by its reserved bits which extensions transformed it, so the chain is asked once for a
 * message, and answers with the one {@link Extension} that stands for all which apply to it. Nothing is
 * allocated for that. The rules of {@link Extension} about threads and buffers hold for what it answers; only
 * the chain itself is to be closed.
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
     * The chain of a connection's extensions.
     *
     * @param extensions in the order of the server's response, possibly none
     * @return the chain, which owns them from now on
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
     * What was agreed, extension by extension.
     *
     * @return the elements of the server's response in their order
     */
    public List<ExtensionHeader> agreed() {
        return extensions.stream().map(Extension::agreed).toList();
    }

    /**
     * The reserved bits that a message's first frame may have on this connection.
     *
     * @return the bits, 0 to 7
     */
    public int reservedBits() {
        return reservedBits;
    }

    /**
     * What an outgoing message goes through. Each extension decides by the message's own length, also one
     * that will see it transformed by another.
     *
     * @param text true for a text message, false for a binary one
     * @param payloadBytes the message's length; {@link Long#MAX_VALUE} for a stream
     * @return what encodes the message; its {@link Extension#reservedBits} are those to set in the first
     *         frame; empty if the message is sent as it is
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
     * What an incoming message goes through.
     *
     * @param bits the reserved bits of the message's first frame
     * @return what decodes the message; empty if it is to be taken as it is
     * @throws WebSocketProtocolException with {@link ProtocolError#RESERVED_BIT} if no extension defines one
     *         of the bits
     */
    public Optional<Extension> incoming(int bits) throws WebSocketProtocolException {
        if ((bits & ~reservedBits) != 0) {
            throw new WebSocketProtocolException(ProtocolError.RESERVED_BIT);
        }
        return byBits.get(bits);
    }

    /** Closes all extensions. Does nothing if they are closed already. */
    @Override
    public void close() {
        extensions.forEach(Extension::close);
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
}
