package io.duplex.transport;

import java.util.Objects;

/**
 * The settings of a listener or connector.
 *
 * @param threadName name prefix of its threads
 * @param daemon     whether the threads that carry connections are daemon threads
 * @param sockets    the options of its sockets
 */
public record TransportSettings(String threadName, boolean daemon, SocketOptions sockets) {
    /** Checks that nothing is null. */
    public TransportSettings {
        Objects.requireNonNull(threadName, "threadName");
        Objects.requireNonNull(sockets, "sockets");
    }

    /**
     * Settings with {@link SocketOptions#DEFAULT}.
     *
     * @param threadName name prefix of its threads
     * @param daemon     whether the threads that carry connections are daemon threads
     */
    public TransportSettings(String threadName, boolean daemon) {
        this(threadName, daemon, SocketOptions.DEFAULT);
    }
}
