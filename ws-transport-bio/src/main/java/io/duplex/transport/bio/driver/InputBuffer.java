package io.duplex.transport.bio.driver;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes that were read and not yet consumed. Nothing is read while some are left, so a paused connection
 * holds one buffer at most. While it waits for bytes it holds a buffer of the idle size; it borrows a large
 * one once a read has filled the current one and more bytes are available. Used by the connection thread
 * only.
 */
final class InputBuffer {
    private final Pool<PooledBuffer> pool;
    private final ByteBuffer idle;
    /** Null while the idle buffer is in use. */
    private PooledBuffer borrowed;
    private ByteBuffer current;
    private boolean filled;

    InputBuffer(int idleBytes, Pool<PooledBuffer> pool) {
        this.pool = pool;
        this.idle = ByteBuffer.allocate(idleBytes).limit(0);
        this.current = idle;
    }

    /** The bytes to offer to the layer, from position to limit. */
    ByteBuffer bytes() {
        return current;
    }

    /**
     * Waits for bytes; called only when none are left.
     *
     * @return false at the end of the stream
     */
    boolean read(Wire wire) throws IOException {
        chooseBuffer(wire);
        int count = fill(wire);
        current.position(0).limit(Math.max(count, 0));
        filled = count == current.capacity();
        return count >= 0;
    }

    private int fill(Wire wire) throws IOException {
        try {
            return wire.read(current.array(), current.capacity());
        } catch (IOException | RuntimeException | Error e) {
            if (borrowed != null) {
                pool.discard(borrowed, this);
                useIdle();
            }
            throw e;
        }
    }

    /** Queries the kernel, which costs a system call, only after a read that has filled its buffer. */
    private void chooseBuffer(Wire wire) throws IOException {
        boolean more = filled && wire.available() > 0;
        if (more && borrowed == null && idle.capacity() < Buffers.BYTES) {
            borrowed = pool.borrow(this);
            current = borrowed.bytes();
        } else if (!more) {
            release();
        }
    }

    /** Returns a borrowed buffer, which no call is using. */
    void release() {
        if (borrowed != null) {
            pool.giveBack(borrowed, this);
            useIdle();
        }
    }

    private void useIdle() {
        borrowed = null;
        current = idle;
        current.position(0).limit(0);
    }
}
