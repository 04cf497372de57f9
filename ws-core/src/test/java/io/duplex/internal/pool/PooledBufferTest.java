package io.duplex.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.InvalidMarkException;
import org.junit.jupiter.api.Test;

class PooledBufferTest {
    private static final int BYTES = 100;

    private final Pool<PooledBuffer> pool = new Pool<>(1, () -> new PooledBuffer(BYTES));
    private final Object one = new Object();

    @Test
    void whatIsLentIsEmptyWhateverTheLastBorrowerDid() {
        PooledBuffer used = pool.borrow(one);
        spoil(used);
        pool.giveBack(used, one);
        // As by a borrower that goes on after its return.
        spoil(used);
        assertSame(used, pool.borrow(new Object()));
        ByteBuffer bytes = used.bytes();
        assertEquals(0, bytes.position());
        assertEquals(BYTES, bytes.limit());
        assertSame(ByteOrder.BIG_ENDIAN, bytes.order());
        assertThrows(InvalidMarkException.class, bytes::reset);
    }

    private static void spoil(PooledBuffer buffer) {
        buffer.bytes().order(ByteOrder.LITTLE_ENDIAN).position(10).mark().position(20).limit(30);
    }
}
