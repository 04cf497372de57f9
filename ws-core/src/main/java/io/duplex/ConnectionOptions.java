package io.duplex;

import io.duplex.transport.SocketOptions;
import java.util.Objects;

/**
 * The options of an open connection.
 *
 * @param limits    the limits of its memory
 * @param timeouts  its deadlines
 * @param sendQueue its send queue
 * @param closeMode how the application's close ends it
 */
public record ConnectionOptions(Limits limits, Timeouts timeouts, SendQueueOptions sendQueue,
        CloseMode closeMode) {
    /** The defaults of servers. */
    public static final ConnectionOptions SERVER = new ConnectionOptions(Limits.DEFAULT, Timeouts.DEFAULT,
            SendQueueOptions.SERVER, CloseMode.HALF_CLOSE);
    /** The defaults of clients. */
    public static final ConnectionOptions CLIENT = new ConnectionOptions(Limits.DEFAULT, Timeouts.DEFAULT,
            SendQueueOptions.CLIENT, CloseMode.HALF_CLOSE);

    /** Checks that no value is null. */
    public ConnectionOptions {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(timeouts, "timeouts");
        Objects.requireNonNull(sendQueue, "sendQueue");
        Objects.requireNonNull(closeMode, "closeMode");
    }

    /**
     * Returns a copy with other limits.
     *
     * @param value the limits
     * @return a copy
     */
    public ConnectionOptions withLimits(Limits value) {
        return new ConnectionOptions(value, timeouts, sendQueue, closeMode);
    }

    /**
     * Returns a copy with other deadlines.
     *
     * @param value the deadlines
     * @return a copy
     */
    public ConnectionOptions withTimeouts(Timeouts value) {
        return new ConnectionOptions(limits, value, sendQueue, closeMode);
    }

    /**
     * Returns a copy with another send queue.
     *
     * @param value the queue's options
     * @return a copy
     */
    public ConnectionOptions withSendQueue(SendQueueOptions value) {
        return new ConnectionOptions(limits, timeouts, value, closeMode);
    }

    /**
     * Returns a copy with another close mode.
     *
     * @param value how {@code close} ends the connection unless a call says otherwise
     * @return a copy
     */
    public ConnectionOptions withCloseMode(CloseMode value) {
        return new ConnectionOptions(limits, timeouts, sendQueue, value);
    }

    /**
     * Returns a copy with the deadlines and marks that are set as socket options: SO_RCVTIMEO is
     * {@link Timeouts#idle}, SO_SNDTIMEO is {@link Timeouts#send}, and SO_SNDLOWAT is
     * {@link SendQueueOptions#lowWaterBytes}, limited to the high-water mark. Servers and clients apply their
     * socket options in this way to every connection.
     *
     * @param sockets the socket options; the others are not used here
     * @return this if none of them is set, so that connections share one object; a copy otherwise
     */
    public ConnectionOptions withSocketOptions(SocketOptions sockets) {
        Timeouts times = sockets.get(SocketOptions.SO_RCVTIMEO).map(timeouts::withIdle).orElse(timeouts);
        Timeouts allTimes = sockets.get(SocketOptions.SO_SNDTIMEO).map(times::withSend).orElse(times);
        SendQueueOptions queue = sockets.get(SocketOptions.SO_SNDLOWAT)
                .map(bytes -> sendQueue.withLowWaterBytes(Math.min(bytes, sendQueue.highWaterBytes())))
                .orElse(sendQueue);
        boolean same = allTimes == timeouts && queue == sendQueue;
        return same ? this : new ConnectionOptions(limits, allTimes, queue, closeMode);
    }

    /**
     * Adds the deadlines and marks that are in force to the socket options of the kernel: the inverse of
     * {@link #withSocketOptions}.
     *
     * @param kernel the options that the kernel implements
     * @return a copy with SO_RCVTIMEO, SO_SNDTIMEO (each unless there is no such deadline) and SO_SNDLOWAT
     */
    public SocketOptions inForce(SocketOptions kernel) {
        SocketOptions all = kernel.with(SocketOptions.SO_SNDLOWAT,
                (int) Math.min(sendQueue.lowWaterBytes(), Integer.MAX_VALUE));
        SocketOptions withIdle = timeouts.idle()
                .map(time -> all.with(SocketOptions.SO_RCVTIMEO, time))
                .orElse(all);
        return timeouts.send()
                .map(time -> withIdle.with(SocketOptions.SO_SNDTIMEO, time))
                .orElse(withIdle);
    }
}
