package io.duplex.internal.pool;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory for a large message or frame. It is direct, so a socket reads and writes it without another copy,
 * has a power of two of bytes, and is pooled, because direct memory is expensive to allocate. The direct
 * memory of all blocks of one size is bounded; beyond the bound, and above {@link #MAX_BYTES}, a block is
 * heap memory, which the garbage collector frees. Content is not erased between loans: a borrower reads only
 * bytes that it has written, and passes on no view that reaches further.
 */
public final class Block extends Poolable {
    /** The smallest size in bytes. */
    public static final int MIN_BYTES = 16 << 10;
    /** The largest size in bytes that is pooled. */
    private static final int MAX_BYTES = 16 << 20;
    /** Direct memory for one size: some part of the heap's maximum, which bounds direct memory, too. */
    private static final long MAX_CLASS_BYTES = Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 128);

    /** One pool for each size, from the smallest on. */
    @SuppressWarnings({ "unchecked", "rawtypes" })
    private static final Pool<Block>[] POOLS =
            new Pool[Integer.numberOfTrailingZeros(MAX_BYTES / MIN_BYTES) + 1];

    static {
        for (int i = 0; i < POOLS.length; i++) {
            int size = MIN_BYTES << i;
            int most = (int) (MAX_CLASS_BYTES / size);
            DirectBuffers buffers = new DirectBuffers(size, most);
            POOLS[i] = new Pool<>(Math.max(1, most), () -> new Block(buffers.allocate(), buffers));
        }
    }

    private final ByteBuffer bytes;
    /** Where the memory is from; null if the block is too large for a pool. */
    private final DirectBuffers origin;

    private Block(ByteBuffer bytes, DirectBuffers origin) {
        this.bytes = bytes;
        this.origin = origin;
    }

    /**
     * Borrows a block.
     *
     * @param minBytes its minimum size, not negative
     * @param borrower its owner until it is returned or discarded
     * @return an empty block of at least that size, at most twice of it (or {@value #MIN_BYTES} bytes)
     */
    public static Block borrow(int minBytes, Object borrower) {
        if (minBytes > MAX_BYTES) {
            Block block = new Block(ByteBuffer.allocate(minBytes), null);
            block.lendTo(borrower);
            return block;
        }
        return POOLS[sizeClass(minBytes)].borrow(borrower);
    }

    private static int sizeClass(int bytes) {
        return bytes <= MIN_BYTES
                ? 0
                : Integer.SIZE - Integer.numberOfLeadingZeros((bytes - 1) / MIN_BYTES);
    }

    /**
     * Returns how large a borrowed block is.
     *
     * @param minBytes the argument of {@link #borrow}
     * @return bytes
     */
    public static int sizeFor(int minBytes) {
        return minBytes > MAX_BYTES ? minBytes : MIN_BYTES << sizeClass(minBytes);
    }

    /**
     * Returns the memory.
     *
     * @return always the same buffer; exclusive to the borrower until the block is returned
     */
    public ByteBuffer bytes() {
        return bytes;
    }

    /**
     * Returns a block that is intact and no longer in use. Does nothing unless {@code borrower} has it.
     *
     * @param borrower its borrower
     */
    public void giveBack(Object borrower) {
        if (bytes.isDirect()) {
            POOLS[sizeClass(bytes.capacity())].giveBack(this, borrower);
        } else {
            discard(borrower);
        }
    }

    /**
     * Drops a block that may still be in use. Does nothing unless {@code borrower} has it.
     *
     * @param borrower its borrower
     */
    public void discard(Object borrower) {
        if (origin == null) {
            endLoan(borrower);
        } else {
            POOLS[sizeClass(bytes.capacity())].discard(this, borrower);
        }
    }

    @Override
    protected void renew() {
        bytes.clear().order(ByteOrder.BIG_ENDIAN);
    }

    @Override
    protected void end() {
        origin.drop(bytes);
    }
}
