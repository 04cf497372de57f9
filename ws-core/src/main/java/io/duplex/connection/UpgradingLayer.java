package io.duplex.connection;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.Ending;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * What both ends have in common: HTTP first, with its own output, deadline and end; from {@link #open} on, everything is the
 * session's. Subclasses are called in receiving calls only, and only before the session exists.
 */
abstract class UpgradingLayer implements ByteLayer {
    private final HeadOutput output = new HeadOutput();
    private volatile LayerHost host;
    private volatile Optional<ByteLayer> session = Optional.empty();
    /** What becomes of the connection once the output has drained, while there is no session. */
    private volatile OutputState wanted = OutputState.OPEN;
    private volatile long deadlineNanos = NEVER;
    private volatile boolean holding;
    private boolean peerEnded;
    private long discardedBytes;

    // ---- for subclasses -----------------------------------------------------------------------------------------------------

    abstract void started(long nanoTime);

    abstract void receiveHttp(ByteBuffer src, long nanoTime);

    abstract void endedEarly(long nanoTime);

    abstract void failedEarly(IOException cause, long nanoTime);

    abstract void deadlineOver(long nanoTime);

    abstract void releasedEarly(Ending ending);

    /** Called once, last of all, whether there was a session or not. */
    abstract void gone();

    /** How many bytes may be thrown away while waiting for the peer's FIN. */
    abstract long maxDrainBytes();

    final LayerHost host() {
        return host;
    }

    final void send(byte[] bytes) {
        output.add(bytes);
        host.outputReady();
    }

    final boolean hasSentAll() {
        return output.isEmpty();
    }

    final void deadline(long nanoTime) {
        deadlineNanos = nanoTime;
    }

    /** Whether input is held back, because an answer is awaited. */
    final void hold(boolean hold) {
        holding = hold;
    }

    final boolean isHeld() {
        return holding;
    }

    /** Whether the current thread must not wait for this connection's progress. */
    public final boolean isOnTransportThread() {
        LayerHost known = host;
        return known != null && known.inTransportThread();
    }

    /** Runs a task in a receiving call; before there is a host, nobody could run it, and it is dropped. */
    final void later(Runnable task) {
        LayerHost known = host;
        if (known != null) {
            known.execute(task);
        }
    }

    /**
     * Ends the connection in an orderly way: what waits is sent, then this direction is closed, and input is thrown away. Without effect
     * if more than that is under way.
     */
    final void end(OutputState how) {
        if (how.compareTo(wanted) > 0) {
            wanted = how;
        }
        host.outputReady();
    }

    /** Resets the connection. */
    final void cut() {
        output.clear();
        end(OutputState.ABORT);
    }

    final boolean isEnding() {
        return wanted != OutputState.OPEN;
    }

    /** From now on the connection is the session's. */
    final void open(ByteLayer opened, long nanoTime) {
        session = Optional.of(opened);
        opened.attach(host, nanoTime);
        opened.connected(nanoTime);
    }

    final boolean isOpen() {
        return session.isPresent();
    }

    // ---- the layer ----------------------------------------------------------------------------------------------------------

    @Override
    public final void attach(LayerHost layerHost, long nanoTime) {
        host = layerHost;
        started(nanoTime);
    }

    @Override
    public final void receive(ByteBuffer src, long nanoTime) {
        while (src.hasRemaining() && session.isEmpty() && !isEnding() && !holding && output.isEmpty()) {
            receiveHttp(src, nanoTime);
        }
        if (session.isPresent()) {
            session.get().receive(src, nanoTime);
        } else if (isEnding()) {
            discard(src);
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
        if (session.isPresent()) {
            session.get().receiveEnd(nanoTime);
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
        if (session.isPresent()) {
            session.get().receiveFailure(cause, nanoTime);
            return;
        }
        output.clear();
        if (!isEnding()) {
            failedEarly(cause, nanoTime);
        }
        end(OutputState.CLOSE);
    }

    @Override
    public final void onDeadline(long nanoTime) {
        if (session.isPresent()) {
            session.get().onDeadline(nanoTime);
        } else if (deadlineNanos <= nanoTime) {
            deadlineNanos = NEVER;
            deadlineOver(nanoTime);
        }
    }

    @Override
    public final boolean produce(ByteBuffer dst, long nanoTime) {
        if (!output.isEmpty()) {
            output.drainTo(dst);
            if (!output.isEmpty()) {
                return true;
            }
        }
        return session.isPresent() && session.get().produce(dst, nanoTime);
    }

    @Override
    public final void sent(long nanoTime) {
        // Without a lambda: this is the path of each write.
        if (session.isPresent()) {
            session.get().sent(nanoTime);
        }
    }

    @Override
    public final boolean wantsRead() {
        if (session.isPresent()) {
            return session.get().wantsRead();
        }
        return isEnding() ? wanted == OutputState.END : !holding && output.isEmpty();
    }

    @Override
    public final OutputState outputState() {
        OutputState state = session.isPresent() ? session.get().outputState() : wanted;
        return state == OutputState.ABORT || output.isEmpty() ? state : OutputState.OPEN;
    }

    @Override
    public final Optional<Duration> lingerTime() {
        return session.flatMap(ByteLayer::lingerTime);
    }

    @Override
    public final long nextDeadlineNanos() {
        return session.isPresent() ? session.get().nextDeadlineNanos() : deadlineNanos;
    }

    @Override
    public final void released(Ending ending, long nanoTime) {
        if (session.isPresent()) {
            session.get().released(ending, nanoTime);
        } else {
            releasedEarly(ending);
        }
        gone();
    }
}
