package io.duplex.internal.connection;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Heads and plain responses that wait to leave, in front of all frames. Written by the receiving thread,
 * drained by the producing thread; its monitor is held for a copy only and never while anything is called.
 */
final class HeadOutput {
    /** Null while nothing waits. */
    private ArrayDeque<ByteBuffer> waiting;
    /** Asked for each frame, long after the last head has left: without the monitor. */
    private volatile boolean empty = true;

    synchronized void add(byte[] bytes) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(1);
        }
        waiting.add(ByteBuffer.wrap(bytes));
        empty = false;
    }

    /** Moves as many bytes as fit. */
    synchronized void drainTo(ByteBuffer dst) {
        while (waiting != null && dst.hasRemaining()) {
            ByteBuffer head = waiting.peek();
            int count = Math.min(head.remaining(), dst.remaining());
            dst.put(head.slice(head.position(), count));
            head.position(head.position() + count);
            if (!head.hasRemaining()) {
                waiting.remove();
                waiting = waiting.isEmpty() ? null : waiting;
            }
        }
        empty = waiting == null;
    }

    boolean isEmpty() {
        return empty;
    }

    synchronized void clear() {
        waiting = null;
        empty = true;
    }
}
