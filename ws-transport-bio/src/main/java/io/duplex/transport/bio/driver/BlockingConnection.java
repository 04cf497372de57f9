package io.duplex.transport.bio.driver;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.CallbackThreads;
import io.duplex.transport.ConnectionEnd;
import io.duplex.transport.ConnectionEnd.Step;
import io.duplex.transport.LayerHost;
import io.duplex.transport.MemoryReserve;
import io.duplex.transport.OutputState;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.TcpEnd;
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
 * One connection from {@code attach} to {@code released}: it runs the connection's thread, and is the host of
 * its layer. {@link SerialExecutor} serializes receiving calls, {@link SerialWriter} writes, and {@link
 * ConnectionEnd} decides how the connection ends.
 *
 * <p><b>Ends.</b> The first thread that sees that the connection is over (the layer's ABORT or CLOSE, a
 * failure, both FINs) initiates the end and closes the socket. That ends every wait of the connection thread,
 * and only the connection thread releases the layer.
 *
 * <p><b>Writing.</b> The thread of an accepted connection writes the output of its own calls, up to a few
 * buffers; a helper writes everything else. The thread of a connecting one never writes: it must continue to
 * read, or two peers that both write and do not read would deadlock.
 */
final class BlockingConnection extends DeadlineTimer.Deadline
        implements
            LayerHost,
            SerialWriter.Owner,
            Runnable {
    private static final long NO_MEMORY_NANOS = 10_000_000;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ConnectionGroup group;
    private final Wire wire;
    /** The layer that was attached, for its release. */
    private final ByteLayer attached;
    /** Written inside calls, on change only, because volatile writes are expensive. */
    private volatile ByteLayer layer;
    private final SerialWriter writer;
    private final SerialExecutor calls;
    private final Runnable receive = this::offerInput;
    private final ConnectionEnd end;
    /**
     * The budget of the current turn, which lasts until the connection thread yields. For receiving calls.
     */
    private final WorkBudget budget = new WorkBudget();
    /** The budget is spent: the connection thread yields before it offers more. Connection thread only. */
    private boolean turnOver;
    private InputBuffer input;
    private volatile Thread thread;
    private volatile boolean waiting;
    /** The connection thread is in a read, or about to start one: {@link #wake} cannot reach it. */
    private volatile boolean reading;
    /** A helper will offer the input that the layer holds. */
    private volatile boolean offering;
    /** The deadline has expired and its call is pending: until then it is not scheduled again. */
    private volatile boolean deadlineWaits;
    private boolean begun;
    private boolean released;
    private boolean over;

    BlockingConnection(ConnectionGroup group, Wire wire, ByteLayer layer) {
        this.group = group;
        this.wire = wire;
        this.attached = layer;
        this.layer = layer;
        this.end = wire.newEnd();
        this.writer = new SerialWriter(layer, wire, Buffers.POOL, end, this);
        this.calls = new SerialExecutor(this, group);
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
                // Without memory any instruction may throw, including those in a catch block.
            }
        }
    }

    /** Called again if it throws: continues with the remaining steps. */
    private void liveAndEnd() {
        if (!begun) {
            begun = true;
            // On its own thread no call precedes this one.
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
        if (!end.hasBegun()) {
            calls.make(this::connected);
            // Requests before the writer was open were not recorded.
            writeFromConnectionThread();
        }
        return true;
    }

    private void connected() {
        layer.connected(nanoTime());
        // Not before, so that no other thread's request lets produce overtake the call.
        writer.open();
    }

    private void converse() {
        while (!end.hasBegun()) {
            if (!mayReceive()) {
                waitForChange();
            } else if (hasInput() || read()) {
                takeTurn();
            }
        }
    }

    private boolean mayReceive() {
        return layer.wantsRead() && (hasInput() || !end.isFinReceived());
    }

    /** Returns whether there is input to offer without reading. */
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
        // A read has a cost, even if it returns few bytes.
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
        if (end.hasBegun()) {
            // A close that lingers has ended the read.
            return false;
        }
        if (end.finReceived() == Step.FAIL) {
            fail(null);
        } else {
            calls.make(() -> layer.receiveEnd(nanoTime()));
        }
        return false;
    }

    /** Nothing can be read now, or nothing is wanted: waits until that changes, or the connection is over. */
    private void waitForChange() {
        await(() -> end.hasBegun() || mayReceive() || end.idle(false, false) != Step.GO_ON);
        switch (end.idle(false, mayReceive())) {
            case CLOSE -> end(end.closeEnding());
            case FAIL -> fail(null);
            case GO_ON, HALF_CLOSE, RESET -> {
                // The connection is over, or there is something to receive.
            }
        }
    }

    /** Connection thread: every change that it may wait for is followed by a {@link #wake}. */
    private void await(BooleanSupplier condition) {
        waiting = true;
        while (!condition.getAsBoolean()) {
            LockSupport.park(this);
            // Interrupts have no meaning for this thread, and would make park return at once forever.
            Thread.interrupted();
        }
        waiting = false;
    }

    void wake() {
        if (waiting) {
            LockSupport.unpark(thread);
        } else if (reading && !offering && holdsWantedInput() && !end.hasBegun()) {
            offerOnHelper();
        }
    }

    private boolean holdsWantedInput() {
        return layer.holdsInput() && layer.wantsRead();
    }

    /**
     * Input that a task has left in the layer is offered without new bytes: the peer may wait for the answer.
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
        // A connecting layer is notified in any case, because it waits for the result.
        if (end(TcpEnd.BROKEN) || !wire.wasConnected()) {
            calls.make(() -> layer.receiveFailure(end.failure(cause), nanoTime()));
        }
    }

    /** Any thread: ends the connection, and returns true unless another end was initiated before. */
    private boolean end(TcpEnd how) {
        if (!end.begin(how)) {
            return false;
        }
        Optional<Duration> lingerTime = end.lingerTime(how);
        if (lingerTime.isPresent()) {
            group.lingering().close(wire, lingerTime.get(), this::closed);
            return true;
        }
        try {
            if (how == TcpEnd.RESET) {
                wire.reset();
            } else {
                wire.close();
            }
        } finally {
            closed(how);
        }
        return true;
    }

    private void closed(TcpEnd found) {
        end.closed(found);
        wake();
    }

    /** Any thread: resets the connection. */
    void abort() {
        end(TcpEnd.RESET);
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
     * Repeats while there is no memory to release the layer: a layer that is not released occupies its place
     * forever.
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
        // Has no effect unless the previous attempt has failed.
        abort();
        group.timer().cancel(this);
        // Closing here would turn a reset that is under way into a FIN.
        await(() -> end.isClosed() && writer.end());
        TcpEnd how = end.ending(wire.wasConnected());
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
        } else if (requestWrite() && writer.run(SerialWriter.A_FEW_ROUNDS)) {
            helpWriting();
        }
    }

    /** Helper, outside a call. */
    void writeFromHelper() {
        if (requestWrite()) {
            writeOnHelper();
        }
    }

    /** Any thread. */
    void startWriter() {
        if (requestWrite()) {
            helpWriting();
        }
    }

    /** After the end was initiated nothing is produced. */
    private boolean requestWrite() {
        return !end.hasBegun() && writer.request();
    }

    private void helpWriting() {
        if (!group.help(this::writeOnHelper)) {
            writer.forfeit();
            abort();
        }
    }

    private void writeOnHelper() {
        while (writer.run(SerialWriter.A_FEW_ROUNDS)) {
            group.giveWay();
        }
        // For the connection thread, which waits for the writer to end.
        wake();
    }

    @Override
    public void looked() {
        look();
        wake();
    }

    @Override
    public void closeDue() {
        end(end.closeEnding());
    }

    /** The connection thread still reads what the peer has sent; then reading fails or ends by itself. */
    @Override
    public void writeFailed() {
        wake();
    }

    // Querying the layer.

    /** Any thread: acts on an abort, and schedules the deadline if it is earlier than before. */
    private OutputState look() {
        OutputState state = layer.outputState();
        if (state == OutputState.ABORT) {
            abort();
        } else if (!end.hasBegun() && !deadlineWaits) {
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
        if (end.isDrainDue(state)) {
            calls.announceOutput();
        }
    }

    /** Inside a call, at its end. */
    Runnable pollTask() {
        return layer.pollTask();
    }

    /** Timer thread. A layer may have moved its deadline since it was scheduled. */
    @Override
    void passed(long nanoTime) {
        try {
            if (!end.hasBegun() && !deadlineWaits && layer.nextDeadlineNanos() <= nanoTime) {
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
            calls.announceOutput();
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
