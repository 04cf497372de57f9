package io.duplex.internal.session;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** Gathers what an extension made of a payload. */
final class EncodedBytes implements Consumer<ByteBuffer> {
    /**
     * Room for the end of a compressed block, so that a message that hardly shrinks needs no second array.
     */
    private static final int SLACK_BYTES = 64;

    private byte[] bytes;
    private int count;

    EncodedBytes(int payloadBytes) {
        bytes = new byte[payloadBytes / 2 + SLACK_BYTES];
    }

    @Override
    public void accept(ByteBuffer chunk) {
        int length = chunk.remaining();
        if (bytes.length - count < length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, count + length));
        }
        chunk.get(bytes, count, length);
        count += length;
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes, 0, count);
    }
}
