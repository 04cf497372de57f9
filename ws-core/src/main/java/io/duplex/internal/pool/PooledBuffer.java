package io.duplex.internal.pool;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A heap buffer that connections borrow. A new loan begins with an empty buffer whose content is not erased,
 * so a borrower reads only what it has written, and passes on no view that reaches further.
 */
public final class PooledBuffer extends Poolable {
    private final ByteBuffer bytes;

    /**
     * A buffer, for the pool that creates it.
     *
     * @param capacityBytes its size, not negative
     */
    public PooledBuffer(int capacityBytes) {
        bytes = ByteBuffer.allocate(capacityBytes);
    }

    /**
     * The buffer.
     *
     * @return always the same; the borrower's until it ends the loan
     */
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    protected void renew() {
        bytes.clear().order(ByteOrder.BIG_ENDIAN);
    }
}
