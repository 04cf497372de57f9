package io.duplex.testkit;

/** The positions at which a stream of bytes is split into reads, as a network may do. */
@FunctionalInterface
public interface Cuts {
    /** All that is there, in one read. */
    Cuts WHOLE = offset -> Integer.MAX_VALUE;

    /**
     * Returns the maximum number of bytes of the read that starts at {@code offset}.
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
