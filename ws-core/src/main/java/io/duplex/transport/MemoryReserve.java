package io.duplex.transport;

/**
 * A little memory for the moment when there is none: to end a connection, and give back what it holds, takes
 * a few small objects. Where the heap is full of what peers have sent, nothing would ever be released without
 * them. One for a process. Thread-safe.
 */
public final class MemoryReserve {
    /** Enough for the ends of some connections, one after the other: each makes room for the next. */
    private static final int BYTES = 1 << 20;
    /**
     * How much must be free before the reserve is filled again; less would only start the garbage collector.
     */
    private static final long PLENTY_BYTES = 8L * BYTES;

    @SuppressWarnings("unused")
    private static volatile byte[] reserve = new byte[BYTES];

    private MemoryReserve() {}

    /**
     * Gives the reserve up if a failure is one of memory. To be called where something could not be released,
     * before the next attempt.
     *
     * @param cause what was caught
     */
    public static void relieve(Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            giveUp();
        }
    }

    /** Gives the reserve up. */
    public static void giveUp() {
        if (reserve != null) {
            reserve = null;
        }
    }

    /**
     * Fills the reserve again, if it was given up and there is plenty of memory. Called now and then; usually
     * costs one read.
     */
    public static void refill() {
        if (reserve == null) {
            Runtime runtime = Runtime.getRuntime();
            long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
            if (free > PLENTY_BYTES) {
                tryRefill();
            }
        }
    }

    private static void tryRefill() {
        try {
            reserve = new byte[BYTES];
        } catch (OutOfMemoryError e) {
            // Later, then.
        }
    }
}
