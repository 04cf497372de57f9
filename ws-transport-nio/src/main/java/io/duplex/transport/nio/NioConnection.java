package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.ConnectionEnd;
import io.duplex.transport.ConnectionEnd.Step;
import io.duplex.transport.LayerHost;
import io.duplex.transport.LingeringCloses;
import io.duplex.transport.OutputState;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.TimerWheel;
import io.duplex.transport.TransportClock;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One connection from {@code attach} to {@code released}, on its loop's thread only: it handles readiness,
 * deadlines and tasks, and is the host of its layer. {@link SocketReader} and {@link SocketWriter} move the
 * bytes, {@link ConnectionEnd} decides how it ends. It is its own entry in the loop's timer wheel, and its
 * own task when other threads request a flush.
 *
 * <p><b>Flush list.</b> Output is not written where it is announced, except by {@link #flush}: the connection
 * joins its loop's flush list, once, and is flushed soon, after those that joined before; then it writes and
 * queries the layer. Other threads request a flush by a task, one for a burst.
 *
 * <p><b>Turns.</b> In a turn of the loop a connection offers bytes once, within one budget, and writes a few
 * buffers. If there is more to do without new bytes (input that the layer has not consumed, output that did
 * not fit), it requests {@link #goOn} in the next turn, after the loop's other sockets, tasks and deadlines.
 *
 * <p><b>Ends.</b> When it is over, the socket is closed, at once or, if the close may wait for the peer, by
 * {@link LingeringCloses} once the selector has deregistered it. The layer is released in a later turn, after
 * the tasks that were submitted before.
 */
final class NioConnection extends TimerWheel.Entry implements LayerHost, Runnable {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** Of {@link #flushTaskPending}, without an object for each connection. */
    private static final AtomicIntegerFieldUpdater<NioConnection> FLUSH_TASK =
            AtomicIntegerFieldUpdater.newUpdater(NioConnection.class, "flushTaskPending");

    private final EventLoop loop;
    private final Wire wire;
    /** The layer that was attached, for its release. */
    private final ByteLayer attached;
    private ByteLayer layer;
    private final SocketWriter writer;
    private final ConnectionEnd end;
    /** Read, and not consumed; null if nothing is left. */
    private ByteBuffer unread;
    /** 1 while a task of another thread that requests a flush is pending. */
    private volatile int flushTaskPending;
    /** {@code connected} has been called. */
    private boolean open;
    private boolean flushRequested;
    /** Its reads fill what a first read may have, and it consumes them. */
    private boolean readsMuch;
    /** It continues in the next turn. */
    private boolean hasMore;
    private boolean released;
    /**
     * The loop's list of connections that could not be reset for lack of memory: whether this one is in it,
     * and the next.
     */
    boolean waitsForAbort;
    NioConnection nextToAbort;

    NioConnection(EventLoop loop, Wire wire, ByteLayer layer) {
        this.loop = loop;
        this.wire = wire;
        this.attached = layer;
        this.layer = layer;
        this.end = wire.newEnd();
        this.writer = new SocketWriter(loop, wire, layer, end);
    }

    // Calls by the loop; none of them throws.

    /** The first call. */
    void start() {
        try {
            call(() -> layer.attach(this, nanoTime()));
            if (isAlive() && loop.group().isClosed()) {
                abort();
            }
            if (isAlive()) {
                connect();
            }
        } catch (Throwable e) {
            crashed(e);
        }
    }

    private void connect() {
        try {
            if (wire.open(loop.selector(), this)) {
                connected();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void connected() {
        call(() -> layer.connected(nanoTime()));
        // Requests before this call were not recorded.
        open = true;
        requestFlush();
    }

    /** The selector has found the socket ready. */
    void ready() {
        try {
            if (isAlive() && open) {
                int ops = wire.readyOps();
                if ((ops & SelectionKey.OP_WRITE) != 0) {
                    requestFlush();
                }
                // It may have been paused since the selector was asked.
                if ((ops & SelectionKey.OP_READ) != 0 && layer.wantsRead()) {
                    if (hasInput()) {
                        // Kept bytes precede those in the socket, and are offered in the connection's turn.
                        askTurn();
                    } else if (!loop.reader().read(wire, this, layer.readTarget())) {
                        endOfStream();
                    }
                }
                settle();
            } else if (isAlive() && wire.finishConnect()) {
                loop.worked();
                connected();
            }
        } catch (IOException e) {
            failSurely(e);
        } catch (Throwable e) {
            crashed(e);
        }
    }

    private void failSurely(IOException cause) {
        try {
            fail(cause);
        } catch (Throwable e) {
            crashed(e);
        }
    }

    private void endOfStream() {
        loop.worked();
        if (end.finReceived() == Step.FAIL) {
            fail(null);
        } else {
            call(() -> layer.receiveEnd(nanoTime()));
        }
    }

    /** Flushes the connection, from the flush list. */
    void flushPending() {
        try {
            if (isAlive()) {
                look();
            }
            writeAndSettle();
        } catch (Throwable e) {
            flushRequested = false;
            crashed(e);
        }
    }

    /** Continues the work that the last turn has left; once a turn. */
    void goOn() {
        hasMore = false;
        try {
            if (isAlive() && open && hasInput() && layer.wantsRead()) {
                resume(unread == null ? NOTHING : unread);
            }
            writeAndSettle();
        } catch (Throwable e) {
            flushRequested = false;
            crashed(e);
        }
    }

    private void writeAndSettle() {
        // Only now: this serves the requests of the calls so far as well.
        flushRequested = false;
        if (isAlive() && open) {
            write();
            look();
            settle();
        }
    }

    /** Returns whether there is input to offer without reading. */
    private boolean hasInput() {
        return unread != null || layer.holdsInput();
    }

    private void resume(ByteBuffer offered) {
        receive(offered);
        unread = isAlive() && offered.hasRemaining() ? offered : null;
    }

    /** Its entry in the timer wheel has expired. The layer may have moved its deadline since. */
    void deadlinePassed() {
        try {
            long now = nanoTime();
            if (isAlive() && layer.nextDeadlineNanos() <= now) {
                call(() -> layer.onDeadline(now));
            }
            look();
            settle();
        } catch (Throwable e) {
            crashed(e);
        }
    }

    /** The selector has deregistered the socket. */
    void release() {
        try {
            Optional<Duration> lingerTime = end.lingerTime(end.begun());
            if (lingerTime.isPresent()) {
                loop.group()
                        .lingering()
                        .close(wire, lingerTime.get(), found -> loop.submitSurely(() -> released(found)));
            } else {
                released(end.begun());
            }
        } catch (Throwable e) {
            wire.close();
            released(TcpEnd.BROKEN);
            Log.LOGGER.warning("close of the connection with {}", wire.remote(), e);
        }
    }

    /** The last call. */
    private void released(TcpEnd found) {
        if (released) {
            return;
        }
        released = true;
        end.closed(found);
        TcpEnd how = end.ending(wire.wasConnected());
        loop.callBegins();
        try {
            attached.released(how, nanoTime());
        } catch (Throwable e) {
            Log.LOGGER.warning("the end of the connection with {} failed", wire.remote(), e);
        } finally {
            loop.callEnds();
            loop.group().released();
        }
    }

    // Receiving calls.

    /** A call that is not made for each message. */
    private void call(Runnable call) {
        loop.budget().begin();
        loop.callBegins();
        try {
            call.run();
        } catch (Throwable e) {
            crashed(e);
        }
        loop.callEnds();
        afterCall();
    }

    /**
     * Offers bytes that were read now or kept from before, as long as the layer consumes some and the budget
     * lasts. Output is charged to the same budget; it may have caused the pause, so it is written between.
     */
    void receive(ByteBuffer bytes) {
        loop.budget().begin();
        int before;
        do {
            before = bytes.remaining();
            loop.callBegins();
            try {
                layer.receive(bytes, nanoTime());
            } catch (Throwable e) {
                crashed(e);
            }
            loop.callEnds();
            afterCall();
            if (bytes.hasRemaining() && isAlive()) {
                write();
            }
        } while (bytes.hasRemaining() && bytes.remaining() < before && isAlive()
                && !loop.budget().isSpent() && layer.wantsRead());
    }

    private void afterCall() {
        try {
            layer = layer.successor();
            for (Runnable task = layer.pollTask(); task != null; task = layer.pollTask()) {
                // The empty call serves the queries and the poll that follow each call.
                loop.startDelegated(task, () -> execute(() -> {}), this::crashed);
            }
            look();
            if (isAlive() && end.isDrainDue(layer.outputState())) {
                requestFlush();
            }
        } catch (Throwable e) {
            crashed(e);
        }
    }

    private void runTask(Runnable task) {
        if (released) {
            return;
        }
        try {
            call(task);
            requestFlush();
        } catch (Throwable e) {
            crashed(e);
        }
    }

    // Querying the layer.

    /**
     * Acts on an abort, and schedules the deadline if it is earlier than before; a later one is found on
     * expiry.
     */
    private void look() {
        if (!isAlive()) {
            return;
        }
        if (layer.outputState() == OutputState.ABORT) {
            abort();
            return;
        }
        long next = layer.nextDeadlineNanos();
        if (next < deadlineNanos()) {
            loop.wheel().schedule(this, next);
        }
    }

    /**
     * Sets the interest of the selection key to what is wanted now; at the end of everything that may change
     * it.
     */
    private void settle() {
        if (!isAlive() || !open || flushRequested) {
            return;
        }
        boolean welcome = layer.wantsRead();
        boolean offers = welcome && hasInput();
        if (offers) {
            askTurn();
        }
        boolean reads = welcome && !offers && !end.isFinReceived();
        switch (end.idle(reads, hasMore)) {
            case CLOSE -> end(end.closeEnding());
            case FAIL -> fail(null);
            case GO_ON, HALF_CLOSE, RESET -> listen(reads);
        }
    }

    private void listen(boolean reads) {
        int read = reads ? SelectionKey.OP_READ : 0;
        wire.setInterest(writer.isBlocked() ? read | SelectionKey.OP_WRITE : read);
    }

    /** Writes pending output. */
    void write() {
        switch (writer.write()) {
            case MORE -> askTurn();
            case CLOSE -> end(end.closeEnding());
            case DRAINED, BLOCKED -> {
                // The caller handles the result.
            }
        }
    }

    /** Keeps unconsumed bytes, in a buffer of its own. */
    void keepUnread(ByteBuffer bytes) {
        unread = bytes;
    }

    /** Returns whether its reads are as large as the buffer allows. */
    boolean readsMuch() {
        return readsMuch;
    }

    void readMuch(boolean much) {
        readsMuch = much;
    }

    boolean isAlive() {
        return !end.hasBegun();
    }

    // Ends.

    private void fail(IOException cause) {
        if (isAlive()) {
            end(TcpEnd.BROKEN);
            call(() -> layer.receiveFailure(end.failure(cause), nanoTime()));
        }
    }

    /** Resets the connection. A layer that waits to be connected gets a failure. */
    void abort() {
        if (isAlive()) {
            wire.reset();
            end(TcpEnd.RESET);
            if (!wire.wasConnected()) {
                IOException cause = wire.notConnected("the attempt was given up", null);
                call(() -> layer.receiveFailure(cause, nanoTime()));
            }
        }
    }

    /** Reset first: there may be no memory for the log. */
    private void crashed(Throwable cause) {
        abortSurely();
        Log.LOGGER.warning("connection with {} reset", wire.remote(), cause);
    }

    /** As {@link #abort}; if that fails for lack of memory, it is repeated in a later turn. */
    void abortSurely() {
        try {
            abort();
        } catch (Throwable e) {
            loop.abortLater(this);
        }
    }

    /** Ends the connection's life as the last step, and so can be repeated if one of the others fails. */
    private void end(TcpEnd how) {
        unread = null;
        writer.drop();
        loop.wheel().cancel(this);
        if (end.lingerTime(how).isPresent()) {
            wire.deregister();
        } else {
            wire.close();
        }
        loop.releaseLater(this);
        end.begin(how);
    }

    // LayerHost.

    private void requestFlush() {
        if (!flushRequested) {
            loop.flushSoon(this);
            flushRequested = true;
        }
    }

    private void askTurn() {
        if (!hasMore) {
            hasMore = true;
            loop.giveTurn(this);
        }
    }

    /** The request of another thread. */
    @Override
    public void run() {
        flushTaskPending = 0;
        try {
            requestFlush();
        } catch (Throwable e) {
            crashed(e);
        }
    }

    @Override
    public void outputReady() {
        if (loop.isCurrent()) {
            requestFlush();
        } else if (flushTaskPending == 0 && FLUSH_TASK.compareAndSet(this, 0, 1)) {
            submit();
        }
    }

    private void submit() {
        boolean submitted = false;
        try {
            loop.submit(this);
            submitted = true;
        } finally {
            if (!submitted) {
                // Without memory the caller gets the error, and the next caller requests it again.
                flushTaskPending = 0;
            }
        }
    }

    @Override
    public void inputReady() {
        outputReady();
    }

    @Override
    public void execute(Runnable task) {
        loop.submit(() -> runTask(task));
    }

    /** On the loop it writes at once; another thread can only wake up the loop. */
    @Override
    public void flush() {
        outputReady();
        if (loop.isCurrent() && open && isAlive()) {
            try {
                // A close waits for the end of the call.
                writer.writeAll();
            } catch (Throwable e) {
                // What was produced may be lost, so nothing may follow it, whatever the caller does.
                crashed(e);
                throw e;
            }
        }
    }

    @Override
    public boolean writesAtOnce() {
        return loop.isCurrent() && open && isAlive();
    }

    @Override
    public WorkBudget budget() {
        return loop.budget();
    }

    @Override
    public boolean inTransportThread() {
        return TransportThread.isCurrent();
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
