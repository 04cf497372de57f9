package io.duplex.testkit;

/** Where a stream of bytes is cut into reads: what a network may do to it. */
@FunctionalInterface
public interface Cuts {
    /** All that is there, in one read. */
    Cuts WHOLE = offset -> Integer.MAX_VALUE;

    /**
     * How many bytes the read that begins at {@code offset} yields at most.
     *
     * @param offset bytes read before it
     * @return positive
     */
    int next(long offset);

    /**
     * Reads of one size.
     *
     * @param bytes the size; positive
     * @return the cuts
     */
    static Cuts every(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a read of " + bytes + " bytes");
        }
        return offset -> bytes;
    }

    /**
     * One cut in a stream that comes whole otherwise.
     *
     * @param cut how many bytes come before it
     * @return the cuts
     */
    static Cuts at(long cut) {
        return offset -> offset < cut ? Math.toIntExact(cut - offset) : Integer.MAX_VALUE;
    }
}
