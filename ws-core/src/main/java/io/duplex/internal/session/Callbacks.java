package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.FailureOrigin;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Calls the application: {@link DirectCallbacks} on the receive thread, {@link QueuedCallbacks} on an
 * executor. The calls come from the receive thread, without a lock; buffers are caller-owned. The defaults
 * are for callbacks that run at once.
 */
sealed interface Callbacks permits DirectCallbacks, QueuedCallbacks {
    void opened();

    /** @param bytes the length in UTF-8 */
    void text(String text, long bytes);

    /** @param owned whether the buffer is transferred to the callback */
    void binary(ByteBuffer payload, boolean owned);

    void textPart(String part, boolean last, long messageBytes);

    void binaryPart(ByteBuffer part, boolean last, long messageBytes);

    void ping(ByteBuffer payload);

    void pong(ByteBuffer payload);

    void drained();

    void error(FailureOrigin origin, Throwable cause);

    /** The last callback of all; after it the future is completed. */
    void closed(CloseInfo info, CompletableFuture<CloseInfo> future);

    /** Runs a task after the callbacks before it. */
    default void after(Runnable task) {
        task.run();
    }

    /** Returns whether a message is kept, and its memory accounted for, until its callback has run. */
    default boolean keepsMessages() {
        return false;
    }

    /** Returns whether another message may come. Any thread. */
    boolean hasRoom();

    /**
     * Returns how many messages the application lets in. Any thread; {@link #demanded} follows an increase.
     */
    Demand demand();

    /** The demand has grown. Any thread. */
    default void demanded() {
        // The receive thread checks hasRoom.
    }

    /** Drops messages that wait. Any thread. */
    default void dropMessages() {
        // None waits.
    }

    /**
     * Returns what completes when the connection has ended, for a caller that cannot wait for
     * {@code onClose}.
     */
    default CompletableFuture<CloseInfo> ended(CompletableFuture<CloseInfo> closed) {
        return closed;
    }
}
