package io.duplex.transport;

import java.util.Objects;

/**
 * What a listener or connector needs to know besides its address.
 *
 * @param threadName prefix of the names of its threads
 * @param daemon     whether the threads that carry connections let the virtual machine end
 * @param sockets    how its sockets are set up
 */
public record TransportSettings(String threadName, boolean daemon, SocketOptions sockets) {
    /** Checks that all are there. */
    public TransportSettings {
        Objects.requireNonNull(threadName, "threadName");
        Objects.requireNonNull(sockets, "sockets");
    }

    /**
     * Settings with {@link SocketOptions#DEFAULT}.
     *
     * @param threadName prefix of the names of its threads
     * @param daemon     whether the threads that carry connections let the virtual machine end
     */
    public TransportSettings(String threadName, boolean daemon) {
        this(threadName, daemon, SocketOptions.DEFAULT);
    }
}
