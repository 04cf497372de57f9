package io.duplex.connection;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Heads and plain responses that wait to leave, in front of all frames. Written by the receiving thread, drained by whoever produces;
 * its monitor is held for a copy only and never while anything is called.
 */
final class HeadOutput {
    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>(1);
    /** Asked for each frame, long after the last head has left: without the monitor. */
    private volatile boolean empty = true;

    synchronized void add(byte[] bytes) {
        waiting.add(ByteBuffer.wrap(bytes));
        empty = false;
    }

    /** Moves as many bytes as fit. */
    synchronized void drainTo(ByteBuffer dst) {
        while (!waiting.isEmpty() && dst.hasRemaining()) {
            ByteBuffer head = waiting.peek();
            int count = Math.min(head.remaining(), dst.remaining());
            dst.put(head.slice(head.position(), count));
            head.position(head.position() + count);
            if (!head.hasRemaining()) {
                waiting.remove();
            }
        }
        empty = waiting.isEmpty();
    }

    boolean isEmpty() {
        return empty;
    }

    synchronized void clear() {
        waiting.clear();
        empty = true;
    }
}
