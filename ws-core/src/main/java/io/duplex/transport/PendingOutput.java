package io.duplex.transport;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The few bytes that a layer sends before it leaves the stack ({@link ByteLayer#successor}), such as a head
 * of HTTP or the greeting of a proxy. The receiving thread adds, the producing thread drains; the monitor is
 * held for a copy only and never while anything is called.
 */
public final class PendingOutput {
    /** Null while nothing is pending. */
    private byte[] pending;
    private int position;
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
            pending = bytes;
        } else {
            // Rare: most output leaves before more is added.
            byte[] both = Arrays.copyOfRange(pending, position, pending.length + bytes.length);
            System.arraycopy(bytes, 0, both, pending.length - position, bytes.length);
            pending = both;
        }
        position = 0;
        empty = false;
    }

    /**
     * Moves as many bytes as fit.
     *
     * @param dst room for bytes
     */
    public synchronized void drainTo(ByteBuffer dst) {
        if (pending != null) {
            int count = Math.min(pending.length - position, dst.remaining());
            dst.put(pending, position, count);
            position += count;
            pending = position < pending.length ? pending : null;
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
