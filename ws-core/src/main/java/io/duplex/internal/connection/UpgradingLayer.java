package io.duplex.internal.connection;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.PendingOutput;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * The common part of servers and clients: HTTP first, with its own output, deadline and end; from {@link
 * #open} on, the session takes all calls. Subclasses are called in receiving calls only, and only before the
 * session exists.
 */
abstract class UpgradingLayer implements ByteLayer {
    /**
     * The charge for a head in the budget of a turn: parsing and answering it costs as much as delivering
     * about 8 KiB.
     */
    private static final int HEAD_COST_BYTES = 8 << 10;

    /** Null once there is a session and all heads were sent. */
    private volatile PendingOutput heads = new PendingOutput();
    private volatile LayerHost host;
    /** Null until the opening handshake is over. */
    private volatile ByteLayer session;
    /** The output state once all output was sent, while there is no session. */
    private volatile OutputState wanted = OutputState.OPEN;
    private volatile long deadlineNanos = NEVER;
    private volatile boolean holding;
    private boolean peerEnded;
    private long discardedBytes;

    // ---- for subclasses -----------------------------------------------------------------------------------

    abstract void started(long nanoTime);

    abstract void receiveHttp(ByteBuffer src, long nanoTime);

    abstract void endedEarly(long nanoTime);

    abstract void failedEarly(IOException cause, long nanoTime);

    abstract void deadlineOver(long nanoTime);

    abstract void releasedEarly(TcpEnd ending);

    /** Called once, as the last call, with or without a session. */
    abstract void gone();

    /** Returns the maximum number of bytes to drain until the peer's FIN. */
    abstract long maxDrainBytes();

    final LayerHost host() {
        return host;
    }

    final void send(byte[] bytes) {
        heads.add(bytes);
        host.outputReady();
    }

    final boolean hasSentAll() {
        PendingOutput known = heads;
        return known == null || known.isEmpty();
    }

    private void dropHeads() {
        PendingOutput known = heads;
        if (known != null) {
            known.clear();
        }
    }

    final void deadline(long nanoTime) {
        deadlineNanos = nanoTime;
    }

    /** Returns whether reading pauses, because an answer is pending. */
    final void hold(boolean hold) {
        holding = hold;
    }

    final boolean isHeld() {
        return holding;
    }

    /** Returns whether the current thread must not wait for this connection's progress. */
    public final boolean isOnTransportThread() {
        LayerHost known = host;
        return known != null && known.inTransportThread();
    }

    /** Runs a task in a receiving call; before there is a host, it cannot run and is dropped. */
    final void later(Runnable task) {
        LayerHost known = host;
        if (known != null) {
            known.execute(task);
        }
    }

    /**
     * Closes the connection gracefully: pending output is sent, then this direction is closed, and input is
     * drained. No effect if a stronger end is under way.
     */
    final void end(OutputState how) {
        if (how.compareTo(wanted) > 0) {
            wanted = how;
        }
        host.outputReady();
    }

    /** Resets the connection. */
    final void cut() {
        dropHeads();
        end(OutputState.ABORT);
    }

    final boolean isEnding() {
        return wanted != OutputState.OPEN;
    }

    /** From now on the connection is the session's. */
    final void open(ByteLayer opened, long nanoTime) {
        session = opened;
        opened.attach(host, nanoTime);
        opened.connected(nanoTime);
    }

    final boolean isOpen() {
        return session != null;
    }

    // ---- the layer ----------------------------------------------------------------------------------------

    @Override
    public final void attach(LayerHost layerHost, long nanoTime) {
        host = layerHost;
        started(nanoTime);
    }

    @Override
    public final void receive(ByteBuffer src, long nanoTime) {
        if (session == null) {
            receiveHeads(src, nanoTime);
        }
        if (session != null) {
            session.receive(src, nanoTime);
        } else if (isEnding()) {
            discard(src);
        }
    }

    private void receiveHeads(ByteBuffer src, long nanoTime) {
        WorkBudget budget = host.budget();
        while (src.hasRemaining() && session == null && !isEnding() && !holding && hasSentAll()
                && !budget.isSpent()) {
            budget.spend(HEAD_COST_BYTES);
            receiveHttp(src, nanoTime);
        }
    }

    private void discard(ByteBuffer src) {
        discardedBytes += src.remaining();
        src.position(src.limit());
        if (discardedBytes > maxDrainBytes()) {
            cut();
        }
    }

    @Override
    public final void receiveEnd(long nanoTime) {
        if (session != null) {
            session.receiveEnd(nanoTime);
            return;
        }
        peerEnded = true;
        if (!isEnding()) {
            endedEarly(nanoTime);
        }
        if (isEnding()) {
            end(OutputState.CLOSE);
        }
    }

    final boolean peerHasEnded() {
        return peerEnded;
    }

    @Override
    public final void receiveFailure(IOException cause, long nanoTime) {
        if (session != null) {
            session.receiveFailure(cause, nanoTime);
            return;
        }
        dropHeads();
        if (!isEnding()) {
            failedEarly(cause, nanoTime);
        }
        end(OutputState.CLOSE);
    }

    @Override
    public final void onDeadline(long nanoTime) {
        if (session != null) {
            session.onDeadline(nanoTime);
        } else if (deadlineNanos <= nanoTime) {
            deadlineNanos = NEVER;
            deadlineOver(nanoTime);
        }
    }

    @Override
    public final boolean produce(ByteBuffer dst, long nanoTime) {
        ByteLayer opened = session;
        PendingOutput waiting = heads;
        if (waiting != null) {
            waiting.drainTo(dst);
            if (!waiting.isEmpty()) {
                return true;
            }
            // Once there is a session, no heads are added.
            heads = opened == null ? waiting : null;
        }
        return opened != null && opened.produce(dst, nanoTime);
    }

    @Override
    public final void sent(long nanoTime) {
        // Without a lambda: this is the path of each write.
        if (session != null) {
            session.sent(nanoTime);
        }
    }

    @Override
    public final boolean wantsRead() {
        if (session != null) {
            return session.wantsRead();
        }
        return isEnding() ? wanted == OutputState.END : !holding && hasSentAll();
    }

    @Override
    public final OutputState outputState() {
        OutputState state = session != null ? session.outputState() : wanted;
        return state == OutputState.ABORT || hasSentAll() ? state : OutputState.OPEN;
    }

    @Override
    public final Optional<Duration> lingerTime() {
        return session != null ? session.lingerTime() : Optional.empty();
    }

    @Override
    public final long nextDeadlineNanos() {
        return session != null ? session.nextDeadlineNanos() : deadlineNanos;
    }

    /** The session, once all heads were sent; none are added after that. */
    @Override
    public final ByteLayer successor() {
        ByteLayer opened = session;
        return opened != null && hasSentAll() ? opened.successor() : this;
    }

    @Override
    public final void released(TcpEnd ending, long nanoTime) {
        try {
            if (session != null) {
                session.released(ending, nanoTime);
            } else {
                releasedEarly(ending);
            }
        } finally {
            gone();
        }
    }
}
