package io.duplex;

import java.util.Objects;

/**
 * How one connection behaves once it is open.
 *
 * @param limits    what it may hold
 * @param timeouts  its deadlines
 * @param sendQueue its outbound queue
 */
public record ConnectionOptions(Limits limits, Timeouts timeouts, SendQueueOptions sendQueue) {
    /** The defaults of servers. */
    public static final ConnectionOptions SERVER = new ConnectionOptions(Limits.DEFAULT, Timeouts.DEFAULT,
            SendQueueOptions.SERVER);
    /** The defaults of clients. */
    public static final ConnectionOptions CLIENT = new ConnectionOptions(Limits.DEFAULT, Timeouts.DEFAULT,
            SendQueueOptions.CLIENT);

    /** Checks that all are there. */
    public ConnectionOptions {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(timeouts, "timeouts");
        Objects.requireNonNull(sendQueue, "sendQueue");
    }

    /**
     * The same with other limits.
     *
     * @param value the limits
     * @return a copy
     */
    public ConnectionOptions withLimits(Limits value) {
        return new ConnectionOptions(value, timeouts, sendQueue);
    }

    /**
     * The same with other deadlines.
     *
     * @param value the deadlines
     * @return a copy
     */
    public ConnectionOptions withTimeouts(Timeouts value) {
        return new ConnectionOptions(limits, value, sendQueue);
    }

    /**
     * The same with another outbound queue.
     *
     * @param value the queue's options
     * @return a copy
     */
    public ConnectionOptions withSendQueue(SendQueueOptions value) {
        return new ConnectionOptions(limits, timeouts, value);
    }
}
