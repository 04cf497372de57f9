package io.duplex.internal.session;

import io.duplex.internal.pool.Block;
import io.duplex.internal.pool.DirectBuffers;
import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.Poolable;
import io.duplex.transport.OutputBatch;
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
    private static final int MAX_IDLE = 256;
    private static final DirectBuffers BUFFERS = new DirectBuffers(BYTES, MAX_IDLE);
    /** Of empty segments that small frames are copied together in. */
    static final Pool<Segment> POOL =
            new Pool<>(MAX_IDLE, () -> new Segment(BUFFERS.allocate(), true, BYTES));

    /** Written up to its position; the read index is apart. */
    ByteBuffer bytes;
    /** What a transport writes of direct bytes; in use from the reference until they are sent. */
    private ByteBuffer view;
    /** Its memory, if that is a block of its own; otherwise null. */
    private Block block;
    /** Whether frames may be appended, and the segment returns to the pool when it is drained. */
    final boolean pooled;
    /** What it holds that is the queue's own. */
    int ownBytes;
    /** Whether the bytes are the caller's of a send that has not returned. */
    private boolean lent;
    /** Whether its last byte is the last of a frame, so that a control frame may follow. */
    boolean endsFrame = true;
    int read;
    Segment next;

    private Segment(ByteBuffer bytes, boolean pooled, int ownBytes) {
        this.bytes = bytes;
        this.pooled = pooled;
        this.ownBytes = ownBytes;
        this.view = bytes.isDirect() ? bytes.duplicate() : null;
    }

    /** A segment of bytes that are sent as they are, from 0 to the buffer's position. */
    static Segment filled(ByteBuffer bytes) {
        return new Segment(bytes, false, bytes.capacity());
    }

    /** As {@link #filled}, of the bytes of a block, which the segment takes over. */
    static Segment filled(Block block) {
        Segment made = filled(block.bytes());
        made.block = block;
        return made;
    }

    /** As {@link #filled}, of bytes that are shared with other connections. */
    static Segment shared(ByteBuffer bytes) {
        return new Segment(bytes, false, 0);
    }

    /** As {@link #filled}, of bytes that stay the caller's, until {@link #keep}. */
    static Segment lent(ByteBuffer bytes) {
        Segment made = new Segment(bytes, false, 0);
        made.lent = true;
        return made;
    }

    /**
     * The caller of a lent segment takes its bytes back.
     *
     * @param copy what was unread; null if nothing was, or if there is no memory for it: then it is lost
     */
    void keep(Block copy) {
        lent = false;
        if (copy == null) {
            read = bytes.position();
        } else {
            block = copy;
            bytes = copy.bytes();
            view = bytes.isDirect() ? bytes.duplicate() : null;
            ownBytes = bytes.capacity();
            read = 0;
        }
    }

    int unread() {
        return bytes.position() - read;
    }

    /** Returns the unread bytes. */
    ByteBuffer unreadBytes() {
        return bytes.slice(read, unread());
    }

    /** Returns whether a transport can write its bytes where they are. */
    boolean isDirect() {
        return view != null;
    }

    /** Moves as many bytes as fit. */
    int moveTo(ByteBuffer dst) {
        int count = Math.min(unread(), dst.remaining());
        dst.put(dst.position(), bytes, read, count);
        dst.position(dst.position() + count);
        read += count;
        return count;
    }

    /** Adds a reference to as many bytes as fit. Once, until these are written or encrypted. */
    int referTo(OutputBatch batch) {
        int count = Math.min(unread(), batch.referenceRoom());
        if (count > 0) {
            view.limit(read + count).position(read);
            if (lent) {
                batch.referenceLent(view);
            } else {
                batch.reference(view);
            }
            read += count;
        }
        return count;
    }

    /** Returns its memory to its pool. */
    void release(Pool<Segment> pool, SendQueue borrower) {
        if (block != null) {
            block.giveBack(borrower);
        } else if (pooled) {
            pool.giveBack(this, borrower);
        }
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

    @Override
    protected void end() {
        BUFFERS.drop(bytes);
    }
}
