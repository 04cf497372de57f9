package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.ConnectionEnd;
import io.duplex.transport.ConnectionEnd.Step;
import io.duplex.transport.OutputState;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes a layer's output to the socket through the loop's buffer. What the socket does not take is copied,
 * and nothing is produced until it has left; so a slow peer holds one copy of a buffer at most, and any other
 * connection none. Decides neither when to write nor what becomes of the connection, which is
 * {@link ConnectionEnd}'s business. Loop thread only; no user code runs in here.
 */
final class SocketWriter {
    /** The most buffers one connection may fill before the others of its loop have their turn. */
    private static final int BUFFERS_A_TURN = 16;

    /** How a run of writing ended. */
    enum Outcome {
        /** Nothing is left to write. */
        DRAINED,
        /** The socket takes no more now. */
        BLOCKED,
        /** There is more, but others have waited long enough. */
        MORE,
        /** Everything was written, and the connection is to be closed. */
        CLOSE
    }

    private final EventLoop loop;
    private final Wire wire;
    private final ConnectionEnd end;
    private ByteLayer layer;
    /** Produced, and not taken by the socket; null if it has taken all. */
    private ByteBuffer rest;
    /** A layer that asks for a flush while it produces is served already. */
    private boolean writing;

    SocketWriter(EventLoop loop, Wire wire, ByteLayer layer, ConnectionEnd end) {
        this.loop = loop;
        this.wire = wire;
        this.layer = layer;
        this.end = end;
    }

    /** Whether to wait until the socket takes bytes again. */
    boolean isBlocked() {
        return rest != null;
    }

    /** Drops what was not written. */
    void drop() {
        rest = null;
    }

    /** Writes what there is to write. A failure is remembered, and ends writing for good. */
    Outcome write() {
        if (end.hasWriteFailed() || writing) {
            return Outcome.DRAINED;
        }
        writing = true;
        try {
            Outcome outcome = Outcome.MORE;
            for (int i = 0; i < BUFFERS_A_TURN && outcome == Outcome.MORE; i++) {
                outcome = drainRest() ? writeBuffer() : Outcome.BLOCKED;
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

    private boolean drainRest() throws IOException {
        if (rest == null) {
            return true;
        }
        if (wire.write(rest) > 0) {
            loop.worked();
        }
        if (rest.hasRemaining()) {
            return false;
        }
        rest = null;
        layer.sent(TransportClock.nanoTime());
        return true;
    }

    private Outcome writeBuffer() throws IOException {
        layer = layer.successor();
        // Before produce, as ConnectionEnd.drained wants it.
        OutputState wanted = layer.outputState();
        ByteBuffer buffer = loop.writeBuffer().clear();
        boolean more = layer.produce(buffer, TransportClock.nanoTime());
        if (buffer.position() > 0) {
            // A turn that goes on when its output has left is bounded by that as well.
            loop.budget().spendBytes(buffer.position());
            wire.write(buffer.flip());
            if (buffer.hasRemaining()) {
                rest = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
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
