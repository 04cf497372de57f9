package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.PoolControl;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments are not erased between loans: no byte of an earlier borrower ever leaves. */
class SegmentLoanTest {
    private static final byte SECRET = 's';

    @BeforeEach
    void oneForAll() {
        PoolControl.capacity(1);
    }

    @AfterEach
    void restore() {
        PoolControl.restore();
    }

    /** Returns a segment full of another connection's bytes, in the worst state. */
    private static Segment dirty() {
        Object other = new Object();
        Segment segment = Segment.POOL.borrow(other);
        spoil(segment);
        Segment.POOL.giveBack(segment, other);
        assertNull(segment.next, "a pool retains no list");
        // As by a borrower that goes on after its return.
        spoil(segment);
        return segment;
    }

    private static void spoil(Segment segment) {
        segment.bytes.clear();
        while (segment.bytes.hasRemaining()) {
            segment.bytes.put(SECRET);
        }
        segment.bytes.order(ByteOrder.LITTLE_ENDIAN).position(1000).mark().limit(2000);
        segment.read = 500;
        segment.endsFrame = false;
        segment.next = Segment.filled(ByteBuffer.wrap(new byte[10]).position(10));
    }

    @Test
    void whatIsLentIsEmpty() {
        Segment segment = dirty();
        assertSame(segment, Segment.POOL.borrow(this));
        assertEquals(0, segment.unread());
        assertEquals(Segment.BYTES, segment.bytes.remaining());
        assertSame(ByteOrder.BIG_ENDIAN, segment.bytes.order());
        assertTrue(segment.endsFrame);
        assertNull(segment.next);
    }

    @Test
    void whatLeavesIsExactlyWhatWasAppended() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            dirty();
            SendQueue queue =
                    new SendQueue(Role.SERVER, Segment.POOL, new MaskKeys(), MemoryBudget.UNLIMITED);
            byte[][] frames = new byte[random.nextInt(1, 30)][];
            for (int i = 0; i < frames.length; i++) {
                byte[] payload = new byte[random.nextInt(1000)];
                frames[i] = Frames.binary(payload).bytes();
                queue.append(Opcode.BINARY, true, 0, ByteBuffer.wrap(payload));
            }
            ByteBuffer all = ByteBuffer.allocate(64 << 10);
            while (!queue.isEmpty()) {
                ByteBuffer some = ByteBuffer.allocate(random.nextInt(1, 5000));
                queue.drainTo(some);
                assertTrue(some.position() > 0, "bytes are counted that do not come");
                all.put(some.flip());
            }
            assertArrayEquals(Frames.join(frames), Payload.copyOf(all.flip()).bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void aSegmentReturnsWhenItsLastByteHasLeftOrIsCleared(boolean cleared) {
        PoolControl.clear();
        SendQueue queue = new SendQueue(Role.SERVER, Segment.POOL, new MaskKeys(), MemoryBudget.UNLIMITED);
        queue.append(Opcode.BINARY, true, 0, ByteBuffer.allocate(3));
        queue.drainTo(ByteBuffer.allocate(4));
        assertEquals(0, Segment.POOL.idle(), "one byte waits");
        if (cleared) {
            queue.clear();
        } else {
            queue.drainTo(ByteBuffer.allocate(4));
        }
        assertEquals(1, Segment.POOL.idle());
    }

    /** While a queue of several segments leaves piece by piece, another connection borrows from the pool. */
    @Test
    void noSegmentIsReturnedBeforeItsLastByteHasLeft() {
        SendQueue queue = new SendQueue(Role.SERVER, Segment.POOL, new MaskKeys(), MemoryBudget.UNLIMITED);
        byte[][] frames = new byte[9][];
        for (int i = 0; i < frames.length; i++) {
            byte[] payload = new byte[5000 + i];
            Arrays.fill(payload, (byte) i);
            frames[i] = Frames.binary(payload).bytes();
            queue.append(Opcode.BINARY, true, 0, ByteBuffer.wrap(payload));
        }
        byte[] expected = Frames.join(frames);
        ByteArrayOutputStream left = new ByteArrayOutputStream();
        while (left.size() < expected.length) {
            Object other = new Object();
            Segment borrowed = Segment.POOL.borrow(other);
            spoil(borrowed);
            Segment.POOL.giveBack(borrowed, other);
            ByteBuffer some = ByteBuffer.allocate(999);
            queue.drainTo(some);
            assertTrue(some.position() > 0, "bytes are counted that do not come");
            left.write(some.array(), 0, some.position());
        }
        assertArrayEquals(expected, left.toByteArray());
        assertTrue(queue.isEmpty());
    }
}
