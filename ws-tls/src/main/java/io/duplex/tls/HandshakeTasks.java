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
 * The part of a handshake that takes long, as tasks off the event loop. A provider may have delegated tasks
 * of its own, or, like Bouncy Castle's, compute inside {@code unwrap}; so a step is all that follows from the
 * records that are there: unwrapping them and the provider's tasks. While a step is under way, its connection
 * reads nothing and writes nothing new.
 */
final class HandshakeTasks {
    /** What the layer hears of it, in a receiving call. */
    interface Owner {
        /** The step is over. */
        void stepped(Optional<SSLException> failure);
    }

    /** Where a step is. */
    private enum State {
        /** None was asked for, or the owner knows that it is over. */
        IDLE,
        /** It waits for its turn, or for a thread. */
        REQUESTED,
        /** A thread computes, or has left the outcome for the owner. */
        RUNNING,
        /** The connection is gone: no step begins any more. */
        RELEASED
    }

    /**
     * More records than any handshake needs that are neither of it nor encrypted: its own change_cipher_spec,
     * and warnings.
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

    /** Whether a step was begun; before, an engine says the same as one that is done. */
    boolean hasStarted() {
        return begun;
    }

    /** Receiving thread: asks for a step. */
    void request() {
        if (!state.compareAndSet(State.IDLE, State.REQUESTED)) {
            return;
        }
        // Not by who runs it: a thread that asked may be the one whose leaving another connection makes it
        // this one's turn.
        place = budget.enter(() -> {
            granted = true;
            // The transport polls after each receiving call, so this one is there for the poll.
            host.execute(() -> {});
        });
        if (place.atOnce()) {
            granted = true;
        }
    }

    /** The step that waits to be run, once. */
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
            // Providers throw these for some malformed input, errors too; they cost this connection only.
            failure = Optional.of(new TlsException(Reason.PROTOCOL, "the TLS provider failed: " + e, e));
        } finally {
            place.leave();
            finished(failure);
        }
    }

    private void finished(Optional<SSLException> failure) {
        host.execute(() -> {
            state.compareAndSet(State.RUNNING, State.IDLE);
            owner.stepped(failure);
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
        // Of this one an engine may say no more than that the handshake has failed.
        if (RecordHeader.isCloseNotifyInClear(record)) {
            throw FailureText.closedEarly();
        }
        PooledBuffer plain =
                RecordBuffers.borrow(pool, engine.session().getApplicationBufferSize(), this);
        refuseFlood(record);
        SSLEngineResult result = engine.unwrap(record, plain.bytes());
        records.used(record);
        // Not after a failure: the garbage collector takes the buffer then.
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
     * The connection is gone: a step that was not begun never will be. One that runs gives up its turn when
     * it ends.
     */
    void release() {
        if (state.getAndUpdate(now -> now == State.RUNNING ? now : State.RELEASED) == State.REQUESTED) {
            place.leave();
        }
    }
}
