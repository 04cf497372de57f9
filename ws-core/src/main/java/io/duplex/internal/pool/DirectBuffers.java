package io.duplex.internal.pool;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Allocates buffers of one size for the objects of a {@link Pool}: direct ones up to a bound, and heap
 * buffers beyond it. Direct memory is expensive to allocate and to free, and its end stops all threads for a
 * garbage collection; heap memory costs a copy on its way to a socket. Thread-safe.
 */
public final class DirectBuffers {
    private final int bytes;
    private final int most;
    private final IntFunction<ByteBuffer> allocator;
    private final AtomicInteger count = new AtomicInteger();
    /** The process has no direct memory left. Each further attempt would wait for a garbage collection. */
    private volatile boolean exhausted;

    /**
     * Creates an allocator.
     *
     * @param bytes the size of each buffer, positive
     * @param most  the maximum number of direct buffers; 0 for heap buffers only
     */
    public DirectBuffers(int bytes, int most) {
        this(bytes, most, ByteBuffer::allocateDirect);
    }

    DirectBuffers(int bytes, int most, IntFunction<ByteBuffer> allocator) {
        this.bytes = bytes;
        this.most = most;
        this.allocator = allocator;
    }

    /**
     * Allocates a buffer.
     *
     * @return a direct buffer, or a heap buffer if the bound is reached or no direct memory is left
     */
    public ByteBuffer allocate() {
        if (count.incrementAndGet() <= most && !exhausted) {
            try {
                return allocator.apply(bytes);
            } catch (OutOfMemoryError e) {
                exhausted = true;
            }
        }
        count.decrementAndGet();
        return ByteBuffer.allocate(bytes);
    }

    /**
     * Counts a buffer no longer. To be called when its pooled object is dropped.
     *
     * @param buffer a buffer from {@link #allocate}
     */
    public void drop(ByteBuffer buffer) {
        if (buffer.isDirect()) {
            count.decrementAndGet();
        }
    }
}
