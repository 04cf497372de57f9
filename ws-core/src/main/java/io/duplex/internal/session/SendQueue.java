package io.duplex.internal.session;

import io.duplex.frame.FrameHeader;
import io.duplex.frame.FrameWriter;
import io.duplex.frame.Mask;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.internal.pool.Block;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.Pool;
import io.duplex.internal.protocol.Role;
import io.duplex.transport.OutputBatch;
import java.nio.ByteBuffer;

/**
 * Encoded frames that wait to leave. Small frames are copied together into pooled segments, the payload of a
 * large one stands alone; the newest automatic pong waits apart in one slot and overtakes between frames. It
 * bounds nothing and decides nothing. Guarded by the session's lock; the caller's buffers are copied, never
 * changed, never kept, unless a method says otherwise.
 *
 * <p>A transport takes the bytes as references to the segments, or copied. Segments that are referenced stay
 * unchanged until {@link #sent}.
 */
final class SendQueue {
    /** From here on a frame's payload gets memory of its own: copying it to others would not save a write. */
    static final int LARGE_BYTES = Segment.BYTES / 2;
    /** Below this many pending bytes each ping gets a pong of its own: some 30 of the largest. */
    private static final int PONGS_APART_BYTES = 4 << 10;

    private final Pool<Segment> pool;
    private final boolean masks;
    private final MaskKeys keys;
    private final MemoryBudget memory;

    private Segment head;
    private Segment tail;
    /** Segments that are referenced to their end, and not yet sent; the newest first. */
    private Segment referenced;
    /** The last segment whose bytes are lent; null if none are, or all are referenced. */
    private Segment lent;
    private long bytes;
    /** Taken by the transport, and not yet by the operating system. */
    private long unsentBytes;
    /** Memory of the segments, whatever of it is used, and of messages that wait for their turn. */
    private long heldBytes;
    private long reservedBytes;
    private long appendedBytes;
    private long drainedBytes;
    /** How much of the stream the operating system has taken, as far as is known. */
    private long sentBytes;
    private boolean betweenFrames = true;
    private PongSlot pong;
    /** Where the last pong that was appended like any frame ends. */
    private long pongsEnd;
    /** Where our Close frame ends. */
    private long closeEnd = Long.MAX_VALUE;

    SendQueue(Role role, Pool<Segment> pool, MaskKeys keys, MemoryBudget memory) {
        this.memory = memory;
        this.masks = role == Role.CLIENT;
        this.pool = pool;
        this.keys = keys;
    }

    // ---- memory -------------------------------------------------------------------------------------------

    /**
     * Reserves memory for a message that is to be appended or {@linkplain #setAside set aside}. One that is
     * appended to a segment that is there costs nothing.
     *
     * @param aside whether it waits elsewhere for its turn
     * @return false if the budget has no room
     */
    boolean reserve(long payloadBytes, boolean aside) {
        long frameBytes = payloadBytes + FrameHeader.MAX_HEADER_BYTES;
        long more = aside
                ? frameBytes
                : payloadBytes >= LARGE_BYTES
                        ? FrameHeader.MAX_HEADER_BYTES + Block.sizeFor((int) payloadBytes)
                : hasRoom((int) frameBytes) ? 0 : Segment.BYTES;
        long wanted = heldBytes + more;
        if (more == 0 || wanted <= MemoryBudget.STEP_BYTES || wanted <= reservedBytes) {
            return true;
        }
        long resized = memory.tryResize(reservedBytes, wanted);
        reservedBytes = resized == MemoryBudget.REFUSED ? reservedBytes : resized;
        return resized != MemoryBudget.REFUSED;
    }

    /** A message of so many bytes waits elsewhere for its turn; negative when it no longer does. */
    void setAside(long count) {
        heldBytes += count;
    }

    /** Returns to the budget what is reserved and not held; but for lent bytes, which may have to be kept. */
    void releaseMemory() {
        int unread = lent == null ? 0 : lent.unread();
        long needed = heldBytes + (unread == 0 ? 0 : Block.sizeFor(unread));
        if (reservedBytes > needed) {
            reservedBytes = memory.tryResize(reservedBytes, needed);
        }
    }

    // ---- in -----------------------------------------------------------------------------------------------

    /**
     * Appends a frame with the bytes from the payload's position to its limit, which is then its position.
     */
    void append(Opcode opcode, boolean fin, int reservedBits, ByteBuffer payload) {
        int length = payload.remaining();
        if (length >= LARGE_BYTES) {
            appendCopy(opcode, fin, reservedBits, payload);
            return;
        }
        int frameBytes = FrameHeader.headerBytes(length, masks) + length;
        Segment segment = roomFor(frameBytes);
        int key = header(segment, opcode, fin, reservedBits, length);
        if (masks) {
            Mask.copy(payload, segment.bytes, key);
        } else {
            segment.bytes.put(payload);
        }
        appended(frameBytes);
        if (opcode == Opcode.CLOSE) {
            closeEnd = appendedBytes;
        }
    }

    private void appendCopy(Opcode opcode, boolean fin, int reservedBits, ByteBuffer payload) {
        Block block = Block.borrow(payload.remaining(), this);
        boolean appended = false;
        try {
            block.bytes().put(payload.duplicate());
            appendLarge(opcode, fin, reservedBits, Segment.filled(block));
            payload.position(payload.limit());
            appended = true;
        } finally {
            if (!appended) {
                block.discard(this);
            }
        }
    }

    /**
     * As {@link #append}, taking over the buffer's array, all of it payload: a large one is sent (and masked)
     * where it is.
     */
    void appendOwned(Opcode opcode, boolean fin, int reservedBits, ByteBuffer payload) {
        if (payload.remaining() < LARGE_BYTES) {
            append(opcode, fin, reservedBits, payload);
        } else {
            appendLarge(opcode, fin, reservedBits, Segment.filled(payload.position(payload.limit())));
        }
    }

    /**
     * As {@link #append}, of a large payload that is not masked and not copied: the bytes stay the caller's,
     * which calls {@link #keepLent} before it returns.
     */
    void appendLent(Opcode opcode, ByteBuffer payload) {
        Segment body = Segment.lent(payload.slice().position(payload.remaining()));
        appendLarge(opcode, true, 0, body);
        payload.position(payload.limit());
        lent = body;
    }

    /**
     * The header is apart: a pong may overtake it, and the payload's memory has its own size.
     *
     * @param body a segment with the payload, all there: a header without it would break the stream
     */
    private void appendLarge(Opcode opcode, boolean fin, int reservedBits, Segment body) {
        int length = body.unread();
        int headerBytes = FrameHeader.headerBytes(length, masks);
        Segment header = Segment.filled(ByteBuffer.allocate(headerBytes));
        int key = header(header, opcode, fin, reservedBits, length);
        if (masks) {
            Mask.apply(body.bytes, 0, length, key);
        }
        header.endsFrame = false;
        add(header);
        add(body);
        appended(headerBytes + length);
    }

    /**
     * Copies what the transport has not taken of lent bytes. What it has taken is written, or copied by it.
     */
    void keepLent() {
        Segment segment = lent;
        lent = null;
        if (segment == null || segment.unread() == 0) {
            return;
        }
        Block copy = null;
        try {
            copy = Block.borrow(segment.unread(), this);
            copy.bytes().put(segment.unreadBytes());
        } finally {
            segment.keep(copy);
        }
        heldBytes += segment.ownBytes;
    }

    /** Returns the masking key; any value if the frame is not masked. */
    private int header(Segment segment, Opcode opcode, boolean fin, int reservedBits, int length) {
        if (!masks) {
            FrameWriter.header(segment.bytes, opcode, fin, reservedBits, length);
            return 0;
        }
        int key = keys.next();
        FrameWriter.header(segment.bytes, opcode, fin, reservedBits, length, key);
        return key;
    }

    /**
     * Appends a frame that is encoded already and shared with other connections; its content must never
     * change.
     */
    void appendShared(ByteBuffer frame) {
        int frameBytes = frame.remaining();
        if (hasRoom(frameBytes) && frameBytes < LARGE_BYTES) {
            tail.bytes.put(frame);
        } else {
            // Small ones, too: a broadcast to thousands of connections needs no segment for each.
            add(Segment.shared(frame.position(frame.limit())));
        }
        appended(frameBytes);
    }

    /**
     * Queues a pong. RFC 6455 section 5.5.3 lets an endpoint answer only the newest of several pings. We
     * answer each while little waits, because there are peers that count pongs; above that only the newest,
     * because there are peers that ping and do not read.
     */
    void pong(ByteBuffer payload) {
        if (bytes < PONGS_APART_BYTES) {
            append(Opcode.PONG, true, 0, payload.duplicate());
            pongsEnd = appendedBytes;
            return;
        }
        if (pong == null) {
            pong = new PongSlot();
        }
        bytes += pong.fill(payload, masks, keys);
    }

    private void appended(int count) {
        bytes += count;
        appendedBytes += count;
    }

    private Segment roomFor(int count) {
        return hasRoom(count) ? tail : add(pool.borrow(this));
    }

    private boolean hasRoom(int count) {
        return tail != null && tail.pooled && tail.endsFrame && tail.bytes.remaining() >= count;
    }

    private Segment add(Segment segment) {
        if (tail == null) {
            head = segment;
        } else {
            tail.next = segment;
        }
        tail = segment;
        heldBytes += segment.ownBytes;
        return segment;
    }

    // ---- out ----------------------------------------------------------------------------------------------

    /** Moves bytes into {@code dst} until it is full or nothing waits. */
    void drainTo(ByteBuffer dst) {
        int before = dst.position();
        while (dst.hasRemaining() && (pongMayLeave() || head != null)) {
            moveNext(dst);
        }
        unsentBytes += dst.position() - before;
        releaseMemory();
    }

    /** As {@link #drainTo(ByteBuffer)}, with references to direct memory. */
    void drainTo(OutputBatch batch) {
        long before = batch.bytes();
        boolean fits = true;
        while (fits && (pongMayLeave() || head != null)) {
            if (!pongMayLeave() && head.isDirect()) {
                int count = head.referTo(batch);
                bytes -= count;
                headRead(count, true);
                fits = count > 0;
            } else {
                ByteBuffer own = batch.beginCopy();
                fits = own.hasRemaining();
                if (fits) {
                    moveNext(own);
                }
                batch.endCopy();
            }
        }
        unsentBytes += batch.bytes() - before;
        releaseMemory();
    }

    private void moveNext(ByteBuffer dst) {
        if (pongMayLeave()) {
            bytes -= pong.moveTo(dst);
        } else {
            int count = head.moveTo(dst);
            bytes -= count;
            headRead(count, false);
        }
    }

    /** The slot overtakes messages, but no older pong. */
    private boolean pongMayLeave() {
        return pong != null && pong.isFilled()
                && (pong.isLeaving() || betweenFrames && drainedBytes >= pongsEnd);
    }

    private void headRead(int count, boolean byReference) {
        drainedBytes += count;
        boolean done = head.unread() == 0;
        betweenFrames = done && head.endsFrame;
        if (done) {
            removeHead(byReference);
        }
    }

    private void removeHead(boolean byReference) {
        Segment drained = head;
        head = drained.next;
        if (head == null) {
            tail = null;
        }
        if (byReference) {
            drained.next = referenced;
            referenced = drained;
        } else {
            heldBytes -= drained.ownBytes;
            drained.release(pool, this);
        }
    }

    /** The operating system has taken all that was drained. */
    void sent() {
        unsentBytes = 0;
        sentBytes = drainedBytes;
        while (referenced != null) {
            Segment sent = referenced;
            referenced = sent.next;
            heldBytes -= sent.ownBytes;
            sent.release(pool, this);
        }
        releaseMemory();
    }

    /** Drops all that waits, after the transport has released the connection and refers to nothing. */
    void clear() {
        while (head != null) {
            Segment unsent = head;
            head = unsent.next;
            heldBytes -= unsent.ownBytes;
            unsent.release(pool, this);
        }
        while (referenced != null) {
            Segment unsent = referenced;
            referenced = unsent.next;
            heldBytes -= unsent.ownBytes;
            unsent.release(pool, this);
        }
        tail = null;
        lent = null;
        pong = null;
        bytes = 0;
        unsentBytes = 0;
        releaseMemory();
    }

    // ---- figures ------------------------------------------------------------------------------------------

    /** Returns how many bytes wait. */
    long bytes() {
        return bytes;
    }

    /** Returns how many bytes the transport has taken, and the operating system has not. */
    long unsentBytes() {
        return unsentBytes;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Returns where the frame appended last ends in the stream of all frames, without pongs in the slot. */
    long appendedBytes() {
        return appendedBytes;
    }

    /** Returns how much of that stream has left. */
    long drainedBytes() {
        return drainedBytes;
    }

    /** Returns whether the operating system has taken our Close frame whole. */
    boolean closeFrameIsSent() {
        return sentBytes >= closeEnd;
    }
}
