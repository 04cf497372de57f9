package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.FailureOrigin;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * How the application is called: {@link DirectCallbacks} on the receive thread, {@link QueuedCallbacks} on an
 * executor. The calls come from the receive thread, without a lock; buffers are lent for the call. After
 * {@link #closed} the application is not called any more.
 */
sealed interface Callbacks permits DirectCallbacks, QueuedCallbacks {
    void opened();

    /** @param bytes the length in UTF-8 */
    void text(String text, long bytes);

    /** @param owned whether the buffer's memory is the callback's for good */
    void binary(ByteBuffer payload, boolean owned);

    void textPart(String part, boolean last, long messageBytes);

    void binaryPart(ByteBuffer part, boolean last, long messageBytes);

    void ping(ByteBuffer payload);

    void pong(ByteBuffer payload);

    void drained();

    void error(FailureOrigin origin, Throwable cause);

    /** The last callback; after it the future is completed. */
    void closed(CloseInfo info, CompletableFuture<CloseInfo> future);

    /** Runs a task after the callbacks that were asked for before. */
    void after(Runnable task);

    /** Returns whether a message is kept, and its memory accounted for, until its callback has run. */
    boolean keepsMessages();

    /** Returns whether another message may come. Any thread. */
    boolean hasRoom();

    /**
     * Returns how many messages the application lets in. Any thread; {@link #demanded} follows an increase.
     */
    Demand demand();

    /** The demand has grown. Any thread. */
    void demanded();

    /** Messages that wait are not delivered any more. Any thread. */
    void dropMessages();

    /**
     * Returns what completes when the connection has ended, for a caller that cannot wait for
     * {@code onClose}.
     */
    CompletableFuture<CloseInfo> ended(CompletableFuture<CloseInfo> closed);
}
