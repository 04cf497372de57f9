package io.duplex.extension;

import io.duplex.frame.WebSocketProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Two extensions that both apply to a message, as one; pairs of pairs make longer chains.
 *
 * @param first the one that is first applied to outgoing data
 * @param second the one that gets what the first put out
 */
record ExtensionPair(Extension first, Extension second) implements Extension {
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

    /** Only when the first one returns is it known that its message has ended, hence the empty last part. */
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
     * What one extension put out, as another may see it; read to its limit, as it would be without the view.
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
