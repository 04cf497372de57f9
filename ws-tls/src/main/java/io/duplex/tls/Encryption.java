package io.duplex.tls;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.OutputState;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The way out: what the layer above produces becomes records in the transport's buffer; a record that does
 * not fit there is made in a borrowed buffer and leaves piece by piece. For the thread that produces; the
 * flags may be read from any thread.
 */
final class Encryption {
    /** RFC 8446 section 5.1: the most that one record carries. */
    private static final int MAX_PLAINTEXT_BYTES = 1 << 14;
    /** The most that a record adds to what it carries (RFC 8446 section 5.2). */
    private static final int MAX_EXPANSION_BYTES = 5 + 256;
    /** Less room than for such a record is left for the next buffer. */
    private static final int MIN_ROOM_BYTES = 1 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsEngine engine;
    private ByteLayer above;
    private final Pool<PooledBuffer> pool;
    /** Records that did not fit into the transport's buffer, from position to limit. */
    private ByteBuffer spill = NOTHING;
    /** Where it lies. */
    private PooledBuffer spillHolder = RecordBuffers.NONE;
    /** What the layer above produced and the engine has not taken, from position to limit. */
    private ByteBuffer plain = NOTHING;
    /** Where it lies. */
    private PooledBuffer plainHolder = RecordBuffers.NONE;
    private boolean moreAbove;
    private boolean flight;
    private boolean closing;
    /** The engine has something of its own to send. */
    private volatile boolean engineAsks;
    private volatile boolean asked;
    private volatile boolean busy;
    private volatile boolean spilled;
    private volatile boolean closed;
    /** What is to leave as it is, once what waits has left. */
    private volatile ByteBuffer clear = NOTHING;

    Encryption(TlsEngine engine, ByteLayer above, Pool<PooledBuffer> pool) {
        this.engine = engine;
        this.above = above;
        this.pool = pool;
    }

    // ---- any thread ---------------------------------------------------------------------------------------

    /** The layer above has output. */
    void ask() {
        asked = true;
    }

    /** The engine has output: an answer to a KeyUpdate, a ticket, an alert. */
    void engineAsks() {
        engineAsks = true;
    }

    /** Bytes that leave as they are, and nothing behind them: for a peer that does not speak TLS. */
    void sendClear(byte[] bytes) {
        clear = ByteBuffer.wrap(bytes);
        spilled = true;
        closed = true;
    }

    /** Whether something of the layer above has still to be encrypted, or to leave. */
    boolean isPending() {
        return asked || busy;
    }

    /** Whether all that was taken from the layer above has been produced. */
    boolean isDrained() {
        return !spilled && !plain.hasRemaining();
    }

    /** Whether close_notify has been produced, or the engine will let nothing out any more. */
    boolean isClosed() {
        return closed && !spilled;
    }

    // ---- the producing thread -----------------------------------------------------------------------------

    /** Moves what is left of earlier records; true when nothing is left. */
    boolean drain(ByteBuffer dst) {
        if (!spill.hasRemaining() && !takeClear()) {
            return true;
        }
        int count = Math.min(spill.remaining(), dst.remaining());
        dst.put(dst.position(), spill, spill.position(), count).position(dst.position() + count);
        spill.position(spill.position() + count);
        if (spill.hasRemaining()) {
            return false;
        }
        pool.giveBack(spillHolder, this);
        spillHolder = RecordBuffers.NONE;
        spill = NOTHING;
        spilled = false;
        return true;
    }

    private boolean takeClear() {
        spill = clear;
        clear = NOTHING;
        return spill.hasRemaining();
    }

    /** Whether records of the engine's own have been let out since the last call. */
    boolean takeFlight() {
        boolean taken = flight;
        flight = false;
        return taken;
    }

    /**
     * Lets the engine's own records out: those of a handshake, or an alert. True while there is more than
     * fitted.
     */
    boolean flushEngine(ByteBuffer dst) throws SSLException {
        engineAsks = false;
        while (engine.status() == HandshakeStatus.NEED_WRAP) {
            if (!dst.hasRemaining()) {
                return true;
            }
            flight = true;
            if (wrap(NOTHING, dst).getStatus() == Status.CLOSED && !spill.hasRemaining()) {
                return false;
            }
            if (spill.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes from the layer above as much as fits. True while there is more. As a rule nothing is left here
     * then: so the layer above learns of each buffer that has left, however much follows.
     */
    boolean produce(ByteBuffer dst, long nanoTime) throws SSLException {
        busy = true;
        asked = false;
        above = above.successor();
        boolean more = engineAsks && flushEngine(dst) || encrypt(dst, nanoTime);
        busy = more || plain.hasRemaining();
        return more;
    }

    private boolean encrypt(ByteBuffer dst, long nanoTime) throws SSLException {
        boolean begun = dst.position() > 0;
        while (true) {
            if (!dst.hasRemaining() || !encryptRest(dst)) {
                return !isStuck();
            }
            if (begun && dst.remaining() < MIN_ROOM_BYTES) {
                return true;
            }
            // Before produce: bytes that came before the state was set are then sure to be produced before it
            // is acted on.
            OutputState wanted = above.outputState();
            if (wanted == OutputState.ABORT) {
                return false;
            }
            boolean any = take(dst.remaining() - MAX_EXPANSION_BYTES, nanoTime);
            begun = true;
            if (!any && !moreAbove && above.outputState() == wanted) {
                return wanted != OutputState.OPEN && !closed && close(dst);
            }
        }
    }

    /** Encrypts what was taken before; false if some of it, or of the record made of it, is left. */
    private boolean encryptRest(ByteBuffer dst) throws SSLException {
        while (plain.hasRemaining()) {
            if (closed) {
                plain.position(plain.limit());
                break;
            }
            SSLEngineResult result = wrap(plain, dst);
            // The peer has closed both directions, as TLS 1.2 has it: nothing more can be said to it.
            closed = result.getStatus() == Status.CLOSED;
            if (spill.hasRemaining() || isStuck(result)) {
                return false;
            }
            if (plain.hasRemaining() && !dst.hasRemaining()) {
                return false;
            }
        }
        if (plain != NOTHING) {
            pool.giveBack(plainHolder, this);
            plainHolder = RecordBuffers.NONE;
            plain = NOTHING;
        }
        return true;
    }

    /**
     * In the middle of a renegotiation data has to wait for what the peer says; then the layer asks again.
     */
    private boolean isStuck() {
        return plain.hasRemaining() && !spill.hasRemaining()
                && engine.status() != HandshakeStatus.NOT_HANDSHAKING
                && engine.status() != HandshakeStatus.NEED_WRAP;
    }

    private boolean isStuck(SSLEngineResult result) {
        return result.bytesConsumed() == 0 && result.bytesProduced() == 0 && isStuck();
    }

    private boolean take(int fitting, long nanoTime) {
        PooledBuffer borrowed = pool.borrow(this);
        ByteBuffer room = borrowed.bytes();
        // In a buffer of next to nothing no record fits whole in any case.
        room.limit(
                fitting < MIN_ROOM_BYTES / 2 ? MAX_PLAINTEXT_BYTES : Math.min(fitting, MAX_PLAINTEXT_BYTES));
        moreAbove = above.produce(room, nanoTime);
        if (room.flip().hasRemaining()) {
            plain = room;
            plainHolder = borrowed;
            return true;
        }
        pool.giveBack(borrowed, this);
        return false;
    }

    /**
     * After a failure: the alert that tells the peer why, if the engine has one. True while there is more
     * than fitted.
     */
    boolean flushAlert(ByteBuffer dst) {
        for (int i = 0; i < 2 && !closed; i++) {
            try {
                if (flushEngine(dst)) {
                    return true;
                }
                closed = true;
            } catch (SSLException e) {
                // Some engines throw the failure here once more, and give the alert after it.
                closed = i > 0;
            }
        }
        return false;
    }

    /** Whether the layer above is over in an orderly way, so that the peer is to be told. */
    boolean isGoodbyeDue() {
        OutputState wanted = above.outputState();
        return wanted != OutputState.OPEN && wanted != OutputState.ABORT;
    }

    /** close_notify, which may take more than one call; true while there is more than fitted. */
    boolean close(ByteBuffer dst) throws SSLException {
        if (!closing) {
            closing = true;
            engine.closeOutbound();
        }
        while (!closed && (!engine.isOutboundDone() || engine.status() == HandshakeStatus.NEED_WRAP)) {
            if (!dst.hasRemaining()) {
                return true;
            }
            SSLEngineResult result = wrap(NOTHING, dst);
            if (spill.hasRemaining()) {
                return true;
            }
            if (result.bytesProduced() == 0) {
                // Nothing more will come: it is over, or, in the middle of a handshake, waits for the peer.
                break;
            }
        }
        closed = true;
        return false;
    }

    private SSLEngineResult wrap(ByteBuffer src, ByteBuffer dst) throws SSLException {
        int room = engine.packetBytes();
        if (dst.remaining() >= room) {
            SSLEngineResult result = engine.wrap(src, dst);
            noteStatus(result);
            if (result.getStatus() != Status.BUFFER_OVERFLOW) {
                return result;
            }
        }
        return wrapAside(src, dst, room);
    }

    private SSLEngineResult wrapAside(ByteBuffer src, ByteBuffer dst, int room) throws SSLException {
        PooledBuffer borrowed = RecordBuffers.borrow(pool, room, this);
        ByteBuffer aside = borrowed.bytes();
        // If this throws, the garbage collector takes the buffer.
        SSLEngineResult result = engine.wrap(src, aside);
        // What has been produced in spite of it must leave, or the records behind it cannot be read.
        if (result.getStatus() == Status.BUFFER_OVERFLOW && result.bytesProduced() == 0) {
            pool.giveBack(borrowed, this);
            // Two records at once, or room for larger ones than before: the engine's size has grown, or twice
            // is enough.
            int larger = Math.max(engine.packetBytes(), 2 * aside.capacity());
            if (room > 1 << 20) {
                throw new SSLException("the TLS engine wants more than " + room + " bytes for a record");
            }
            return wrapAside(src, dst, larger);
        }
        noteStatus(result);
        spill = aside.flip();
        spillHolder = borrowed;
        spilled = spill.hasRemaining();
        if (spilled) {
            drain(dst);
        } else {
            pool.giveBack(borrowed, this);
            spillHolder = RecordBuffers.NONE;
            spill = NOTHING;
        }
        return result;
    }

    private void noteStatus(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engineAsks = true;
        }
    }

    /** The connection is gone. */
    void release() {
        pool.discard(spillHolder, this);
        pool.discard(plainHolder, this);
        spillHolder = RecordBuffers.NONE;
        plainHolder = RecordBuffers.NONE;
        spill = NOTHING;
        plain = NOTHING;
    }
}
