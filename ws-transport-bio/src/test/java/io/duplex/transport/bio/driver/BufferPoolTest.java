package io.duplex.transport.bio.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private final BufferPool pool = new BufferPool();

    @Test
    void whatIsGivenBackIsLentAgainEmpty() {
        ByteBuffer buffer = pool.borrow();
        assertEquals(BufferPool.BUFFER_BYTES, buffer.remaining());
        buffer.position(10).limit(20);
        pool.giveBack(buffer);
        assertSame(buffer, pool.borrow());
        assertEquals(BufferPool.BUFFER_BYTES, buffer.remaining());
    }

    @Test
    void aBufferIsLentToOneAtATime() {
        ByteBuffer first = pool.borrow();
        pool.giveBack(first);
        assertSame(first, pool.borrow());
        assertNotSame(first, pool.borrow());
    }

    @Test
    void itKeepsSixteenAtMost() {
        Set<ByteBuffer> given = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 40; i++) {
            given.add(ByteBuffer.allocate(BufferPool.BUFFER_BYTES));
        }
        given.forEach(pool::giveBack);
        int again = 0;
        for (int i = 0; i < 40; i++) {
            again += given.contains(pool.borrow()) ? 1 : 0;
        }
        assertTrue(again == 16, "kept " + again);
    }
}
