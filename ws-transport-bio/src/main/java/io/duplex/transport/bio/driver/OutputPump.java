package io.duplex.transport.bio.driver;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.OutputState;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * Moves a layer's output to the wire, on one thread at a time: whoever turned {@link #request} to true calls
 * {@link #run}. A request that comes during a run makes that run look again, so none is lost and a burst has
 * one writer. Decides nothing about threads, and knows nothing of turns.
 */
final class OutputPump {
    /**
     * So many buffers the connection thread writes before it returns to reading and leaves the rest to a
     * helper.
     */
    static final int A_FEW_ROUNDS = 16;

    private enum State {
        /** Nothing may be written yet. */
        NOT_OPEN,
        /** Nobody writes. */
        IDLE,
        /** A thread writes, or is on its way to it. */
        RUNNING,
        /** The same, and it must look again before it ends. */
        AGAIN,
        /** Nothing will be written any more. */
        ENDED
    }

    /** What the pump's connection does about what it finds. */
    interface Owner {
        /** A round is over: bytes were produced, and written if there were any. */
        void looked();

        /** Everything was written and the layer wants the connection closed. */
        void closeWanted();

        /** A write failed; nothing was or will be written after it. */
        void writeFailed(IOException cause);

        /** The layer threw; the pump is of no more use. */
        void crashed(Throwable cause);
    }

    /** Of {@link #state}, without an object for each connection. */
    private static final AtomicReferenceFieldUpdater<OutputPump, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(OutputPump.class, State.class, "state");

    private volatile State state = State.NOT_OPEN;
    private ByteLayer layer;
    private final Wire wire;
    private final Pool<PooledBuffer> pool;
    private final Owner owner;
    private volatile boolean finSent;
    /** Set by the thread that runs, and read by the next one that does. */
    private boolean failed;

    OutputPump(ByteLayer layer, Wire wire, Pool<PooledBuffer> pool, Owner owner) {
        this.layer = layer;
        this.wire = wire;
        this.pool = pool;
        this.owner = owner;
    }

    /** Connection thread: the wire takes bytes from now on. */
    void open() {
        state = State.IDLE;
    }

    /** Whether this end's FIN is sent. */
    boolean finSent() {
        return finSent;
    }

    /**
     * Any thread: there may be something to do.
     *
     * @return true if the caller must see to it that {@link #run} is called
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

    /** Whoever had true from {@link #request} and found no thread to run. */
    void forfeit() {
        state = State.IDLE;
    }

    /**
     * Connection thread, once the wire is closed: ends the pump unless a thread still runs it.
     *
     * @return true once it has ended
     */
    boolean end() {
        State now = state;
        return now == State.ENDED
                || now != State.RUNNING && now != State.AGAIN && STATE.compareAndSet(this, now, State.ENDED);
    }

    /**
     * Writes until there is nothing left to write.
     *
     * @param rounds how many buffers to write at most, for instance {@link #A_FEW_ROUNDS}
     * @return true if there may be more: the caller must see to it that {@code run} is called again
     */
    boolean run(int rounds) {
        PooledBuffer borrowed;
        try {
            borrowed = pool.borrow(this);
        } catch (OutOfMemoryError e) {
            // No buffer: the pump stops as after any other failure, or else the connection would wait for it
            // for ever.
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

    /** One round; true if there is more to do as far as this thread can see. */
    private boolean again(PooledBuffer borrowed) {
        // Requests up to here are served by this round; later ones set the state to AGAIN once more.
        state = State.RUNNING;
        if (failed) {
            return false;
        }
        try {
            return round(borrowed.bytes());
        } catch (IOException e) {
            failed = true;
            pool.discard(borrowed, this);
            owner.writeFailed(e);
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
        // Before produce: bytes that came before the state was set are then sure to be produced before it is
        // acted on.
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
        switch (wanted) {
            case END -> {
                if (!finSent) {
                    shutdownOutput();
                }
            }
            case CLOSE -> {
                // A close that waits for the peer to have it all must have sent it all.
                if (!finSent && layer.lingerTime().isPresent()) {
                    shutdownOutput();
                }
                owner.closeWanted();
            }
            case OPEN, ABORT -> {
                // Nothing to do; an abort needs no writer, it is acted on wherever it is seen.
            }
        }
    }

    private void shutdownOutput() throws IOException {
        wire.shutdownOutput();
        finSent = true;
    }
}
