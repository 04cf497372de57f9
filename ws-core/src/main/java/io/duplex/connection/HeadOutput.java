package io.duplex.connection;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Heads and plain responses that wait to leave, in front of all frames. Written by the receiving thread, drained by whoever produces;
 * its monitor is held for a copy only and never while anything is called.
 */
final class HeadOutput {
    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>(1);

    synchronized void add(byte[] bytes) {
        waiting.add(ByteBuffer.wrap(bytes));
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
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    synchronized void clear() {
        waiting.clear();
    }
}
