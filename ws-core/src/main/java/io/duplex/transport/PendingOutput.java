package io.duplex.transport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The few bytes that a layer sends before it leaves the stack ({@link ByteLayer#successor}), such as a head
 * of HTTP or the greeting of a proxy. The receiving thread adds, the producing thread drains; the monitor is
 * held for a copy only and never while anything is called.
 */
public final class PendingOutput {
    /** Null while nothing is pending. */
    private ArrayDeque<ByteBuffer> pending;
    /** Read at each write, long after the last byte has left: without the monitor. */
    private volatile boolean empty = true;

    /** Nothing is pending. */
    public PendingOutput() {}

    /**
     * Adds bytes after those that are pending.
     *
     * @param bytes any number of bytes; transferred
     */
    public synchronized void add(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        if (pending == null) {
            pending = new ArrayDeque<>(1);
        }
        pending.add(ByteBuffer.wrap(bytes));
        empty = false;
    }

    /**
     * Moves as many bytes as fit.
     *
     * @param dst room for bytes
     */
    public synchronized void drainTo(ByteBuffer dst) {
        while (pending != null && dst.hasRemaining()) {
            ByteBuffer first = pending.peek();
            int count = Math.min(first.remaining(), dst.remaining());
            dst.put(first.slice(first.position(), count));
            first.position(first.position() + count);
            if (!first.hasRemaining()) {
                pending.remove();
                pending = pending.isEmpty() ? null : pending;
            }
        }
        empty = pending == null;
    }

    /**
     * Returns whether everything has left.
     *
     * @return true if nothing is pending; from any thread
     */
    public boolean isEmpty() {
        return empty;
    }

    /** Drops what is pending. */
    public synchronized void clear() {
        pending = null;
        empty = true;
    }
}
