package io.duplex.extension;

import io.duplex.frame.WebSocketProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * One connection's permessage-deflate. The two directions share nothing but the pools.
 *
 * @param agreed the response of the negotiation
 * @param deflater for outgoing messages
 * @param inflater for incoming messages
 * @param thresholdBytes shorter messages are sent as they are
 */
record DeflateExtension(ExtensionHeader agreed, MessageDeflater deflater, MessageInflater inflater,
        long thresholdBytes) implements Extension {
    /** RFC 7692 section 6: the "Per-Message Compressed" bit. */
    private static final int RSV1 = 4;

    @Override
    public int reservedBits() {
        return RSV1;
    }

    @Override
    public boolean encodes(boolean text, long payloadBytes) {
        return payloadBytes >= thresholdBytes;
    }

    @Override
    public void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
        deflater.encode(part, last, out);
    }

    @Override
    public void decode(ByteBuffer part, boolean last, Sink out) throws WebSocketProtocolException {
        inflater.decode(part, last, out);
    }

    @Override
    public void close() {
        deflater.close();
        inflater.close();
    }
}
