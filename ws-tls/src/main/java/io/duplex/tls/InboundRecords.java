package io.duplex.tls;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import java.nio.ByteBuffer;

/**
 * Finds whole records in the input. A record that lies whole in the transport's buffer is used there, unless
 * that is direct memory and the record is long; the beginning of a partial one is carried over, in a small
 * array while it is short and in a borrowed buffer otherwise. Used by the receive thread, or by the
 * handshake's task while the receive thread waits for it.
 */
final class InboundRecords {
    /** Large enough for a header and for the records of small messages. */
    private static final int SMALL_BYTES = 256;

    private final Pool<PooledBuffer> pool;
    /** The carried-over bytes, from position to limit, and their buffer. */
    private ByteBuffer carried = RecordBuffers.NONE.bytes();
    private PooledBuffer holder = RecordBuffers.NONE;

    InboundRecords(Pool<PooledBuffer> pool) {
        this.pool = pool;
    }

    /** Whether bytes are carried over. */
    boolean isEmpty() {
        return !carried.hasRemaining();
    }

    /** Whether the carried-over bytes start with a whole record. */
    boolean hasWhole() throws TlsException {
        return isWhole(carried);
    }

    private static boolean isWhole(ByteBuffer bytes) throws TlsException {
        return bytes.remaining() >= RecordHeader.BYTES
                && bytes.remaining() >= RecordHeader.recordBytes(bytes);
    }

    /** The first carried-over byte. */
    byte first() {
        return carried.get(carried.position());
    }

    /** A view of the carried-over bytes, for reading only. */
    ByteBuffer peek() {
        return carried.duplicate();
    }

    /**
     * Carries over as many bytes as fit, in whole records or not: a flight of a handshake is processed at
     * once.
     *
     * @throws TlsException if the carried-over bytes are not the start of a record
     */
    void gather(ByteBuffer src) throws TlsException {
        append(src, Math.min(src.remaining(), room()));
    }

    /** Whether {@link #gather} takes nothing more before a record is used. */
    boolean isFull() throws TlsException {
        return room() == 0;
    }

    /**
     * Moves the carried-over bytes only when at least as many have been used, or when the record is partial;
     * otherwise a flight of short records would be moved once for each of them.
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
     * @param src the input; all of it is carried over if the record is partial
     * @return a buffer with the record at its position, to be passed to {@link #used} after use; or null
     * @throws TlsException if the bytes are not the start of a record
     */
    ByteBuffer next(ByteBuffer src) throws TlsException {
        if (isEmpty()) {
            if (isWhole(src)) {
                return inArray(src);
            }
            append(src, src.remaining());
            return null;
        }
        if (topUp(src, RecordHeader.BYTES) && topUp(src, RecordHeader.recordBytes(carried))) {
            return carried;
        }
        return null;
    }

    /** The JDK's AES-GCM is faster in arrays: it copies direct memory into fresh ones by pieces. */
    private ByteBuffer inArray(ByteBuffer src) throws TlsException {
        int bytes = RecordHeader.recordBytes(src);
        if (src.hasArray() || bytes <= SMALL_BYTES) {
            return src;
        }
        append(src, bytes);
        return carried;
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
     * Marks the record at the buffer's position as used. The buffer is returned when nothing is left in it.
     */
    void used(ByteBuffer record) {
        if (record == carried && !carried.hasRemaining()) {
            drop();
        }
    }

    /** Returns the buffer of the carried-over bytes. No call may be using it. */
    void drop() {
        pool.giveBack(holder, this);
        holdNothing();
    }

    /** Discards the buffer when the connection ends, perhaps inside a record. No call may be using it. */
    void release() {
        pool.discard(holder, this);
        holdNothing();
    }

    private void holdNothing() {
        holder = RecordBuffers.NONE;
        carried = holder.bytes();
    }
}
