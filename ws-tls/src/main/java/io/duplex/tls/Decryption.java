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
 * The way in, once the handshake is over: record after record is decrypted and offered to the layer above, as
 * long as it takes them and the budget of the turn lasts. What it leaves of one record is kept; the records
 * behind it stay with the transport, encrypted. Receiving thread only.
 */
final class Decryption {
    /** What records other than data bring about. */
    interface Events {
        /** Whether records may be looked at now. */
        boolean mayGoOn();

        /** How much may be done in the receiving call under way. */
        default WorkBudget budget() {
            return new WorkBudget();
        }

        /** The engine has something to send, or a task, or is in the middle of a new handshake. */
        void handshakeRecord(SSLEngineResult result) throws SSLException;

        /** close_notify: all data was delivered before. */
        void closeNotify();

        /** Whether output that waits must leave before this record, which may be a close_notify. */
        boolean mustFlushBefore(ByteBuffer record);
    }

    /**
     * KeyUpdates, tickets and empty records that a peer may send without data between them. Each costs a
     * computation.
     */
    static final int MAX_RECORDS_WITHOUT_DATA = 32;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsEngine engine;
    private final InboundRecords records;
    private ByteLayer above;
    private final Pool<PooledBuffer> pool;
    private final Events events;
    /** What the layer above has left of a record. */
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

    /** Whether there is something to go on with without new bytes. */
    boolean hasWork() throws SSLException {
        return rest.hasRemaining() || records.hasWhole();
    }

    /** Decrypts and delivers, as far as the layer above goes along and the budget lasts. */
    void receive(ByteBuffer src, long nanoTime) throws SSLException {
        above = above.successor();
        WorkBudget budget = events.budget();
        if (!deliverHeld(budget, nanoTime)) {
            return;
        }
        PooledBuffer plain = RecordBuffers.NONE;
        while (!rest.hasRemaining() && events.mayGoOn() && above.wantsRead() && !budget.isSpent()) {
            ByteBuffer record = records.next(src);
            if (record == null || events.mustFlushBefore(record)) {
                break;
            }
            if (plain == RecordBuffers.NONE) {
                plain = pool.borrow(this);
            }
            budget.spend(0);
            plain = unwrap(record, plain);
            records.used(record);
            plain.bytes().flip();
            offer(plain.bytes(), budget, nanoTime);
            keep(plain.bytes());
            plain.bytes().clear();
        }
        // Not after a failure: the garbage collector takes the buffer then.
        pool.giveBack(plain, this);
    }

    private PooledBuffer unwrap(ByteBuffer record, PooledBuffer plain) throws SSLException {
        SSLEngineResult result = engine.unwrap(record, plain.bytes());
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            int larger = Math.max(engine.session().getApplicationBufferSize(), 2 * plain.bytes().capacity());
            pool.giveBack(plain, this);
            return unwrap(record, new PooledBuffer(larger));
        }
        refuseFlood(result);
        switch (result.getHandshakeStatus()) {
            case NOT_HANDSHAKING, FINISHED -> {
                // Data, or a message that needs no answer.
            }
            default -> events.handshakeRecord(result);
        }
        if (result.getStatus() == Status.CLOSED) {
            events.closeNotify();
        }
        return plain;
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

    /** Goes on as long as the layer takes something and wants more, and the budget lasts. */
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

    /** Offers what was decrypted before, here or in the layer above; true if all of it is dealt with. */
    private boolean deliverHeld(WorkBudget budget, long nanoTime) {
        if (above.holdsInput() && above.wantsRead()) {
            // It has come before what is held here.
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

    /** The connection is gone. */
    void release() {
        rest = NOTHING;
    }
}
