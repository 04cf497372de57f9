package io.duplex.transport;

/**
 * Limits the work of one connection in a turn, so that connections that share its thread or its processors
 * get theirs. The transport begins a turn. In receiving calls, layers charge pieces of work (frames, TLS
 * records, HTTP heads, reads) and the bytes that they deliver, after decompression. Bytes on the wire would
 * not measure the work: a thousand of them may be a hundred frames, or inflate to a million.
 *
 * <p>One piece of work is never split, so a turn may exceed the budget by one piece. An ordinary read of 64
 * KiB stays below the budget, unless its messages are shorter than about 60 bytes. Not thread-safe: for
 * receiving calls only.
 */
public final class WorkBudget {
    /** The maximum number of pieces of work in a turn. */
    public static final int PIECES = 1024;
    /** The maximum number of bytes delivered in a turn. */
    public static final int BYTES = 512 << 10;

    private int pieces = PIECES;
    private long bytes = BYTES;

    /** A budget at the beginning of a turn. */
    public WorkBudget() {}

    /** Begins a turn. Called by the transport. */
    public void begin() {
        pieces = PIECES;
        bytes = BYTES;
    }

    /**
     * Charges one piece of work. Called by layers.
     *
     * @param delivered the bytes that were delivered with it, not negative
     */
    public void spend(long delivered) {
        pieces--;
        bytes -= delivered;
    }

    /**
     * Charges bytes of a piece of work that is already charged. Called by layers.
     *
     * @param delivered the bytes, not negative
     */
    public void spendBytes(long delivered) {
        bytes -= delivered;
    }

    /**
     * Says whether the turn is over. A layer then returns from the receiving call and leaves the rest of its
     * input.
     *
     * @return true when the pieces or the bytes are used up
     */
    public boolean isSpent() {
        return pieces <= 0 || bytes <= 0;
    }
}
