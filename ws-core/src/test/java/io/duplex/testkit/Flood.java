package io.duplex.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the same bytes repeatedly on a thread of its own, up to a total, and counts the bytes that the peer
 * accepted: the measure of back-pressure. It ends when its stream's socket is closed.
 */
public final class Flood implements AutoCloseable {
    /** The time without progress after which the peer counts as not reading. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private final AtomicLong written = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;

    /**
     * Starts to write.
     *
     * @param out        where to
     * @param piece      what
     * @param totalBytes after how many bytes to stop
     */
    public Flood(OutputStream out, byte[] piece, long totalBytes) {
        thread = Thread.ofPlatform().daemon().name("flood").start(() -> {
            try {
                while (!stopped && written.get() < totalBytes) {
                    out.write(piece);
                    written.addAndGet(piece.length);
                }
            } catch (IOException e) {
                // The peer has closed; the bytes that it accepted before are counted.
            }
        });
    }

    /**
     * Returns the number of bytes that the peer, or the kernels between, have accepted so far.
     *
     * @return bytes, in whole pieces
     */
    public long writtenBytes() {
        return written.get();
    }

    /**
     * Waits until the peer accepts no more, or everything is written.
     *
     * @return bytes written by then
     */
    public long awaitStill() {
        return Patience.awaitStill(written::get, QUIET_NANOS);
    }

    /** Waits until everything is written, or the peer has closed. */
    public void awaitDone() {
        Patience.await("the flood is over", () -> !thread.isAlive());
    }

    /** Writes no further piece. */
    @Override
    public void close() {
        stopped = true;
    }
}
