package io.duplex.internal.pool;

/**
 * Bounds and empties all pools of the process, so that a test can make connections share as much as possible,
 * or nothing. A test that calls it restores the pools afterwards. Things that are lent at that moment are not
 * affected.
 */
public final class PoolControl {
    private PoolControl() {}

    /**
     * Empties all pools. Each keeps at most so many things from now on, or its own bound if that is lower.
     *
     * @param places 0 to keep nothing, 1 so that all connections take turns with the same thing
     */
    public static void capacity(int places) {
        Pool.boundAll(places);
    }

    /** Empties all pools; the next loans are of new things. */
    public static void clear() {
        Pool.forAll(Pool::clear);
    }

    /** Gives all pools their own bounds again. */
    public static void restore() {
        Pool.boundAll(Integer.MAX_VALUE);
    }
}
