package io.duplex.transport.bio.driver;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What was read and not yet consumed. Nothing is read while something is left, so a connection that does not want its bytes
 * holds one buffer at most. While it waits for bytes it holds a buffer of the idle size; a large one is borrowed once a read
 * has filled the current one and more bytes are there already. Used by the connection thread only.
 */
final class InputBuffer {
    private final BufferPool pool;
    private final ByteBuffer idle;
    private ByteBuffer current;
    private boolean filled;

    InputBuffer(int idleBytes, BufferPool pool) {
        this.pool = pool;
        this.idle = ByteBuffer.allocate(idleBytes).limit(0);
        this.current = idle;
    }

    /** What the layer is to be offered: from position to limit. */
    ByteBuffer bytes() {
        return current;
    }

    /**
     * Waits for bytes; to be called when nothing is left.
     *
     * @return false at the end of the stream
     */
    boolean read(Wire wire) throws IOException {
        chooseBuffer(wire);
        int count = wire.read(current.array(), current.capacity());
        current.position(0).limit(Math.max(count, 0));
        filled = count == current.capacity();
        return count >= 0;
    }

    /** Asks the kernel, at the price of a system call, only behind a read that filled its buffer. */
    private void chooseBuffer(Wire wire) throws IOException {
        boolean more = filled && wire.available() > 0;
        if (more && current == idle && idle.capacity() < BufferPool.BUFFER_BYTES) {
            current = pool.borrow();
        } else if (!more && current != idle) {
            release();
        }
    }

    /** Gives a borrowed buffer back. */
    void release() {
        if (current != idle) {
            pool.giveBack(current);
            current = idle;
        }
    }
}
