package io.duplex.transport;

/**
 * What a listener or connector needs to know besides its address.
 *
 * @param threadName prefix of the names of its threads
 * @param daemon     whether the threads that carry connections let the virtual machine end
 * @param backlog    length of the queue of connections that wait to be accepted (listen(2)); the kernel caps it
 */
public record TransportSettings(String threadName, boolean daemon, int backlog) {
    /** The default {@link #backlog}: a burst of connects that the kernel's usual cap of 4096 still allows. */
    public static final int DEFAULT_BACKLOG = 1024;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the backlog is not positive
     */
    public TransportSettings {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog must be positive: " + backlog);
        }
    }
}
