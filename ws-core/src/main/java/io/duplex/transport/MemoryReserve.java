package io.duplex.transport;

/**
 * A reserve for out-of-memory errors. Ending a connection and releasing its memory allocates a few small
 * objects; without a reserve, a heap full of received data would never be released. One for each process.
 * Thread-safe.
 */
public final class MemoryReserve {
    /** Enough to end a few connections, one after the other: each frees memory for the next. */
    private static final int BYTES = 1 << 20;
    /** Free memory needed to refill the reserve; with less, the garbage collector would only run again. */
    private static final long PLENTY_BYTES = 8L * BYTES;

    @SuppressWarnings("unused")
    private static volatile byte[] reserve = new byte[BYTES];

    private MemoryReserve() {}

    /**
     * Releases the reserve if the failure is an {@link OutOfMemoryError}. To be called when a resource could
     * not be released, before the next attempt.
     *
     * @param cause the failure
     */
    public static void relieve(Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            giveUp();
        }
    }

    /** Releases the reserve. */
    public static void giveUp() {
        if (reserve != null) {
            reserve = null;
        }
    }

    /**
     * Refills the reserve if it was released and memory is free again. To be called regularly; it usually
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
            // A later call tries again.
        }
    }
}
