package io.duplex.transport;

/**
 * How much one connection may do in a turn, before others that share its thread, or its processors, have theirs. Layers charge what
 * they do in receiving calls, in pieces (frames, TLS records, HTTP heads, reads) and in bytes that they deliver, after decompression;
 * the transport begins a turn. The bytes of the wire are no measure: a thousand of them may be a hundred frames, or inflate to a million.
 *
 * <p>One piece of work is never divided, so a turn may exceed the budget by one piece. An ordinary read of 64 KiB stays below the
 * budget, unless its messages are shorter than some 60 bytes. Not thread-safe: for receiving calls only.
 */
public final class WorkBudget {
    /** Pieces of work in a turn. */
    public static final int PIECES = 1024;
    /** Bytes delivered in a turn. */
    public static final int BYTES = 256 << 10;

    private int pieces = PIECES;
    private long bytes = BYTES;

    /** A budget at the beginning of a turn. */
    public WorkBudget() {}

    /** Transport: a turn begins. */
    public void begin() {
        pieces = PIECES;
        bytes = BYTES;
    }

    /**
     * Layer: charges one piece of work.
     *
     * @param delivered the bytes that were delivered with it, not negative
     */
    public void spend(long delivered) {
        pieces--;
        bytes -= delivered;
    }

    /**
     * Layer: charges bytes that belong to a piece of work that is charged already.
     *
     * @param delivered the bytes, not negative
     */
    public void spendBytes(long delivered) {
        bytes -= delivered;
    }

    /**
     * Whether the turn is over: a layer then returns from the receiving call and leaves what it has not consumed.
     *
     * @return true once the pieces or the bytes are used up
     */
    public boolean isSpent() {
        return pieces <= 0 || bytes <= 0;
    }
}
