package io.duplex.session;

import io.duplex.frame.FrameWriter;
import io.duplex.frame.Mask;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.pool.Pool;
import java.nio.ByteBuffer;

/**
 * Encoded frames that wait to leave. Small frames are copied together into pooled segments, large ones stand alone; the newest
 * automatic pong waits apart in one slot and overtakes between frames. It bounds nothing and decides nothing. Guarded by the
 * session's lock; the caller's buffers are copied, never changed, never kept, unless a method says otherwise.
 */
final class OutboundQueue {
    /** From here on a frame gets an array of its own: copying it together with others would not save a write. */
    private static final int LARGE_BYTES = Segment.BYTES / 2;

    private final Pool<Segment> pool;
    private final Role role;
    private final MaskKeys keys;

    private Segment head;
    private Segment tail;
    private long bytes;
    private long appendedBytes;
    private long drainedBytes;
    private boolean betweenFrames = true;
    private PongSlot pong;
    /** Where the last pong that was appended like any frame ends. */
    private long pongsEnd;

    OutboundQueue(Role role, Pool<Segment> pool, MaskKeys keys) {
        this.role = role;
        this.pool = pool;
        this.keys = keys;
    }

    /** Appends a frame with the bytes from the payload's position to its limit, which is then its position. */
    void append(Opcode opcode, boolean fin, int reservedBits, ByteBuffer payload) {
        int length = payload.remaining();
        int frameBytes = FrameWriter.headerBytes(length, masks()) + length;
        Segment segment = frameBytes < LARGE_BYTES
                ? roomFor(frameBytes)
                : add(Segment.filled(ByteBuffer.allocate(frameBytes)));
        if (masks()) {
            int key = keys.next();
            FrameWriter.header(segment.bytes, opcode, fin, reservedBits, length, key);
            Mask.copy(payload, segment.bytes, key);
        } else {
            FrameWriter.header(segment.bytes, opcode, fin, reservedBits, length);
            segment.bytes.put(payload);
        }
        appended(frameBytes);
        if (opcode == Opcode.PONG) {
            pongsEnd = appendedBytes;
        }
    }

    /** As {@link #append}, taking the buffer's array over, all of it payload: a large one is sent (and masked) where it is. */
    void appendOwned(Opcode opcode, boolean fin, int reservedBits, ByteBuffer payload) {
        int length = payload.remaining();
        if (length < LARGE_BYTES) {
            append(opcode, fin, reservedBits, payload);
            return;
        }
        int headerBytes = FrameWriter.headerBytes(length, masks());
        Segment header = roomFor(headerBytes);
        if (masks()) {
            int key = keys.next();
            FrameWriter.header(header.bytes, opcode, fin, reservedBits, length, key);
            Mask.apply(payload, 0, length, key);
        } else {
            FrameWriter.header(header.bytes, opcode, fin, reservedBits, length);
        }
        header.endsFrame = false;
        add(Segment.filled(payload.position(length)));
        appended(headerBytes + length);
    }

    /** Appends a frame that is encoded already and shared with other connections; its content must never change. */
    void appendShared(ByteBuffer frame) {
        int frameBytes = frame.remaining();
        if (frameBytes < LARGE_BYTES) {
            roomFor(frameBytes).bytes.put(frame);
        } else {
            add(Segment.filled(frame.position(frame.limit())));
        }
        appended(frameBytes);
    }

    /** Sets the pong that leaves next, in place of one that still waits (RFC 6455 section 5.5.3). */
    void pong(ByteBuffer payload) {
        if (pong == null) {
            pong = new PongSlot();
        }
        bytes += pong.fill(payload, masks(), keys);
    }

    /** Moves bytes into {@code dst} until it is full or nothing waits. */
    void drainTo(ByteBuffer dst) {
        while (pongMayLeave() || head != null) {
            bytes -= pongMayLeave() ? pong.moveTo(dst) : moveHead(dst);
            if (!dst.hasRemaining()) {
                return;
            }
        }
    }

    /** The slot overtakes messages, but no older pong. */
    private boolean pongMayLeave() {
        return pong != null && pong.isFilled()
                && (pong.isLeaving() || betweenFrames && drainedBytes >= pongsEnd);
    }

    private int moveHead(ByteBuffer dst) {
        int moved = head.moveTo(dst);
        drainedBytes += moved;
        boolean done = head.unread() == 0;
        betweenFrames = done && head.endsFrame;
        if (done) {
            removeHead();
        }
        return moved;
    }

    /** Throws away all that waits. */
    void clear() {
        while (head != null) {
            removeHead();
        }
        pong = null;
        bytes = 0;
    }

    /** Bytes that wait. */
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Where the frame appended last ends in the stream of all frames, pongs left out. */
    long appendedBytes() {
        return appendedBytes;
    }

    /** How much of that stream has left. */
    long drainedBytes() {
        return drainedBytes;
    }

    private void appended(int count) {
        bytes += count;
        appendedBytes += count;
    }

    private boolean masks() {
        return role == Role.CLIENT;
    }

    private Segment roomFor(int count) {
        return tail != null && tail.pooled && tail.endsFrame && tail.bytes.remaining() >= count
                ? tail
                : add(pool.borrow(this));
    }

    private Segment add(Segment segment) {
        if (tail == null) {
            head = segment;
        } else {
            tail.next = segment;
        }
        tail = segment;
        return segment;
    }

    private void removeHead() {
        Segment drained = head;
        head = drained.next;
        if (head == null) {
            tail = null;
        }
        if (drained.pooled) {
            pool.giveBack(drained, this);
        }
    }
}
