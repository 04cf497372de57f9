package io.duplex.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockTest {
    private static final int MIB = 1 << 20;
    /** Two of this size are the direct memory for it, or one with a small heap. */
    private static final int LARGE_BYTES = 8 * MIB;

    private final Object borrower = new Object();

    @AfterEach
    void dropIdleBlocks() {
        PoolControl.clear();
    }

    @ParameterizedTest
    @CsvSource({ "0, 16384", "1, 16384", "16384, 16384", "16385, 32768", "32768, 32768", "65536, 65536",
        "65537, 131072", "16777216, 16777216", "16777217, 16777217" })
    void aBlockHasTheNextPowerOfTwoUpToALimit(int wanted, int size) {
        Block block = Block.borrow(wanted, borrower);
        assertEquals(size, block.bytes().capacity());
        assertEquals(size, Block.sizeFor(wanted));
        block.giveBack(borrower);
    }

    @Test
    void aBlockThatWasReturnedIsLentAgainAsNew() {
        PoolControl.clear();
        Block block = Block.borrow(64 << 10, borrower);
        assertTrue(block.bytes().isDirect());
        block.bytes().order(ByteOrder.LITTLE_ENDIAN).position(5).limit(9);
        block.giveBack(borrower);
        Block again = Block.borrow(64 << 10, new Object());
        assertSame(block, again);
        assertEquals(0, again.bytes().position());
        assertEquals(64 << 10, again.bytes().limit());
        assertSame(ByteOrder.BIG_ENDIAN, again.bytes().order());
    }

    @Test
    void onlyTheBorrowerReturnsABlock() {
        Block block = Block.borrow(1, borrower);
        block.giveBack(new Object());
        assertNotSame(block, Block.borrow(1, borrower));
    }

    @Test
    void aDiscardedBlockIsNotLentAgain() {
        PoolControl.clear();
        Block block = Block.borrow(1, borrower);
        block.discard(borrower);
        block.giveBack(borrower);
        assertNotSame(block, Block.borrow(1, borrower));
    }

    @Test
    void directMemoryIsBoundedAndReturnsToTheBound() {
        PoolControl.clear();
        for (int round = 0; round < 3; round++) {
            List<Block> blocks = new ArrayList<>();
            while (blocks.isEmpty() || blocks.getLast().bytes().isDirect()) {
                blocks.add(Block.borrow(LARGE_BYTES, borrower));
                assertTrue(blocks.size() < 10, "direct memory without bound");
            }
            assertTrue(blocks.size() > 1, "direct again, after those of the last round were dropped");
            blocks.forEach(block -> block.discard(borrower));
        }
    }

    @Test
    void aBlockAboveTheLargestSizeIsHeapMemory() {
        Block block = Block.borrow(16 * MIB + 1, borrower);
        assertFalse(block.bytes().isDirect());
        block.giveBack(borrower);
        block.discard(borrower);
    }
}
