package io.duplex.tls;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;

/** Heap buffers for one record, which connections borrow while bytes are in flight. */
final class RecordBuffers {
    /** Larger than any record of any version: 5 + 2^14 + 2048 bytes (RFC 5246 section 6.2.3). */
    static final int BYTES = 18 * 1024 + 512;
    /** The pool of all connections. */
    static final Pool<PooledBuffer> POOL = newPool();
    /** Stands for no buffer; never borrowed, so returning it does nothing. */
    static final PooledBuffer NONE = new PooledBuffer(0);

    private RecordBuffers() {}

    static Pool<PooledBuffer> newPool() {
        return new Pool<>(32, () -> new PooledBuffer(BYTES));
    }

    /**
     * Borrows an empty buffer of at least this many bytes. A larger one than usual does not come from the
     * pool and is not kept there.
     */
    static PooledBuffer borrow(Pool<PooledBuffer> pool, int bytes, Object borrower) {
        return bytes <= BYTES ? pool.borrow(borrower) : new PooledBuffer(bytes);
    }
}
