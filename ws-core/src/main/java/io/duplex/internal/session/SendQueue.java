package io.duplex.internal.session;

import io.duplex.frame.FrameHeader;
import io.duplex.frame.FrameWriter;
import io.duplex.frame.Mask;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.Pool;
import io.duplex.internal.protocol.Role;
import java.nio.ByteBuffer;

/**
 * Encoded frames that wait to leave. Small frames are copied together into pooled segments, large ones stand
 * alone; the newest automatic pong waits apart in one slot and overtakes between frames. It bounds nothing
 * and decides nothing. Guarded by the session's lock; the caller's buffers are copied, never changed, never
 * kept, unless a method says otherwise.
 */
final class SendQueue {
    /** From here on a frame gets an array of its own: copying it to others would not save a write. */
    private static final int LARGE_BYTES = Segment.BYTES / 2;
    /** Below this many pending bytes each ping gets a pong of its own: some 30 of the largest. */
    private static final int PONGS_APART_BYTES = 4 << 10;

    private final Pool<Segment> pool;
    private final boolean masks;
    private final MaskKeys keys;
    private final MemoryBudget memory;

    private Segment head;
    private Segment tail;
    private long bytes;
    /** Produced, and not yet taken by the operating system. */
    private long unsentBytes;
    /** Memory of the segments, whatever of it is used, and of messages that wait for their turn. */
    private long heldBytes;
    private long reservedBytes;
    private long appendedBytes;
    private long drainedBytes;
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
        long more = aside || frameBytes >= LARGE_BYTES
                ? frameBytes
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

    /** Returns to the budget what is reserved and not held. */
    void releaseMemory() {
        if (reservedBytes > heldBytes) {
            reservedBytes = memory.tryResize(reservedBytes, heldBytes);
        }
    }

    // ---- in -----------------------------------------------------------------------------------------------

    /**
     * Appends a frame with the bytes from the payload's position to its limit, which is then its position.
     */
    void append(Opcode opcode, boolean fin, int reservedBits, ByteBuffer payload) {
        int length = payload.remaining();
        int frameBytes = FrameHeader.headerBytes(length, masks) + length;
        Segment segment = frameBytes < LARGE_BYTES
                ? roomFor(frameBytes)
                : add(Segment.filled(ByteBuffer.allocate(frameBytes)));
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

    /**
     * As {@link #append}, taking over the buffer's array, all of it payload: a large one is sent (and masked)
     * where it is.
     */
    void appendOwned(Opcode opcode, boolean fin, int reservedBits, ByteBuffer payload) {
        int length = payload.remaining();
        if (length < LARGE_BYTES) {
            append(opcode, fin, reservedBits, payload);
            return;
        }
        int headerBytes = FrameHeader.headerBytes(length, masks);
        Segment segment = roomFor(headerBytes);
        int key = header(segment, opcode, fin, reservedBits, length);
        if (masks) {
            Mask.apply(payload, 0, length, key);
        }
        segment.endsFrame = false;
        add(Segment.filled(payload.position(length)));
        appended(headerBytes + length);
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
        if (frameBytes < LARGE_BYTES) {
            roomFor(frameBytes).bytes.put(frame);
        } else {
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
            bytes -= pongMayLeave() ? pong.moveTo(dst) : moveHead(dst);
        }
        unsentBytes += dst.position() - before;
        releaseMemory();
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

    private void removeHead() {
        Segment drained = head;
        head = drained.next;
        heldBytes -= drained.ownBytes;
        if (head == null) {
            tail = null;
        }
        if (drained.pooled) {
            pool.giveBack(drained, this);
        }
    }

    /** The operating system has taken all that was drained. */
    void sent() {
        unsentBytes = 0;
    }

    /** Throws away all that waits. */
    void clear() {
        while (head != null) {
            removeHead();
        }
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

    /** Returns how many bytes were drained that the operating system has not taken yet. */
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

    /** Returns whether our Close frame has left whole. */
    boolean closeFrameHasLeft() {
        return drainedBytes >= closeEnd;
    }
}
