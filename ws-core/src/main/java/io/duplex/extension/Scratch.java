package io.duplex.extension;

import io.duplex.internal.pool.Poolable;
import java.nio.ByteBuffer;

/**
 * Room for what a codec puts out. Its content is not erased between loans: only bytes that this loan has
 * written are passed on.
 */
final class Scratch extends Poolable {
    /**
     * Big enough that a call into native code is worth it, small enough to overshoot a message limit by
     * little.
     */
    static final int BYTES = 8 * 1024;

    final byte[] bytes = new byte[BYTES];

    @Override
    protected void renew() {
        // It has no state but its content.
    }

    /** The first bytes, as a consumer may see them: read-only, and nothing behind them. */
    ByteBuffer first(int length) {
        return ByteBuffer.wrap(bytes, 0, length).slice().asReadOnlyBuffer();
    }
}
