package io.duplex.tls;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.tls.TlsException.Reason;
import io.duplex.transport.LayerHost;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * Runs the expensive part of a handshake off the event loop. A provider may have delegated tasks of its own
 * or, like Bouncy Castle's, compute inside {@code unwrap}; so one task does everything that the records at
 * hand allow: it unwraps them and runs the provider's tasks. Meanwhile its connection reads nothing and
 * produces nothing new.
 */
final class HandshakeTasks {
    /** Gets the result, in a receiving call. */
    interface Owner {
        /** A task has finished. */
        void taskDone(Optional<SSLException> failure);
    }

    /** The state of the task. */
    private enum State {
        /** No task is requested, and the owner has the result of the last one. */
        IDLE,
        /** The task waits for its turn, or for a thread. */
        REQUESTED,
        /** A thread runs the task, or the result is on its way to the owner. */
        RUNNING,
        /** The connection has ended: no task starts any more. */
        RELEASED
    }

    /**
     * The maximum number of records that do not advance the handshake, such as change_cipher_spec and
     * warnings; more than any handshake needs.
     */
    private static final int MAX_OTHER_RECORDS = 32;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsEngine engine;
    private final InboundRecords records;
    private final Pool<PooledBuffer> pool;
    private final HandshakeBudget budget;
    private final Owner owner;
    private volatile LayerHost host;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private volatile boolean granted;
    private volatile HandshakeBudget.Place place;
    private volatile boolean begun;
    private int otherRecords;

    HandshakeTasks(TlsEngine engine, InboundRecords records, Pool<PooledBuffer> pool,
            HandshakeBudget budget, Owner owner) {
        this.engine = engine;
        this.records = records;
        this.pool = pool;
        this.budget = budget;
        this.owner = owner;
    }

    void attach(LayerHost layerHost) {
        host = layerHost;
    }

    boolean isRunning() {
        State now = state.get();
        return now == State.REQUESTED || now == State.RUNNING;
    }

    /** Whether a task has started; before, an engine reports the same status as after the handshake. */
    boolean hasStarted() {
        return begun;
    }

    /** Receive thread: requests a task. */
    void request() {
        if (!state.compareAndSet(State.IDLE, State.REQUESTED)) {
            return;
        }
        // The flag, not the thread, says who was granted at once: this thread may grant the turn later, when
        // it leaves another connection's.
        place = budget.enter(() -> {
            granted = true;
            // An empty receiving call: the transport polls after each.
            host.execute(() -> {});
        });
        if (place.atOnce()) {
            granted = true;
        }
    }

    /** The task to run, once it has its turn. */
    Optional<Runnable> poll() {
        if (!granted) {
            return Optional.empty();
        }
        granted = false;
        return Optional.of(this::run);
    }

    private void run() {
        if (!state.compareAndSet(State.REQUESTED, State.RUNNING)) {
            return;
        }
        Optional<SSLException> failure = Optional.empty();
        try {
            step();
        } catch (SSLException e) {
            failure = Optional.of(e);
        } catch (Throwable e) {
            // Providers throw unchecked exceptions and errors for some malformed input; only this connection
            // fails.
            failure = Optional.of(new TlsException(Reason.PROTOCOL, "the TLS provider failed: " + e, e));
        } finally {
            place.leave();
            finished(failure);
        }
    }

    private void finished(Optional<SSLException> failure) {
        host.execute(() -> {
            state.compareAndSet(State.RUNNING, State.IDLE);
            owner.taskDone(failure);
        });
    }

    private void step() throws SSLException {
        if (!begun) {
            begun = true;
            engine.begin();
        }
        while (true) {
            switch (engine.status()) {
                case NEED_TASK -> engine.runTasks();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!records.hasWhole()) {
                        return;
                    }
                    unwrap();
                }
                case NEED_WRAP, NOT_HANDSHAKING, FINISHED -> {
                    return;
                }
            }
        }
    }

    private void unwrap() throws SSLException {
        ByteBuffer record = records.next(NOTHING);
        // For this record some engines report only that the handshake has failed.
        if (RecordHeader.isCloseNotifyInClear(record)) {
            throw FailureText.closedEarly();
        }
        PooledBuffer plain =
                RecordBuffers.borrow(pool, engine.session().getApplicationBufferSize(), this);
        refuseFlood(record);
        SSLEngineResult result = engine.unwrap(record, plain.bytes());
        records.used(record);
        // After a failure the buffer is left to the garbage collector instead.
        pool.giveBack(plain, this);
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            throw FailureText.closedEarly();
        }
        if (result.bytesProduced() > 0) {
            throw new TlsException(Reason.PROTOCOL, "data came before the TLS handshake was over");
        }
    }

    private void refuseFlood(ByteBuffer record) throws TlsException {
        otherRecords += RecordHeader.mayAdvanceHandshake(record) ? 0 : 1;
        if (otherRecords > MAX_OTHER_RECORDS) {
            throw new TlsException(Reason.PROTOCOL,
                    "more than " + MAX_OTHER_RECORDS + " records of the TLS handshake were of no use to it");
        }
    }

    /**
     * Ends this with the connection. A task that has not started never will; a running one gives up its turn
     * when it ends.
     */
    void release() {
        if (state.getAndUpdate(now -> now == State.RUNNING ? now : State.RELEASED) == State.REQUESTED) {
            place.leave();
        }
    }
}
