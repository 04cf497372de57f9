package io.duplex.transport.bio.driver;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.CallbackThreads;
import io.duplex.transport.Ending;
import io.duplex.transport.LayerHost;
import io.duplex.transport.MemoryReserve;
import io.duplex.transport.OutputState;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.TransportClock;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One connection's life, from {@code attach} to {@code released}: what its own thread does, and what its
 * layer asks of its host. How receiving calls exclude each other is {@link ReceivingCalls}' business, how
 * bytes leave {@link OutputPump}'s.
 *
 * <p><b>Ends.</b> Whoever first sees that the connection is over (the layer's ABORT or CLOSE, a failure, both
 * FINs) sets {@link #ending} and closes the socket, on any thread. That frees the connection thread from
 * whatever it waits for, and only the connection thread says goodbye to the layer.
 *
 * <p><b>Writing.</b> An accepted connection's thread writes what its own calls produced, a few buffers of it;
 * everything else is written by a helper. A connecting one never writes on the connection thread: it must go
 * on reading meanwhile, or else two peers that both write and do not read wait for each other.
 */
final class BlockingConnection extends DeadlineTimer.Deadline
        implements
            LayerHost,
            OutputPump.Owner,
            Runnable {
    private static final long NO_MEMORY_NANOS = 10_000_000;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ConnectionGroup group;
    private final Wire wire;
    /** The layer that was attached, for its release. */
    private final ByteLayer attached;
    /** Written inside calls, on change only, because volatile writes are expensive. */
    private volatile ByteLayer layer;
    private final OutputPump pump;
    private final ReceivingCalls calls;
    private final Runnable receive = this::offerInput;
    private final EndOnce ending = new EndOnce();
    /**
     * Of the turn under way: from one giving way of the connection thread to the next. For receiving calls.
     */
    private final WorkBudget budget = new WorkBudget();
    /** The budget is spent: the connection thread gives way before it offers more. Connection thread only. */
    private boolean turnOver;
    private InputBuffer input;
    private volatile Thread thread;
    private volatile boolean waiting;
    /** The connection thread is in a read, or about to begin one: {@link #wake} cannot reach it. */
    private volatile boolean reading;
    /** A helper is to offer what the layer holds. */
    private volatile boolean offering;
    private volatile boolean peerEnded;
    private volatile IOException writeFailure;
    /** The deadline has passed and its call waits for a turn: until then it is not armed again. */
    private volatile boolean deadlineWaits;
    private boolean begun;
    private boolean released;
    private boolean over;

    BlockingConnection(ConnectionGroup group, Wire wire, ByteLayer layer) {
        this.group = group;
        this.wire = wire;
        this.attached = layer;
        this.layer = layer;
        this.pump = new OutputPump(layer, wire, Buffers.POOL, this);
        this.calls = new ReceivingCalls(this, group);
    }

    void carriedBy(Thread carrier) {
        thread = carrier;
    }

    Thread thread() {
        return thread;
    }

    /** The connection thread's task. */
    @Override
    public void run() {
        while (!over) {
            try {
                liveAndEnd();
            } catch (Throwable e) {
                // Without memory any instruction may throw, in a handler of exceptions, too.
            }
        }
    }

    /** Called again if it throws: goes on with what is left. */
    private void liveAndEnd() {
        if (!begun) {
            begun = true;
            // Its own thread: nothing was entered for before.
            CallbackThreads.enter(group);
            live();
        }
        finishSurely();
        group.ended(this);
        CallbackThreads.leave(null);
        over = true;
    }

    private void live() {
        try {
            input = group.newInputBuffer();
            if (open()) {
                converse();
                // Not after a failure: the garbage collector takes the buffer then.
                input.release();
            }
        } catch (Throwable e) {
            crashed(e);
        }
    }

    /** Instead of {@link #run}, on the acceptor thread: there is no thread for an accepted connection. */
    void refuse() {
        abort();
        calls.make(() -> layer.attach(this, nanoTime()));
        finishSurely();
    }

    private boolean open() {
        calls.make(() -> layer.attach(this, nanoTime()));
        try {
            // If attach has ended in an abort, the socket is closed and this fails.
            wire.open();
        } catch (IOException e) {
            fail(e);
            return false;
        }
        if (!ending.hasBegun()) {
            calls.make(this::connected);
            // What was asked for before the pump was open was not remembered.
            writeFromConnectionThread();
        }
        return true;
    }

    private void connected() {
        layer.connected(nanoTime());
        // Not before, so that no other thread's request lets produce overtake the call.
        pump.open();
    }

    private void converse() {
        while (!ending.hasBegun()) {
            if (!layer.wantsRead()) {
                waitForChange();
            } else if (hasInput()) {
                takeTurn();
            } else if (peerEnded) {
                waitForChange();
            } else if (read()) {
                takeTurn();
            }
        }
    }

    /** Whether there is something to offer without reading. */
    private boolean hasInput() {
        return input.bytes().hasRemaining() || layer.holdsInput();
    }

    private void takeTurn() {
        if (turnOver) {
            group.giveWay();
        }
        calls.make(receive);
    }

    private void offerInput() {
        if (turnOver) {
            budget.begin();
        }
        // A read costs something, even if little comes of it.
        budget.spend(0);
        layer.receive(input.bytes(), nanoTime());
        turnOver = budget.isSpent();
    }

    private boolean read() {
        // Set before the check: a change that the check misses is seen by wake, which offers instead.
        reading = true;
        try {
            if (holdsWantedInput() || input.read(wire)) {
                return true;
            }
        } catch (IOException e) {
            fail(e);
            return false;
        } finally {
            reading = false;
        }
        if (ending.hasBegun()) {
            // A close that lingers has ended the read.
            return false;
        }
        if (writeFailure != null) {
            fail(writeFailure);
        } else {
            peerEnded = true;
            calls.make(() -> layer.receiveEnd(nanoTime()));
        }
        return false;
    }

    /** Nothing to read or not wanted: waits until that changes, or the connection is over. */
    private void waitForChange() {
        await(() -> ending.hasBegun() || writeFailure != null
                || (peerEnded
                        ? pump.finSent() || layer.wantsRead() && layer.holdsInput()
                        : layer.wantsRead()));
        if (writeFailure != null) {
            fail(writeFailure);
        } else if (peerEnded && pump.finSent() && !(layer.wantsRead() && layer.holdsInput())) {
            end(Ending.FIN_EXCHANGED);
        }
    }

    /** Connection thread: whoever changes something that it may wait for calls {@link #wake} afterwards. */
    private void await(BooleanSupplier condition) {
        waiting = true;
        while (!condition.getAsBoolean()) {
            LockSupport.park(this);
            // An interrupt means nothing to this thread, and would make park return at once for ever.
            Thread.interrupted();
        }
        waiting = false;
    }

    void wake() {
        if (waiting) {
            LockSupport.unpark(thread);
        } else if (reading && !offering && holdsWantedInput() && !ending.hasBegun()) {
            offerOnHelper();
        }
    }

    private boolean holdsWantedInput() {
        return layer.holdsInput() && layer.wantsRead();
    }

    /**
     * Input that a task has left in the layer waits for no byte: the peer may send none before its answer.
     */
    private void offerOnHelper() {
        offering = true;
        boolean helped = group.help(() -> {
            group.giveWay();
            calls.submit(this::offerHeld);
        });
        if (!helped) {
            abort();
        }
    }

    private void offerHeld() {
        offering = false;
        if (holdsWantedInput()) {
            budget.begin();
            layer.receive(NOTHING, nanoTime());
        }
    }

    /** Connection thread: reading or connecting failed, or writing did and there is nothing more to read. */
    private void fail(IOException cause) {
        IOException first = writeFailure != null ? writeFailure : cause;
        boolean news = ending.begin(Ending.BROKEN);
        if (news) {
            wire.close();
            closed(Ending.BROKEN);
        }
        // A connecting layer is told in any case, for it waits for the outcome.
        if (news || !wire.wasConnected()) {
            calls.make(() -> layer.receiveFailure(first, nanoTime()));
        }
    }

    /** A close that may wait for the peer needs a thread that may. */
    private void end(Ending how) {
        Optional<Duration> time = wire.lingerTime();
        if (!ending.begin(how)) {
            return;
        }
        if (time.isPresent()) {
            group.lingering()
                    .close(wire, time.get(), at -> closed(how == Ending.LINGER_EXPIRED ? at : how));
        } else {
            wire.close();
            closed(how);
        }
    }

    private void closed(Ending how) {
        ending.closed(how);
        wake();
    }

    /** Any thread: resets the connection. */
    void abort() {
        if (ending.begin(Ending.RESET)) {
            try {
                wire.reset();
            } finally {
                closed(Ending.RESET);
            }
        }
    }

    /** Any thread: a layer or a task of its user threw. Reset first: there may be no memory for the log. */
    @Override
    public void crashed(Throwable cause) {
        try {
            abort();
        } catch (Throwable e) {
            Log.LOGGER.warning("reset of the connection with {}", wire.remote(), e);
        }
        Log.LOGGER.warning("connection with {} reset", wire.remote(), cause);
    }

    /**
     * Goes on for as long as there is no memory to say goodbye in: a layer that is not released holds its
     * place for ever.
     */
    private void finishSurely() {
        while (!released) {
            try {
                finish();
            } catch (Throwable e) {
                MemoryReserve.relieve(e);
            }
            if (!released) {
                LockSupport.parkNanos(NO_MEMORY_NANOS);
            }
        }
    }

    private void finish() {
        // Has no effect unless the attempt to do so before has failed.
        abort();
        group.timer().cancel(this);
        // Closing here would make a FIN of a reset that is just being made.
        await(() -> ending.isClosed() && pump.end());
        Ending how = wire.wasConnected() ? ending.how() : Ending.NOT_CONNECTED;
        calls.makeLast(() -> {
            released = true;
            attached.released(how, nanoTime());
        });
    }

    // Output: who writes.

    /** Connection thread, outside a call. */
    void writeFromConnectionThread() {
        if (!wire.isAccepted()) {
            startWriter();
        } else if (requestPump() && pump.run(OutputPump.A_FEW_ROUNDS)) {
            helpWriting();
        }
    }

    /** Helper, outside a call. */
    void writeFromHelper() {
        if (requestPump()) {
            writeOnHelper();
        }
    }

    /** Any thread. */
    void startWriter() {
        if (requestPump()) {
            helpWriting();
        }
    }

    /** Behind the end of the connection nothing is produced any more. */
    private boolean requestPump() {
        return !ending.hasBegun() && pump.request();
    }

    private void helpWriting() {
        if (!group.help(this::writeOnHelper)) {
            pump.forfeit();
            abort();
        }
    }

    private void writeOnHelper() {
        while (pump.run(OutputPump.A_FEW_ROUNDS)) {
            group.giveWay();
        }
        // For the connection thread that waits for the pump to end.
        wake();
    }

    @Override
    public void looked() {
        look();
        wake();
    }

    @Override
    public void closeWanted() {
        Optional<Duration> lingerTime = layer.lingerTime();
        lingerTime.ifPresent(wire::linger);
        Ending atOnce = peerEnded ? Ending.FIN_EXCHANGED : Ending.CLOSED_FIRST;
        end(lingerTime.isPresent() ? Ending.LINGER_EXPIRED : atOnce);
    }

    /**
     * The peer may have said why before it went: what it sent is still read, then reading fails or ends by
     * itself.
     */
    @Override
    public void writeFailed(IOException cause) {
        writeFailure = cause;
        wake();
    }

    // Looks at the layer.

    /** Any thread: acts on an abort, and arms the timer if the deadline is nearer than before. */
    private OutputState look() {
        OutputState state = layer.outputState();
        if (state == OutputState.ABORT) {
            abort();
        } else if (!ending.hasBegun() && !deadlineWaits) {
            group.timer().arm(this, layer.nextDeadlineNanos());
        }
        return state;
    }

    /** Inside a call, at its end. */
    void lookAfterCall() {
        ByteLayer next = layer.successor();
        if (next != layer) {
            layer = next;
        }
        OutputState state = look();
        if (state == OutputState.CLOSE || state == OutputState.END && !pump.finSent()) {
            calls.askForOutput();
        }
    }

    /** Inside a call, at its end. */
    Runnable pollTask() {
        return layer.pollTask();
    }

    /** Timer thread. A layer may have moved its deadline since it was armed. */
    @Override
    void passed(long nanoTime) {
        try {
            if (!ending.hasBegun() && !deadlineWaits && layer.nextDeadlineNanos() <= nanoTime) {
                deadlineWaits = true;
                calls.submit(this::meetDeadline);
            } else {
                look();
            }
        } catch (Throwable e) {
            crashed(e);
        }
    }

    private void meetDeadline() {
        deadlineWaits = false;
        long now = nanoTime();
        if (layer.nextDeadlineNanos() <= now) {
            layer.onDeadline(now);
        }
    }

    // LayerHost.

    @Override
    public void outputReady() {
        if (calls.inCall()) {
            calls.askForOutput();
        } else {
            flush();
        }
    }

    @Override
    public void inputReady() {
        wake();
    }

    @Override
    public void execute(Runnable task) {
        calls.submit(task);
    }

    @Override
    public void flush() {
        look();
        startWriter();
    }

    @Override
    public WorkBudget budget() {
        return budget;
    }

    @Override
    public boolean inTransportThread() {
        return CallbackThreads.owner() instanceof ConnectionGroup;
    }

    @Override
    public long nanoTime() {
        return TransportClock.nanoTime();
    }

    @Override
    public SocketAddress localAddress() {
        return wire.local();
    }

    @Override
    public SocketAddress remoteAddress() {
        return wire.remote();
    }

    @Override
    public SocketOptions effectiveOptions() {
        return wire.effectiveOptions();
    }
}
