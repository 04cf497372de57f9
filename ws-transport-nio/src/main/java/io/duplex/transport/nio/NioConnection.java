package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.Ending;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.TimerWheel;
import io.duplex.transport.TransportClock;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One connection's life, from {@code attach} to {@code released}, all of it on its loop's thread: what
 * readiness, deadlines and tasks mean for it, and what its layer asks of its host. How bytes move is
 * {@link Input}'s and {@link Output}'s business. It waits in the loop's timer wheel itself, and is its own
 * task when other threads ask for attention.
 *
 * <p><b>Attention.</b> Nothing is written where it is asked for, except by {@link #flush}: the connection
 * asks its loop for attention, once, and gets it soon, behind others that asked before; then it writes and
 * looks at the layer. Other threads ask by a task, one for a burst.
 *
 * <p><b>Turns.</b> In a turn of the loop a connection offers bytes once, as far as one budget goes, and
 * writes a few buffers. If there is more to do without new bytes (input that the layer has left, output that
 * did not fit), it asks for {@link #goOn} in the next turn, after the loop's other sockets, tasks and
 * deadlines.
 *
 * <p><b>Ends.</b> When it is over, {@link #close} is set, which closes the socket at once or later; the layer
 * hears of it in a later turn, behind the tasks that were there before.
 */
final class NioConnection extends TimerWheel.Entry implements LayerHost, Runnable {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** Of {@link #askedFromOutside}, without an object for each connection. */
    private static final AtomicIntegerFieldUpdater<NioConnection> ASKED =
            AtomicIntegerFieldUpdater.newUpdater(NioConnection.class, "askedFromOutside");

    private final EventLoop loop;
    private final Wire wire;
    /** The layer that was attached, for its release. */
    private final ByteLayer attached;
    private ByteLayer layer;
    private final Output output;
    /** How it ends; null while it lives. */
    private FinalClose close;
    /** Read, and not consumed; null if nothing is left. */
    private ByteBuffer rest;
    /** 1 while a task of another thread is on its way to ask for attention. */
    private volatile int askedFromOutside;
    /** The layer has had its {@code connected} call. */
    private boolean open;
    private boolean peerEnded;
    private boolean needsAttention;
    /** It is to go on in the next turn. */
    private boolean hasMore;
    private boolean released;
    /**
     * The loop's: whether the connection is in the list of those that could not be reset for want of memory,
     * and its next.
     */
    boolean waitsForAbort;
    NioConnection nextToAbort;

    NioConnection(EventLoop loop, Wire wire, ByteLayer layer) {
        this.loop = loop;
        this.wire = wire;
        this.attached = layer;
        this.layer = layer;
        this.output = new Output(loop, wire, layer);
    }

    // What the loop calls; nothing is thrown out of these.

    /** The first of all. */
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
        // What was asked for before was not remembered.
        open = true;
        askAttention();
    }

    /** The selector has found the socket ready. */
    void ready() {
        try {
            if (isAlive()) {
                handle(wire.readyOps());
            }
        } catch (IOException e) {
            failSurely(e);
        } catch (Throwable e) {
            crashed(e);
        }
    }

    private void failSurely(IOException cause) {
        try {
            fail(output.failure().orElse(cause));
        } catch (Throwable e) {
            crashed(e);
        }
    }

    private void handle(int ops) throws IOException {
        if (!open) {
            if (wire.finishConnect()) {
                loop.worked();
                connected();
            }
            return;
        }
        if ((ops & SelectionKey.OP_WRITE) != 0) {
            askAttention();
        }
        // It may have been paused since the selector was asked.
        if ((ops & SelectionKey.OP_READ) != 0 && layer.wantsRead()) {
            read();
        }
        settle();
    }

    private void read() throws IOException {
        if (hasInput()) {
            // It came before what the socket has now, and its turn comes.
            askTurn();
        } else if (!loop.input().read(wire, this)) {
            endOfStream();
        }
    }

    private void endOfStream() {
        loop.worked();
        peerEnded = true;
        if (output.hasFailed()) {
            fail(output.failure().orElseThrow());
        } else {
            call(() -> layer.receiveEnd(nanoTime()));
        }
    }

    /** What it asked for. */
    void attend() {
        try {
            if (isAlive()) {
                look();
            }
            writeAndSettle();
        } catch (Throwable e) {
            needsAttention = false;
            crashed(e);
        }
    }

    /** Goes on with what the last turn has left; once a turn. */
    void goOn() {
        hasMore = false;
        try {
            if (isAlive() && open && hasInput() && layer.wantsRead()) {
                resume(rest == null ? NOTHING : rest);
            }
            writeAndSettle();
        } catch (Throwable e) {
            needsAttention = false;
            crashed(e);
        }
    }

    private void writeAndSettle() {
        // Not before: what the calls so far asked for is served now.
        needsAttention = false;
        if (isAlive() && open) {
            write();
            look();
            settle();
        }
    }

    /** Whether there is something to offer without reading. */
    private boolean hasInput() {
        return rest != null || layer.holdsInput();
    }

    private void resume(ByteBuffer offered) {
        loop.input().offer(offered, this);
        rest = isAlive() && offered.hasRemaining() ? offered : null;
    }

    /** The time for which it was in the wheel has passed. The layer may have moved its deadline since. */
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

    /** The selector has let go of the socket. */
    void letGo() {
        try {
            close.end(this::release);
        } catch (Throwable e) {
            wire.close();
            release(Ending.BROKEN);
            Log.LOGGER.warning("close of the connection with {}", wire.remote(), e);
        }
    }

    /** The last of all. */
    private void release(Ending closed) {
        if (released) {
            return;
        }
        released = true;
        Ending how = wire.wasConnected() ? closed : Ending.NOT_CONNECTED;
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

    /** What was read, or was left before. */
    void receive(ByteBuffer bytes) {
        loop.callBegins();
        try {
            layer.receive(bytes, nanoTime());
        } catch (Throwable e) {
            crashed(e);
        }
        loop.callEnds();
        afterCall();
    }

    private void afterCall() {
        try {
            layer = layer.successor();
            for (Runnable task = layer.pollTask(); task != null; task = layer.pollTask()) {
                // The empty call behind it is there for the looks, and for the poll, that follow each call.
                loop.startDelegated(task, () -> execute(() -> {}), this::crashed);
            }
            look();
            if (isAlive() && output.hasEndToMake()) {
                askAttention();
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
            askAttention();
        } catch (Throwable e) {
            crashed(e);
        }
    }

    // Looks at the layer.

    /**
     * Acts on an abort, and waits for the deadline if it is nearer than before; one that has moved away is
     * found later.
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
     * Brings into line what the socket is asked for and what is wanted; at the end of everything that may
     * change it.
     */
    private void settle() {
        if (!isAlive() || !open || needsAttention) {
            return;
        }
        boolean welcome = layer.wantsRead();
        boolean offers = welcome && hasInput();
        if (offers) {
            askTurn();
        }
        boolean reads = welcome && !offers && !peerEnded;
        if (hasMore) {
            listen(reads);
        } else if (peerEnded && output.finSent()) {
            end(Ending.FIN_EXCHANGED);
        } else if (output.hasFailed() && !reads) {
            // The peer may have said why before it went; but no application is left to hear it.
            fail(output.failure().orElseThrow());
        } else {
            listen(reads);
        }
    }

    private void listen(boolean reads) {
        int read = reads ? SelectionKey.OP_READ : 0;
        wire.setInterest(output.isBlocked() ? read | SelectionKey.OP_WRITE : read);
    }

    // Output.

    /** Writes what there is to write. */
    void write() {
        switch (output.write()) {
            case MORE -> askTurn();
            case CLOSE -> end(FinalClose.wanted(wire, layer, peerEnded));
            case DRAINED, BLOCKED -> {
                // What follows from it is settled where it was called.
            }
        }
    }

    /** Keeps what was not consumed, in a buffer of its own. */
    void setAside(ByteBuffer bytes) {
        rest = bytes;
    }

    /** Whether more bytes are welcome in this turn. */
    boolean mayTakeMore() {
        return isAlive() && !loop.budget().isSpent() && layer.wantsRead();
    }

    boolean isAlive() {
        return close == null;
    }

    // Ends.

    private void fail(IOException cause) {
        if (isAlive()) {
            end(Ending.BROKEN);
            call(() -> layer.receiveFailure(cause, nanoTime()));
        }
    }

    /** Resets the connection. A layer that waits to be connected is told so. */
    void abort() {
        if (isAlive()) {
            wire.reset();
            end(Ending.RESET);
            if (!wire.wasConnected()) {
                IOException cause = wire.notConnected("it was given up", null);
                call(() -> layer.receiveFailure(cause, nanoTime()));
            }
        }
    }

    /** Reset first: there may be no memory for the log. */
    private void crashed(Throwable cause) {
        abortSurely();
        Log.LOGGER.warning("connection with {} reset", wire.remote(), cause);
    }

    /** As {@link #abort}; what fails for want of memory is done in a later turn. */
    void abortSurely() {
        try {
            abort();
        } catch (Throwable e) {
            loop.abortLater(this);
        }
    }

    /** Ends the connection's life as the last step, and so can be repeated if one of the others fails. */
    private void end(Ending how) {
        rest = null;
        output.drop();
        loop.wheel().cancel(this);
        FinalClose closing = FinalClose.begin(loop, wire, how);
        loop.releaseLater(this);
        close = closing;
    }

    // LayerHost.

    private void askAttention() {
        if (!needsAttention) {
            loop.giveAttention(this);
            needsAttention = true;
        }
    }

    private void askTurn() {
        if (!hasMore) {
            hasMore = true;
            loop.giveTurn(this);
        }
    }

    /** What another thread has asked for. */
    @Override
    public void run() {
        askedFromOutside = 0;
        try {
            askAttention();
        } catch (Throwable e) {
            crashed(e);
        }
    }

    @Override
    public void outputReady() {
        if (loop.isCurrent()) {
            askAttention();
        } else if (askedFromOutside == 0 && ASKED.compareAndSet(this, 0, 1)) {
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
                // Without memory the caller hears of it, and the next one asks again.
                askedFromOutside = 0;
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

    /** On the loop it writes at once; another thread cannot do better than to wake the loop. */
    @Override
    public void flush() {
        outputReady();
        if (loop.isCurrent() && open && isAlive()) {
            // A wish to close waits for the end of the call.
            output.write();
        }
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
