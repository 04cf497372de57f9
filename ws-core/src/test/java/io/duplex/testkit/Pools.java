package io.duplex.testkit;

import io.duplex.internal.pool.PoolControl;

/** {@link PoolControl} for the tests of modules that cannot see its package. */
public final class Pools {
    private Pools() {}

    /**
     * Empties all pools, which then keep at most so many things each.
     *
     * @param places 0 to keep nothing
     */
    public static void capacity(int places) {
        PoolControl.capacity(places);
    }

    /** Empties all pools. */
    public static void clear() {
        PoolControl.clear();
    }

    /** Gives all pools their own bounds again. */
    public static void restore() {
        PoolControl.restore();
    }
}
