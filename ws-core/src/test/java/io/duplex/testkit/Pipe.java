package io.duplex.testkit;

import java.nio.ByteBuffer;

/**
 * One direction of a TCP connection in memory: a bounded queue of bytes with FIN and RST. For one thread; it
 * allocates nothing after its construction.
 *
 * <p>A reset discards data that was written and not read yet. Not every kernel does so; a program that
 * survives it survives the others.
 */
public final class Pipe {
    /** About the capacity of two kernels for one direction. */
    public static final int DEFAULT_CAPACITY_BYTES = 256 << 10;

    private final byte[] ring;
    private Cuts cuts = Cuts.WHOLE;
    private int head;
    private int size;
    private long bytesRead;
    private long bytesWritten;
    private boolean ended;
    private boolean reset;
    private boolean abandoned;

    /** A pipe of the default capacity. */
    public Pipe() {
        this(DEFAULT_CAPACITY_BYTES);
    }

    /**
     * A pipe of any capacity.
     *
     * @param capacityBytes how many bytes may wait; positive
     */
    public Pipe(int capacityBytes) {
        if (capacityBytes < 1) {
            throw new IllegalArgumentException("capacity " + capacityBytes);
        }
        ring = new byte[capacityBytes];
    }

    /**
     * Sets how reads are cut from now on.
     *
     * @param value the cuts, by the offset in the whole stream
     */
    public void cut(Cuts value) {
        cuts = value;
    }

    /**
     * Writes what fits.
     *
     * @param src its position moves
     * @return how many bytes were taken
     * @throws IllegalStateException after {@link #end} or {@link #reset}
     */
    public int write(ByteBuffer src) {
        if (ended || reset) {
            throw new IllegalStateException("write after " + (reset ? "RST" : "FIN"));
        }
        if (abandoned) {
            int lost = src.remaining();
            src.position(src.limit());
            return lost;
        }
        int count = Math.min(free(), src.remaining());
        int tail = (head + size) % ring.length;
        int first = Math.min(count, ring.length - tail);
        src.get(ring, tail, first);
        src.get(ring, 0, count - first);
        size += count;
        bytesWritten += count;
        return count;
    }

    /**
     * Reads what is there, up to the next cut.
     *
     * @param dst its position moves
     * @return how many bytes were read, possibly 0
     */
    public int read(ByteBuffer dst) {
        int count = Math.min(Math.min(size, dst.remaining()), cuts.next(bytesRead));
        int first = Math.min(count, ring.length - head);
        dst.put(ring, head, first);
        dst.put(ring, 0, count - first);
        head = (head + count) % ring.length;
        size -= count;
        bytesRead += count;
        return count;
    }

    /** Sends FIN after the written data. */
    public void end() {
        ended = true;
    }

    /** Sends RST: pending data is lost. */
    public void reset() {
        reset = true;
        size = 0;
    }

    /** Closes the reader's end: pending data is lost, and so is data written from now on. */
    public void abandon() {
        abandoned = true;
        size = 0;
    }

    /**
     * Returns whether the reader is gone; a writer that writes nevertheless gets a RST.
     *
     * @return true after {@link #abandon}
     */
    public boolean isAbandoned() {
        return abandoned;
    }

    /**
     * Returns the number of pending bytes.
     *
     * @return bytes written and not read
     */
    public int size() {
        return size;
    }

    /**
     * Returns the number of bytes that fit.
     *
     * @return bytes
     */
    public int free() {
        return ring.length - size;
    }

    /**
     * Returns whether the reader has come to the FIN.
     *
     * @return true if nothing is pending and nothing more will be
     */
    public boolean atEnd() {
        return ended && size == 0 && !reset;
    }

    /**
     * Returns whether the writer has sent its FIN.
     *
     * @return true after {@link #end}
     */
    public boolean isEnded() {
        return ended;
    }

    /**
     * Returns whether the connection was reset by the writer's end.
     *
     * @return true after {@link #reset}
     */
    public boolean isReset() {
        return reset;
    }

    /**
     * All that was ever written.
     *
     * @return bytes
     */
    public long bytesWritten() {
        return bytesWritten;
    }

    /**
     * All that was ever read.
     *
     * @return bytes
     */
    public long bytesRead() {
        return bytesRead;
    }
}
