package io.duplex.internal.proxy;

import java.nio.ByteBuffer;

/**
 * Output to the proxy before there is a tunnel: a few hundred bytes. Written by the receiving thread,
 * drained by the producing thread; the monitor is held for a copy only.
 */
final class TunnelOutput {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer waiting = NOTHING;
    /**
     * Asked at each write of a connection, long after the last of these bytes has left: without the monitor.
     */
    private volatile boolean empty = true;

    synchronized void add(byte[] bytes) {
        ByteBuffer all = ByteBuffer.allocate(waiting.remaining() + bytes.length);
        waiting = all.put(waiting).put(bytes).flip();
        empty = !waiting.hasRemaining();
    }

    /** Moves as many bytes as fit. */
    synchronized void drainTo(ByteBuffer dst) {
        int count = Math.min(dst.remaining(), waiting.remaining());
        dst.put(waiting.slice(waiting.position(), count));
        waiting.position(waiting.position() + count);
        if (!waiting.hasRemaining()) {
            clear();
        }
    }

    synchronized void clear() {
        waiting = NOTHING;
        empty = true;
    }

    boolean isEmpty() {
        return empty;
    }
}
