package io.duplex.transport;

/**
 * The monotonic clock that transports pass to their layers: nanoseconds since this class was loaded, never
 * negative.
 */
public final class TransportClock {
    private static final long ORIGIN = System.nanoTime();

    private TransportClock() {}

    /**
     * Returns the current time.
     *
     * @return nanoseconds, comparable with {@code <}
     */
    public static long nanoTime() {
        return System.nanoTime() - ORIGIN;
    }
}
