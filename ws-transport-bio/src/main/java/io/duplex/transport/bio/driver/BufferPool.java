package io.duplex.transport.bio.driver;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A few large heap buffers that connections borrow while bytes move. When it is empty it allocates, when it is full it
 * drops, so it bounds what is kept, not what is in use. Thread-safe, without locks and without allocation in between.
 */
final class BufferPool {
    /** The size of each buffer: what a batch of output is written in. */
    static final int BUFFER_BYTES = 64 * 1024;
    private static final int KEPT = 16;

    private final AtomicReferenceArray<ByteBuffer> kept = new AtomicReferenceArray<>(KEPT);

    /** An empty buffer, the borrower's until {@link #giveBack}. */
    ByteBuffer borrow() {
        int start = start();
        for (int i = 0; i < KEPT; i++) {
            int slot = start + i & KEPT - 1;
            if (kept.get(slot) != null) {
                ByteBuffer buffer = kept.getAndSet(slot, null);
                if (buffer != null) {
                    return buffer;
                }
            }
        }
        return ByteBuffer.allocate(BUFFER_BYTES);
    }

    void giveBack(ByteBuffer buffer) {
        buffer.clear();
        int start = start();
        for (int i = 0; i < KEPT; i++) {
            int slot = start + i & KEPT - 1;
            if (kept.get(slot) == null && kept.compareAndSet(slot, null, buffer)) {
                return;
            }
        }
    }

    /** Threads begin at different slots, so that they seldom meet. */
    private static int start() {
        return (int) Thread.currentThread().threadId();
    }
}
