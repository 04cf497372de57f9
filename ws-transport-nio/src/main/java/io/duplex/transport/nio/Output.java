package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.OutputState;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Moves a layer's output to the wire through the loop's buffer. What the socket does not take is copied
 * aside, and nothing is produced until it has left; so a slow peer holds one copy of a buffer at most, and
 * any other connection none. Decides neither when to write nor what becomes of the connection. Loop thread
 * only; no user code runs in here.
 */
final class Output {
    /** So many buffers one connection may fill before the others of its loop have their turn. */
    private static final int BUFFERS_A_TURN = 16;

    /** How a run of writing ended. */
    enum Outcome {
        /** Nothing is left to write. */
        DRAINED,
        /** The socket takes no more now. */
        BLOCKED,
        /** There is more, but others have waited long enough. */
        MORE,
        /** Everything was written, and the layer wants the connection closed. */
        CLOSE
    }

    private final EventLoop loop;
    private final Wire wire;
    private ByteLayer layer;
    /** Produced, and not taken by the socket; null if it has taken all. */
    private ByteBuffer rest;
    private boolean finSent;
    /** A layer that asks for a flush while it produces is served already. */
    private boolean writing;
    private IOException failure;

    Output(EventLoop loop, Wire wire, ByteLayer layer) {
        this.loop = loop;
        this.wire = wire;
        this.layer = layer;
    }

    /** Whether the socket is to say when it takes bytes again. */
    boolean isBlocked() {
        return rest != null;
    }

    boolean finSent() {
        return finSent;
    }

    /** Why nothing will be written any more. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Whether the layer wants its direction or the connection ended, and that is still to be done. */
    boolean hasEndToMake() {
        return switch (layer.outputState()) {
            case END -> !finSent;
            case CLOSE -> true;
            case OPEN, ABORT -> false;
        };
    }

    /** Lets go of what was not written. */
    void drop() {
        rest = null;
    }

    /** Writes what there is to write. A failure is remembered, and ends writing for good. */
    Outcome write() {
        if (failure != null || writing) {
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
            failure = e;
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
        // Before produce: bytes that came before the state was set are then sure to be produced before it is
        // acted on.
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
        // A close that waits for the peer to have it all must have sent it all.
        boolean ends = wanted == OutputState.END
                || wanted == OutputState.CLOSE && layer.lingerTime().isPresent();
        if (ends && !finSent) {
            wire.shutdownOutput();
            finSent = true;
        }
        return wanted == OutputState.CLOSE ? Outcome.CLOSE : Outcome.DRAINED;
    }
}
