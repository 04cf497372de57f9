package io.duplex.internal.session;

import io.duplex.ConnectionOptions;
import io.duplex.SendQueueOptions;
import io.duplex.Timeouts;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.transport.SocketOptions;

/**
 * The socket options that no kernel is asked for: SO_RCVTIMEO and SO_SNDTIMEO are our deadlines,
 * SO_RCVLOWAT and SO_SNDLOWAT marks of our queues. A kernel that did them would do them to a socket that
 * nobody sits in front of: our reads and writes are the transport's, not the application's.
 */
public final class OwnOptions {
    private OwnOptions() {}

    /**
     * How a connection behaves: what the sockets' options say wins. A low-water mark is cut to the high one.
     */
    public static ConnectionOptions merge(ConnectionOptions options, SocketOptions sockets) {
        Timeouts timeouts = options.timeouts();
        SendQueueOptions queue = options.sendQueue();
        if (sockets.receiveTimeout().isPresent()) {
            timeouts = timeouts.withIdle(sockets.receiveTimeout().get());
        }
        if (sockets.sendTimeout().isPresent()) {
            timeouts = timeouts.withSend(sockets.sendTimeout().get());
        }
        if (sockets.sendLowWaterBytes().isPresent()) {
            queue = queue.withLowWaterBytes(
                    Math.min(sockets.sendLowWaterBytes().get(), queue.highWaterBytes()));
        }
        // One object for all connections, as long as nothing differs.
        boolean same = timeouts == options.timeouts() && queue == options.sendQueue();
        return same ? options : options.withTimeouts(timeouts).withSendQueue(queue);
    }

    /** The inbox of a connection in blocking style. */
    public static Inbox newInbox(SocketOptions sockets, MemoryBudget memory) {
        return new Inbox(sockets.receiveLowWaterBytes().orElse(Inbox.LOW_BYTES), memory);
    }

    /**
     * What is in force: the kernel's part, and ours as a connection (or every connection of a server) has it.
     */
    public static SocketOptions inForce(SocketOptions kernel, ConnectionOptions options) {
        SocketOptions.Builder all = kernel.toBuilder();
        options.timeouts().idle().ifPresent(all::receiveTimeout);
        options.timeouts().send().ifPresent(all::sendTimeout);
        all.sendLowWaterBytes((int) Math.min(options.sendQueue().lowWaterBytes(), Integer.MAX_VALUE));
        return all.build();
    }
}
