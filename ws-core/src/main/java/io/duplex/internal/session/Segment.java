package io.duplex.internal.session;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.Poolable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A run of encoded bytes that waits in a {@link SendQueue}; a link of that queue's list. Only bytes up
 * to the buffer's position are read, so what an earlier borrower has written behind it is never seen.
 */
final class Segment extends Poolable {
    /** Room for the echo of what one read of a transport brings. */
    static final int BYTES = 16 << 10;
    /** At most 4 MiB. */
    static final Pool<Segment> POOL = new Pool<>(256, Segment::pooled);

    /** Written up to its position; the read index is apart. */
    final ByteBuffer bytes;
    /** Whether frames may be appended, and the segment returns to the pool when it is drained. */
    final boolean pooled;
    /** What it holds that is the queue's own. */
    final int ownBytes;
    /** Whether its last byte is the last of a frame, so that a control frame may follow. */
    boolean endsFrame = true;
    int read;
    Segment next;

    private Segment(ByteBuffer bytes, boolean pooled, int ownBytes) {
        this.bytes = bytes;
        this.pooled = pooled;
        this.ownBytes = ownBytes;
    }

    /** An empty segment that small frames are copied together in. */
    private static Segment pooled() {
        return new Segment(ByteBuffer.allocate(BYTES), true, BYTES);
    }

    /** A segment of bytes that are sent as they are, from 0 to the buffer's position. */
    static Segment filled(ByteBuffer bytes) {
        return new Segment(bytes, false, bytes.capacity());
    }

    /** As {@link #filled}, of bytes that are shared with other connections. */
    static Segment shared(ByteBuffer bytes) {
        return new Segment(bytes, false, 0);
    }

    int unread() {
        return bytes.position() - read;
    }

    /** Moves as many bytes as fit. */
    int moveTo(ByteBuffer dst) {
        int count = Math.min(unread(), dst.remaining());
        dst.put(dst.position(), bytes, read, count);
        dst.position(dst.position() + count);
        read += count;
        return count;
    }

    @Override
    protected void renew() {
        bytes.clear().order(ByteOrder.BIG_ENDIAN);
        read = 0;
        next = null;
        endsFrame = true;
    }

    @Override
    protected void forget() {
        next = null;
    }
}
