package io.duplex.tls;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A few heap buffers that connections borrow while bytes are in flight. When it is empty it allocates, when it is full it
 * drops; so it bounds what is kept, not what is in use. Thread-safe, without locks.
 */
final class BufferPool {
    /** The pool of all connections. */
    static final BufferPool SHARED = new BufferPool();
    /** More than the largest record of any version: 5 + 2^14 + 2048 bytes (RFC 5246 section 6.2.3). */
    static final int BUFFER_BYTES = 18 * 1024 + 512;
    private static final int KEPT = 32;

    private final AtomicReferenceArray<ByteBuffer> kept = new AtomicReferenceArray<>(KEPT);

    /** An empty buffer of {@link #BUFFER_BYTES}, the borrower's until {@link #giveBack}. */
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

    /** An empty buffer of at least so many bytes; larger ones than usual are not from the pool. */
    ByteBuffer borrow(int bytes) {
        return bytes <= BUFFER_BYTES ? borrow() : ByteBuffer.allocate(bytes);
    }

    /** Takes a buffer back. One of another size is left to the garbage collector. */
    void giveBack(ByteBuffer buffer) {
        if (buffer.capacity() != BUFFER_BYTES) {
            return;
        }
        buffer.clear();
        int start = start();
        for (int i = 0; i < KEPT; i++) {
            int slot = start + i & KEPT - 1;
            if (kept.get(slot) == null && kept.compareAndSet(slot, null, buffer)) {
                return;
            }
        }
    }

    /** How many buffers wait here. */
    int size() {
        int count = 0;
        for (int i = 0; i < KEPT; i++) {
            count += kept.get(i) == null ? 0 : 1;
        }
        return count;
    }

    /** Threads begin at different slots, so that they seldom meet. */
    private static int start() {
        return (int) Thread.currentThread().threadId();
    }
}
