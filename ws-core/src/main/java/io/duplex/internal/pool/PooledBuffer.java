package io.duplex.internal.pool;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A heap buffer that connections borrow. A borrowed buffer is empty, but its content is not erased; so a
 * borrower reads only bytes that it has written, and passes on no view that reaches further.
 */
public final class PooledBuffer extends Poolable {
    private final ByteBuffer bytes;

    /**
     * Creates a buffer for a pool.
     *
     * @param capacityBytes its size, not negative
     */
    public PooledBuffer(int capacityBytes) {
        bytes = ByteBuffer.allocate(capacityBytes);
    }

    /**
     * Returns the buffer.
     *
     * @return always the same; exclusive to the borrower until it is returned
     */
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    protected void renew() {
        bytes.clear().order(ByteOrder.BIG_ENDIAN);
    }
}
