package io.duplex.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DirectBuffersTest {
    private static final int BYTES = 100;

    @Test
    void beyondTheBoundAreHeapBuffers() {
        DirectBuffers two = new DirectBuffers(BYTES, 2);
        assertTrue(two.allocate().isDirect());
        ByteBuffer second = two.allocate();
        assertTrue(second.isDirect());
        ByteBuffer third = two.allocate();
        assertFalse(third.isDirect());
        assertEquals(BYTES, second.capacity());
        assertEquals(BYTES, third.capacity());
    }

    @Test
    void aDroppedDirectBufferMakesRoomAndAHeapBufferDoesNot() {
        DirectBuffers one = new DirectBuffers(BYTES, 1);
        ByteBuffer direct = one.allocate();
        one.drop(one.allocate());
        assertFalse(one.allocate().isDirect());
        one.drop(direct);
        assertTrue(one.allocate().isDirect());
    }

    @Test
    void withoutABoundForDirectBuffersThereAreNone() {
        assertFalse(new DirectBuffers(BYTES, 0).allocate().isDirect());
    }

    @Test
    void whenDirectMemoryEndsItIsNotAskedForAgain() {
        AtomicInteger attempts = new AtomicInteger();
        DirectBuffers exhausted = new DirectBuffers(BYTES, 10, bytes -> {
            attempts.incrementAndGet();
            throw new OutOfMemoryError("Cannot reserve direct buffer memory");
        });
        assertFalse(exhausted.allocate().isDirect());
        assertFalse(exhausted.allocate().isDirect());
        assertEquals(1, attempts.get());
    }
}
