package io.duplex.tls;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import java.nio.ByteBuffer;

/**
 * Finds whole records in what arrives. A record that lies whole in the transport's buffer is used there; of
 * one that is cut, the beginning is carried over, in a few bytes while it is short and in a borrowed buffer
 * otherwise. Receiving thread, or the handshake's task while the receiving thread waits for it.
 */
final class InboundRecords {
    /** Enough for a header and for the records of small messages. */
    private static final int SMALL_BYTES = 256;

    private final Pool<PooledBuffer> pool;
    /** What is carried over, from position to limit, and where it lies. */
    private ByteBuffer carried = RecordBuffers.NONE.bytes();
    private PooledBuffer holder = RecordBuffers.NONE;

    InboundRecords(Pool<PooledBuffer> pool) {
        this.pool = pool;
    }

    /** Whether bytes are carried over. */
    boolean isEmpty() {
        return !carried.hasRemaining();
    }

    /** Whether what is carried over begins with a whole record. */
    boolean hasWhole() throws TlsException {
        return isWhole(carried);
    }

    private static boolean isWhole(ByteBuffer bytes) throws TlsException {
        return bytes.remaining() >= RecordHeader.BYTES
                && bytes.remaining() >= RecordHeader.recordBytes(bytes);
    }

    /** The first byte that is carried over. */
    byte first() {
        return carried.get(carried.position());
    }

    /** What is carried over, to be read only. */
    ByteBuffer peek() {
        return carried.duplicate();
    }

    /**
     * Takes over as much as fits, records complete or not: a flight of a handshake is worked on as a whole.
     *
     * @throws TlsException if what is carried over begins no record
     */
    void gather(ByteBuffer src) throws TlsException {
        append(src, Math.min(src.remaining(), room()));
    }

    /** Whether {@link #gather} takes nothing more before a record is used. */
    boolean isFull() throws TlsException {
        return room() == 0;
    }

    /**
     * Making room by moving what is carried over is worth it once as many bytes have been used, or if a
     * record is not whole yet; otherwise a flight of short records would be moved for each of them.
     */
    private int room() throws TlsException {
        boolean large = carried.capacity() == RecordBuffers.BYTES;
        return large && carried.position() < carried.remaining() && hasWhole()
                ? RecordBuffers.BYTES - carried.limit()
                : RecordBuffers.BYTES - carried.remaining();
    }

    /**
     * The next whole record.
     *
     * @param src what arrived; if the record is not whole, all of it is taken over
     * @return a buffer with the record at its position, to be passed to {@link #used} after use; or null
     * @throws TlsException if no record can begin like this
     */
    ByteBuffer next(ByteBuffer src) throws TlsException {
        if (isEmpty()) {
            if (isWhole(src)) {
                return src;
            }
            append(src, src.remaining());
            return null;
        }
        if (topUp(src, RecordHeader.BYTES) && topUp(src, RecordHeader.recordBytes(carried))) {
            return carried;
        }
        return null;
    }

    private boolean topUp(ByteBuffer src, int bytes) {
        int missing = bytes - carried.remaining();
        if (missing > 0) {
            append(src, Math.min(missing, src.remaining()));
        }
        return carried.remaining() >= bytes;
    }

    private void append(ByteBuffer src, int count) {
        if (count == 0) {
            return;
        }
        makeRoom(carried.remaining() + count);
        int begin = carried.limit();
        carried.limit(begin + count);
        carried.put(begin, src, src.position(), count);
        src.position(src.position() + count);
    }

    private void makeRoom(int bytes) {
        if (carried.capacity() - carried.position() >= bytes) {
            return;
        }
        if (carried.capacity() >= bytes) {
            carried.compact().flip();
            return;
        }
        PooledBuffer larger = bytes <= SMALL_BYTES ? new PooledBuffer(SMALL_BYTES) : pool.borrow(this);
        larger.bytes().put(carried).flip();
        drop();
        holder = larger;
        carried = larger.bytes();
    }

    /**
     * The record at the buffer's position was used; nothing is held when nothing is carried over any more.
     */
    void used(ByteBuffer record) {
        if (record == carried && !carried.hasRemaining()) {
            drop();
        }
    }

    /** Releases what is carried over. No call may be under way that works on it. */
    void drop() {
        pool.giveBack(holder, this);
        holdNothing();
    }

    /** The connection is gone, perhaps inside a record. No call may be under way that works on it. */
    void release() {
        pool.discard(holder, this);
        holdNothing();
    }

    private void holdNothing() {
        holder = RecordBuffers.NONE;
        carried = holder.bytes();
    }
}
