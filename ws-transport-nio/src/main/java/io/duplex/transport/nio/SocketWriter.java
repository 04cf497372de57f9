package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.ConnectionEnd;
import io.duplex.transport.ConnectionEnd.Step;
import io.duplex.transport.OutputBatch;
import io.duplex.transport.OutputState;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes a layer's output to the socket: by gathering from the layer's own memory, or through the loop's
 * buffer. References to bytes that the socket does not accept are kept, and nothing is produced until they
 * are written; what was in the loop's buffer is copied. It decides neither when to write nor how the
 * connection ends: that is the task of {@link ConnectionEnd}. Loop thread only; no user code runs in here.
 */
final class SocketWriter {
    /**
     * The maximum number of batches that one connection writes before the others of its loop have their turn.
     */
    private static final int BATCHES_A_TURN = 4;
    /** So a flush writes up to 16 MiB, if the socket accepts them. */
    private static final int FLUSHES = 15;

    /** The result of a run of writing. */
    enum Outcome {
        /** All output was written. */
        DRAINED,
        /** The socket accepts no more bytes now. */
        BLOCKED,
        /** There is more output, but the share of this turn is used. */
        MORE,
        /** Everything was written, and the connection is to be closed. */
        CLOSE
    }

    private final EventLoop loop;
    private final Wire wire;
    private final ConnectionEnd end;
    private ByteLayer layer;
    /** Produced, and not accepted by the socket; null if there is no such output. */
    private ByteBuffer[] rest;
    /** True in produce: a flush that the layer requests there is already under way. */
    private boolean writing;

    SocketWriter(EventLoop loop, Wire wire, ByteLayer layer, ConnectionEnd end) {
        this.loop = loop;
        this.wire = wire;
        this.layer = layer;
        this.end = end;
    }

    /** Returns whether to wait until the socket accepts bytes again. */
    boolean isBlocked() {
        return rest != null;
    }

    /** Drops unwritten output. */
    void drop() {
        rest = null;
    }

    /** Writes pending output. A failure is recorded, and ends writing permanently. */
    Outcome write() {
        if (end.hasWriteFailed() || writing) {
            return Outcome.DRAINED;
        }
        writing = true;
        try {
            Outcome outcome = Outcome.MORE;
            for (int i = 0; i < BATCHES_A_TURN && outcome == Outcome.MORE; i++) {
                outcome = drainRest() ? writeBatch() : Outcome.BLOCKED;
            }
            return outcome;
        } catch (IOException e) {
            end.writeFailed(e);
            rest = null;
            return Outcome.DRAINED;
        } finally {
            writing = false;
        }
    }

    /**
     * As {@link #write}, as long as the socket accepts bytes: what is lent for the call would be copied
     * otherwise.
     */
    void writeAll() {
        Outcome outcome = write();
        for (int i = 0; i < FLUSHES && outcome == Outcome.MORE; i++) {
            outcome = write();
        }
    }

    private boolean drainRest() throws IOException {
        if (rest == null) {
            return true;
        }
        if (wire.write(rest, rest.length) > 0) {
            loop.worked();
        }
        if (rest[rest.length - 1].hasRemaining()) {
            return false;
        }
        rest = null;
        layer.sent(TransportClock.nanoTime());
        return true;
    }

    private Outcome writeBatch() throws IOException {
        layer = layer.successor();
        // Before produce, as ConnectionEnd.drained requires.
        OutputState wanted = layer.outputState();
        if (wanted == OutputState.ABORT) {
            // What the layer could not keep may be missing from its output.
            return Outcome.DRAINED;
        }
        OutputBatch batch = loop.outputBatch();
        batch.clear();
        boolean more = layer.produce(batch, TransportClock.nanoTime());
        if (batch.count() > 0) {
            // Output counts, too, because a turn may continue when its output has been written.
            loop.budget().spendBytes(batch.bytes());
            try {
                wire.write(batch.pieces(), batch.count());
            } finally {
                // Also after a failure: lent bytes are not looked at after this call.
                if (!batch.isWritten()) {
                    rest = batch.takeRest();
                }
            }
            if (rest != null) {
                return Outcome.BLOCKED;
            }
            layer.sent(TransportClock.nanoTime());
        }
        return more || layer.outputState() != wanted ? Outcome.MORE : act(wanted);
    }

    private Outcome act(OutputState wanted) throws IOException {
        Step step = end.drained(wanted, layer);
        if (step == Step.HALF_CLOSE) {
            wire.shutdownOutput();
            end.halfClosed();
            step = end.drained(wanted, layer);
        }
        return step == Step.CLOSE ? Outcome.CLOSE : Outcome.DRAINED;
    }
}
