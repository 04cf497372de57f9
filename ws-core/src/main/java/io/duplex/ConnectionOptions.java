package io.duplex;

import java.util.Objects;

/**
 * How one connection behaves once it is open.
 *
 * @param limits    what it may hold
 * @param timeouts  its deadlines
 * @param sendQueue its outbound queue
 * @param closeMode how this end ends it
 */
public record ConnectionOptions(Limits limits, Timeouts timeouts, SendQueueOptions sendQueue,
        CloseMode closeMode) {
    /** The defaults of servers. */
    public static final ConnectionOptions SERVER = new ConnectionOptions(Limits.DEFAULT, Timeouts.DEFAULT,
            SendQueueOptions.SERVER, CloseMode.HALF_CLOSE);
    /** The defaults of clients. */
    public static final ConnectionOptions CLIENT = new ConnectionOptions(Limits.DEFAULT, Timeouts.DEFAULT,
            SendQueueOptions.CLIENT, CloseMode.HALF_CLOSE);

    /** Checks that all are there. */
    public ConnectionOptions {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(timeouts, "timeouts");
        Objects.requireNonNull(sendQueue, "sendQueue");
        Objects.requireNonNull(closeMode, "closeMode");
    }

    /**
     * The same with other limits.
     *
     * @param value the limits
     * @return a copy
     */
    public ConnectionOptions withLimits(Limits value) {
        return new ConnectionOptions(value, timeouts, sendQueue, closeMode);
    }

    /**
     * The same with other deadlines.
     *
     * @param value the deadlines
     * @return a copy
     */
    public ConnectionOptions withTimeouts(Timeouts value) {
        return new ConnectionOptions(limits, value, sendQueue, closeMode);
    }

    /**
     * The same with another outbound queue.
     *
     * @param value the queue's options
     * @return a copy
     */
    public ConnectionOptions withSendQueue(SendQueueOptions value) {
        return new ConnectionOptions(limits, timeouts, value, closeMode);
    }

    /**
     * The same with another way to end.
     *
     * @param value how {@code close} ends the connection unless a call says otherwise
     * @return a copy
     */
    public ConnectionOptions withCloseMode(CloseMode value) {
        return new ConnectionOptions(limits, timeouts, sendQueue, value);
    }
}
