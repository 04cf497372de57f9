package io.duplex.transport.bio.driver;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.ConnectionEnd;
import io.duplex.transport.ConnectionEnd.Step;
import io.duplex.transport.OutputState;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * Writes a layer's output to the socket, on one thread at a time: the thread whose {@link #request} returned
 * true calls {@link #run}. A request during a run makes that run check again, so none is lost and a burst has
 * one writer. It decides neither which thread writes nor how the connection ends: that is the task of {@link
 * ConnectionEnd}.
 */
final class SerialWriter {
    /** Buffers that the connection thread writes before it returns to reading and a helper continues. */
    static final int A_FEW_ROUNDS = 16;

    private enum State {
        /** Nothing may be written yet. */
        NOT_OPEN,
        /** No thread writes. */
        IDLE,
        /** A thread writes, or is about to. */
        RUNNING,
        /** The same, and it must check again before it ends. */
        AGAIN,
        /** Writing has ended. */
        ENDED
    }

    /** The connection, which handles the results of the writer. */
    interface Owner {
        /** A round is over: bytes were produced, and written if there were any. */
        void looked();

        /** Everything was written, and the connection is to be closed. */
        void closeDue();

        /** A write failed; nothing is written after it. */
        void writeFailed();

        /** The layer threw; nothing is written after it. */
        void crashed(Throwable cause);
    }

    /** Of {@link #state}, without an object for each connection. */
    private static final AtomicReferenceFieldUpdater<SerialWriter, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(SerialWriter.class, State.class, "state");

    private volatile State state = State.NOT_OPEN;
    private ByteLayer layer;
    private final Wire wire;
    private final Pool<PooledBuffer> pool;
    private final ConnectionEnd end;
    private final Owner owner;
    /** Set by the thread that runs, and read by the next one that does. */
    private boolean failed;

    SerialWriter(ByteLayer layer, Wire wire, Pool<PooledBuffer> pool, ConnectionEnd end, Owner owner) {
        this.layer = layer;
        this.wire = wire;
        this.pool = pool;
        this.end = end;
        this.owner = owner;
    }

    /** Connection thread: the wire accepts bytes from now on. */
    void open() {
        state = State.IDLE;
    }

    /**
     * Any thread: there may be output.
     *
     * @return true if the caller must call {@link #run}, or have it called
     */
    boolean request() {
        while (true) {
            State now = state;
            switch (now) {
                case IDLE -> {
                    if (STATE.compareAndSet(this, State.IDLE, State.RUNNING)) {
                        return true;
                    }
                }
                case RUNNING -> {
                    if (STATE.compareAndSet(this, State.RUNNING, State.AGAIN)) {
                        return false;
                    }
                }
                case NOT_OPEN, AGAIN, ENDED -> {
                    return false;
                }
            }
        }
    }

    /** After a {@link #request} that returned true, if no thread can run. */
    void forfeit() {
        state = State.IDLE;
    }

    /**
     * Connection thread, once the wire is closed: ends writing unless a thread still writes.
     *
     * @return true once it has ended
     */
    boolean end() {
        State now = state;
        return now == State.ENDED
                || now != State.RUNNING && now != State.AGAIN && STATE.compareAndSet(this, now, State.ENDED);
    }

    /**
     * Writes until no output is left.
     *
     * @param rounds the maximum number of buffers, for instance {@link #A_FEW_ROUNDS}
     * @return true if there may be more: the caller must have {@code run} called again
     */
    boolean run(int rounds) {
        PooledBuffer borrowed;
        try {
            borrowed = pool.borrow(this);
        } catch (OutOfMemoryError e) {
            // No buffer: writing stops as after any other failure; otherwise the connection would wait
            // forever.
            failed = true;
            forfeit();
            owner.crashed(e);
            return false;
        }
        boolean more = true;
        for (int round = 0; more && round < rounds; round++) {
            more = again(borrowed) || !STATE.compareAndSet(this, State.RUNNING, State.IDLE);
        }
        // Does nothing after a failure.
        pool.giveBack(borrowed, this);
        return more;
    }

    /** One round; returns true if there may be more to do. */
    private boolean again(PooledBuffer borrowed) {
        // This round serves all requests up to here; later ones set the state to AGAIN once more.
        state = State.RUNNING;
        if (failed) {
            return false;
        }
        try {
            return round(borrowed.bytes());
        } catch (IOException e) {
            failed = true;
            pool.discard(borrowed, this);
            end.writeFailed(e);
            owner.writeFailed();
            return false;
        } catch (RuntimeException | Error e) {
            failed = true;
            pool.discard(borrowed, this);
            owner.crashed(e);
            return false;
        }
    }

    private boolean round(ByteBuffer buffer) throws IOException {
        layer = layer.successor();
        // Before produce, as ConnectionEnd.drained requires.
        OutputState wanted = layer.outputState();
        boolean more = layer.produce(buffer.clear(), TransportClock.nanoTime());
        boolean written = buffer.position() > 0;
        if (written) {
            wire.write(buffer.array(), buffer.position());
            layer.sent(TransportClock.nanoTime());
        }
        more |= layer.outputState() != wanted;
        if (!more) {
            act(wanted);
        }
        owner.looked();
        return more;
    }

    private void act(OutputState wanted) throws IOException {
        Step step = end.drained(wanted, layer);
        if (step == Step.HALF_CLOSE) {
            wire.shutdownOutput();
            end.halfClosed();
            step = end.drained(wanted, layer);
        }
        if (step == Step.CLOSE) {
            owner.closeDue();
        }
    }
}
