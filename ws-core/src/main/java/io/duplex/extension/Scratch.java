package io.duplex.extension;

import io.duplex.internal.pool.Poolable;
import java.nio.ByteBuffer;

/**
 * An output buffer of a codec. Its content is not erased between borrowers: only bytes that the current
 * borrower has written are passed on.
 */
final class Scratch extends Poolable {
    /**
     * Large enough to make a call into native code worthwhile, small enough to exceed a message limit by
     * little only.
     */
    static final int BYTES = 8 * 1024;

    final byte[] bytes = new byte[BYTES];

    @Override
    protected void renew() {
        // The content is the only state.
    }

    /** A read-only view of the first bytes for a consumer, without the bytes after them. */
    ByteBuffer first(int length) {
        return ByteBuffer.wrap(bytes, 0, length).slice().asReadOnlyBuffer();
    }
}
