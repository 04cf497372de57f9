package io.duplex.transport.bio.driver;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;

/** Large heap buffers that connections borrow while bytes move. */
final class Buffers {
    /** The size of each buffer, and so of a batch of output. */
    static final int BYTES = 64 * 1024;
    /** At most 1 MiB, for all connections of the process. */
    static final Pool<PooledBuffer> POOL = newPool();

    private Buffers() {}

    static Pool<PooledBuffer> newPool() {
        return new Pool<>(16, () -> new PooledBuffer(BYTES));
    }
}
