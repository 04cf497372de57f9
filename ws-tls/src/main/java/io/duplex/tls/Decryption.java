package io.duplex.tls;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.tls.TlsException.Reason;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * Decrypts records after the handshake and offers them to the layer above, as long as that layer takes them
 * and the budget of the turn lasts. The unread rest of one record is kept; the records after it stay with the
 * transport, encrypted. Receive thread only.
 */
final class Decryption {
    /** The effects of records other than data, and the conditions for reading on. */
    interface Events {
        /** Whether records may be decrypted now. */
        boolean mayDecrypt();

        /** The work budget of the current receiving call. */
        default WorkBudget budget() {
            return new WorkBudget();
        }

        /** The engine has output or a task, or is inside a new handshake. */
        void handshakeRecord(SSLEngineResult result) throws SSLException;

        /** The peer sent close_notify; all its data has been delivered. */
        void closeNotify();

        /** Whether pending output must leave before this record, which may be a close_notify. */
        boolean mustFlushBefore(ByteBuffer record);
    }

    /**
     * The maximum number of KeyUpdates, tickets and empty records without data between them. Each costs a
     * computation.
     */
    static final int MAX_RECORDS_WITHOUT_DATA = 32;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsEngine engine;
    private final InboundRecords records;
    private ByteLayer above;
    private final Pool<PooledBuffer> pool;
    private final Events events;
    /** The rest of a record that the layer above has not taken. */
    private ByteBuffer rest = NOTHING;
    private int recordsWithoutData;

    Decryption(TlsEngine engine, InboundRecords records, ByteLayer above, Pool<PooledBuffer> pool,
            Events events) {
        this.engine = engine;
        this.records = records;
        this.above = above;
        this.pool = pool;
        this.events = events;
    }

    /** Whether work is possible without new bytes. */
    boolean hasWork() throws SSLException {
        return rest.hasRemaining() || records.hasWhole();
    }

    /** Decrypts and delivers while the layer above takes bytes and the budget lasts. */
    void receive(ByteBuffer src, long nanoTime) throws SSLException {
        above = above.successor();
        WorkBudget budget = events.budget();
        if (!deliverHeld(budget, nanoTime)) {
            return;
        }
        PooledBuffer buffer = RecordBuffers.NONE;
        while (!rest.hasRemaining() && events.mayDecrypt() && above.wantsRead() && !budget.isSpent()) {
            ByteBuffer record = records.next(src);
            if (record == null || events.mustFlushBefore(record)) {
                break;
            }
            budget.spend(0);
            ByteBuffer plain = unwrapIntoLayer(record);
            if (plain == null) {
                buffer = unwrap(record, buffer == RecordBuffers.NONE ? pool.borrow(this) : buffer);
                plain = buffer.bytes().flip();
            }
            records.used(record);
            offer(plain, budget, nanoTime);
            keep(plain);
        }
        // After a failure the buffer is left to the garbage collector instead.
        pool.giveBack(buffer, this);
    }

    /** Decrypts into memory of the layer above; null if that layer names none with room for the record. */
    private ByteBuffer unwrapIntoLayer(ByteBuffer record) throws SSLException {
        ByteBuffer target = above.readTarget();
        if (target == null || target.remaining() < RecordHeader.recordBytes(record)) {
            return null;
        }
        int start = target.position();
        SSLEngineResult result = engine.unwrap(record, target);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            return null;
        }
        unwrapped(result);
        return target.limit(target.position()).position(start);
    }

    private PooledBuffer unwrap(ByteBuffer record, PooledBuffer buffer) throws SSLException {
        SSLEngineResult result = engine.unwrap(record, buffer.bytes().clear());
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            int larger = Math.max(engine.session().getApplicationBufferSize(), 2 * buffer.bytes().capacity());
            pool.giveBack(buffer, this);
            return unwrap(record, new PooledBuffer(larger));
        }
        unwrapped(result);
        return buffer;
    }

    private void unwrapped(SSLEngineResult result) throws SSLException {
        refuseFlood(result);
        switch (result.getHandshakeStatus()) {
            case NOT_HANDSHAKING, FINISHED -> {
                // Data, or a handshake message that needs no answer.
            }
            default -> events.handshakeRecord(result);
        }
        if (result.getStatus() == Status.CLOSED) {
            events.closeNotify();
        }
    }

    private void refuseFlood(SSLEngineResult result) throws TlsException {
        if (result.bytesProduced() > 0 || result.getStatus() == Status.CLOSED) {
            recordsWithoutData = 0;
        } else if (result.bytesConsumed() > 0) {
            recordsWithoutData++;
        }
        if (recordsWithoutData > MAX_RECORDS_WITHOUT_DATA) {
            throw new TlsException(Reason.PROTOCOL,
                    "more than " + MAX_RECORDS_WITHOUT_DATA + " TLS records in a row brought no data");
        }
    }

    /** Repeats while the layer takes bytes and wants more, and the budget lasts. */
    private void offer(ByteBuffer plain, WorkBudget budget, long nanoTime) {
        int before = -1;
        while (plain.hasRemaining() && plain.remaining() != before) {
            before = plain.remaining();
            above.receive(plain, nanoTime);
            if (!above.wantsRead() || budget.isSpent()) {
                return;
            }
        }
    }

    private void keep(ByteBuffer plain) {
        if (plain.hasRemaining()) {
            rest = ByteBuffer.allocate(plain.remaining()).put(plain).flip();
        }
    }

    /** Delivers bytes that were decrypted earlier, held here or in the layer above; true if none is left. */
    private boolean deliverHeld(WorkBudget budget, long nanoTime) {
        if (above.holdsInput() && above.wantsRead()) {
            // Those bytes arrived before the ones held here.
            above.receive(NOTHING, nanoTime);
        }
        if (rest.hasRemaining() && !above.holdsInput() && above.wantsRead()) {
            offer(rest, budget, nanoTime);
        }
        if (rest.hasRemaining() || above.holdsInput()) {
            return false;
        }
        rest = NOTHING;
        return true;
    }

    /** Drops the buffer when the connection ends. */
    void release() {
        rest = NOTHING;
    }
}
