package io.duplex.session;

import java.nio.ByteBuffer;

/** A run of encoded bytes that waits in an {@link OutboundQueue}; a link of that queue's list. */
final class Segment {
    /** Written up to its position; the read index is apart. */
    final ByteBuffer bytes;
    /** Whether frames may be appended, and the segment goes back to the pool when it is drained. */
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
    static Segment pooled(int sizeBytes) {
        return new Segment(ByteBuffer.allocate(sizeBytes), true, sizeBytes);
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

    Segment reset() {
        bytes.clear();
        read = 0;
        next = null;
        endsFrame = true;
        return this;
    }
}
