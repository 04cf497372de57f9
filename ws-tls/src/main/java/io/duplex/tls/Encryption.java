package io.duplex.tls;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.tls.EncryptionState.Event;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.OutputState;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * Encrypts the output of the layer above for the transport's buffer. A record that does not fit there, or
 * that would be encrypted in direct memory, is made in a borrowed buffer, the spill buffer, and leaves piece
 * by piece. Used by the producing thread, except for the methods marked otherwise. {@link EncryptionState}
 * has the states and their transitions.
 */
final class Encryption {
    /** The maximum that a record adds to its plaintext (RFC 8446 section 5.2). */
    private static final int MAX_EXPANSION_BYTES = 5 + 256;
    /** With less room than this, a started buffer is full: the next record goes into the next buffer. */
    private static final int MIN_ROOM_BYTES = 1 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final ByteBuffer[] NO_PLAINTEXT = { NOTHING };

    private final TlsEngine engine;
    private ByteLayer above;
    private final Pool<PooledBuffer> pool;
    private final AtomicReference<EncryptionState> state = new AtomicReference<>(EncryptionState.IDLE);
    /** The engine has records of its own to send. */
    private volatile boolean engineHasOutput;
    /** Cleartext that leaves after the spill buffer, instead of records. */
    private volatile ByteBuffer clear = NOTHING;
    /** Bytes of records that did not fit into the transport's buffer, from position to limit. */
    private ByteBuffer spill = NOTHING;
    private PooledBuffer spillHolder = RecordBuffers.NONE;
    private final PendingPlaintext plain = new PendingPlaintext();
    /** How much plaintext the engine makes a record of, as far as is known: JDK's takes a little less. */
    private int recordBytes = PendingPlaintext.MAX_RECORD_BYTES;
    /** The engine's own records have left since {@link #takeFlight} was last called. */
    private boolean flight;

    Encryption(TlsEngine engine, ByteLayer above, Pool<PooledBuffer> pool) {
        this.engine = engine;
        this.above = above;
        this.pool = pool;
    }

    // ---- any thread ---------------------------------------------------------------------------------------

    /** The layer above has output. */
    void outputReady() {
        on(Event.OUTPUT_READY);
    }

    /** The engine has output: an answer to a KeyUpdate, a ticket, an alert. */
    void engineHasOutput() {
        engineHasOutput = true;
    }

    /** Sends cleartext, and nothing after it, to a peer that does not speak TLS. */
    void sendClear(byte[] bytes) {
        clear = ByteBuffer.wrap(bytes);
        on(Event.ENGINE_DONE);
    }

    /** Whether output of the layer above still has to be encrypted, or to leave. */
    boolean isPending() {
        return state.get().isPending();
    }

    /** Whether close_notify has been produced, or the engine makes no more records. */
    boolean isClosed() {
        return state.get() == EncryptionState.CLOSED;
    }

    private void on(Event event) {
        EncryptionState before;
        do {
            before = state.get();
        } while (!state.compareAndSet(before, before.after(event)));
    }

    // ---- the producing thread -----------------------------------------------------------------------------

    /** Whether everything taken from the layer above has been produced. */
    boolean isDrained() {
        return !spill.hasRemaining() && !plain.hasRemaining();
    }

    /** Moves pending bytes of earlier records; true when none is left. */
    boolean drain(ByteBuffer dst) {
        // Read before the cleartext, which is set before this state.
        boolean lastBytes = state.get() == EncryptionState.FLUSHING;
        if (spill.hasRemaining() || takeClear()) {
            int count = Math.min(spill.remaining(), dst.remaining());
            dst.put(dst.position(), spill, spill.position(), count).position(dst.position() + count);
            spill.position(spill.position() + count);
            if (spill.hasRemaining()) {
                return false;
            }
            dropSpill();
        }
        if (lastBytes) {
            on(Event.SPILL_EMPTIED);
        }
        return true;
    }

    private void dropSpill() {
        pool.giveBack(spillHolder, this);
        spillHolder = RecordBuffers.NONE;
        spill = NOTHING;
    }

    private boolean takeClear() {
        if (!clear.hasRemaining()) {
            return false;
        }
        spill = clear;
        clear = NOTHING;
        return true;
    }

    /** The engine makes no more records; the state is CLOSED once the spill buffer is empty. */
    private void engineDone() {
        on(Event.ENGINE_DONE);
        if (!spill.hasRemaining() && !isClosed()) {
            on(Event.SPILL_EMPTIED);
        }
    }

    private boolean isEngineDone() {
        return state.get().isEngineDone();
    }

    /** Whether the engine's own records have left since the last call. */
    boolean takeFlight() {
        boolean taken = flight;
        flight = false;
        return taken;
    }

    /** Produces the engine's own records: of a handshake, or an alert. True while there is more. */
    boolean flushEngine(ByteBuffer dst) throws SSLException {
        engineHasOutput = false;
        while (engine.status() == HandshakeStatus.NEED_WRAP) {
            if (!dst.hasRemaining()) {
                return true;
            }
            flight = true;
            if (wrap(false, dst).getStatus() == Status.CLOSED && !spill.hasRemaining()) {
                return false;
            }
            if (spill.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Encrypts as much output of the layer above as fits. True while there is more. As a rule no plaintext is
     * pending afterwards, so the layer above is informed of each buffer that has left, however much follows.
     */
    boolean produce(ByteBuffer dst, long nanoTime) throws SSLException {
        on(Event.CALL_STARTS);
        above = above.successor();
        boolean more = false;
        boolean intact = false;
        try {
            more = engineHasOutput && flushEngine(dst) || encrypt(dst, nanoTime);
            intact = true;
        } finally {
            keepPlain(intact);
        }
        on(more || plain.hasRemaining() ? Event.CALL_PAUSES : Event.CALL_EXHAUSTS);
        return more;
    }

    /** Also after a failure: lent bytes are not looked at after the call. */
    private void keepPlain(boolean intact) {
        boolean kept = false;
        try {
            plain.endCall(intact);
            kept = true;
        } finally {
            if (!kept) {
                // No memory for bytes that were taken: nothing can follow them.
                engineDone();
            }
        }
    }

    private boolean encrypt(ByteBuffer dst, long nanoTime) throws SSLException {
        boolean started = dst.position() > 0;
        while (true) {
            if (!dst.hasRemaining() || !encryptPlain(dst)) {
                return !isStuck();
            }
            if (started && dst.remaining() < MIN_ROOM_BYTES) {
                return true;
            }
            // Before produce: bytes that were queued before the state was set are then sure to be produced
            // before the state is acted on.
            OutputState wanted = above.outputState();
            if (wanted == OutputState.ABORT) {
                return false;
            }
            boolean more = takePlain(dst.remaining() - MAX_EXPANSION_BYTES, nanoTime);
            started = true;
            if (!plain.hasRemaining() && !more && above.outputState() == wanted) {
                return wanted != OutputState.OPEN && close(dst);
            }
        }
    }

    /** Encrypts the pending plaintext; false if some of it, or of the record made of it, is left. */
    private boolean encryptPlain(ByteBuffer dst) throws SSLException {
        while (plain.hasRemaining() && !isEngineDone()) {
            SSLEngineResult result = wrap(true, dst);
            if (result.getStatus() == Status.CLOSED) {
                // The peer has closed both directions, as TLS 1.2 has it: it can be sent nothing more.
                engineDone();
            }
            if (plain.hasRemaining() && result.bytesConsumed() > 0) {
                recordBytes = Math.clamp(result.bytesConsumed(), MIN_ROOM_BYTES, recordBytes);
            }
            if (spill.hasRemaining() || isStuck(result)) {
                return false;
            }
            if (plain.hasRemaining() && !dst.hasRemaining()) {
                return false;
            }
        }
        if (isEngineDone()) {
            plain.drop();
        }
        return true;
    }

    /** During a renegotiation, data waits for the peer's next flight; then {@link TlsLayer} asks again. */
    private boolean isStuck() {
        return plain.hasRemaining() && !spill.hasRemaining()
                && engine.status() != HandshakeStatus.NOT_HANDSHAKING
                && engine.status() != HandshakeStatus.NEED_WRAP;
    }

    private boolean isStuck(SSLEngineResult result) {
        return result.bytesConsumed() == 0 && result.bytesProduced() == 0 && isStuck();
    }

    /** Takes plaintext for one record from the layer above; true while that layer has more. */
    private boolean takePlain(int fitting, long nanoTime) {
        // No record fits whole into a nearly full buffer anyway.
        int most = fitting < MIN_ROOM_BYTES / 2 ? recordBytes : Math.min(fitting, recordBytes);
        return plain.take(above, most, nanoTime);
    }

    /** Produces the alert after a failure, if the engine has one. True while there is more. */
    boolean flushAlert(ByteBuffer dst) {
        for (int i = 0; i < 2 && !isEngineDone(); i++) {
            try {
                if (flushEngine(dst)) {
                    return true;
                }
                engineDone();
            } catch (SSLException e) {
                // Some engines throw the failure here once more, and make the alert after that.
                if (i > 0) {
                    engineDone();
                }
            }
        }
        return false;
    }

    /** Whether the layer above has ended in an orderly way, so that close_notify is due. */
    boolean isCloseNotifyDue() {
        OutputState wanted = above.outputState();
        return wanted != OutputState.OPEN && wanted != OutputState.ABORT;
    }

    /** Produces close_notify, which may take more than one call. True while there is more. */
    boolean close(ByteBuffer dst) throws SSLException {
        if (isEngineDone()) {
            return false;
        }
        if (state.get() != EncryptionState.CLOSING) {
            on(Event.CLOSE);
            engine.closeOutbound();
        }
        while (!engine.isOutboundDone() || engine.status() == HandshakeStatus.NEED_WRAP) {
            if (!dst.hasRemaining()) {
                return true;
            }
            SSLEngineResult result = wrap(false, dst);
            if (spill.hasRemaining()) {
                return true;
            }
            if (result.bytesProduced() == 0) {
                // Nothing more will come: the engine is done or, during a handshake, waits for the peer.
                break;
            }
        }
        engineDone();
        return false;
    }

    /** Makes a record of pending plaintext, or one of the engine's own. */
    private SSLEngineResult wrap(boolean data, ByteBuffer dst) throws SSLException {
        int room = engine.packetBytes();
        // The JDK's AES-GCM is twice as fast in arrays: it copies direct memory into fresh ones by pieces.
        if (dst.hasArray() && dst.remaining() >= room) {
            SSLEngineResult result = wrapInto(data, dst);
            noteStatus(result);
            if (result.getStatus() != Status.BUFFER_OVERFLOW) {
                return result;
            }
        }
        return wrapAside(data, dst, room);
    }

    private SSLEngineResult wrapInto(boolean data, ByteBuffer record) throws SSLException {
        return data ? plain.wrap(engine, record) : engine.wrap(NO_PLAINTEXT, 0, 1, record);
    }

    private SSLEngineResult wrapAside(boolean data, ByteBuffer dst, int room) throws SSLException {
        PooledBuffer borrowed = RecordBuffers.borrow(pool, room, this);
        ByteBuffer aside = borrowed.bytes();
        // If this throws, the buffer is left to the garbage collector.
        SSLEngineResult result = wrapInto(data, aside);
        // Bytes produced in spite of the overflow must leave, or the records after them cannot be read.
        if (result.getStatus() == Status.BUFFER_OVERFLOW && result.bytesProduced() == 0) {
            pool.giveBack(borrowed, this);
            // The engine makes two records at once, or larger ones than before: its packet size has grown, or
            // twice the room is enough.
            int larger = Math.max(engine.packetBytes(), 2 * aside.capacity());
            if (room > 1 << 20) {
                throw new SSLException("the TLS engine wants more than " + room + " bytes for a record");
            }
            return wrapAside(data, dst, larger);
        }
        noteStatus(result);
        spill = aside.flip();
        spillHolder = borrowed;
        if (spill.hasRemaining()) {
            drain(dst);
        } else {
            dropSpill();
        }
        return result;
    }

    private void noteStatus(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engineHasOutput = true;
        }
    }

    /** Drops the buffers when the connection ends. */
    void release() {
        pool.discard(spillHolder, this);
        spillHolder = RecordBuffers.NONE;
        spill = NOTHING;
        plain.drop();
    }
}
