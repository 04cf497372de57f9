package io.duplex.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * Decides how one connection ends: when the transport half-closes, closes or resets the socket, what a failed
 * write means, and which {@link TcpEnd} the layer gets. The transport reports what it sees and carries out
 * the answer. There is no socket, no thread, no lock and no clock in here.
 *
 * <p>The answer is that of the first row that fits; once the end has begun, it is {@link Step#GO_ON}.
 * <table>
 * <caption>Answers</caption>
 * <tr><th>the transport reports</th><th>state</th><th>answer</th></tr>
 * <tr><td>{@link #drained} with {@code ABORT}</td><td>any</td><td>{@code RESET}</td></tr>
 * <tr><td>{@code drained}</td><td>a write failed</td><td>{@code GO_ON}: nothing is drained</td></tr>
 * <tr><td>{@code drained} with {@code OPEN}</td><td>any</td><td>{@code GO_ON}</td></tr>
 * <tr><td>{@code drained} with {@code END}</td><td>FIN not sent</td><td>{@code HALF_CLOSE}</td></tr>
 * <tr><td>{@code drained} with {@code END}</td><td>FIN sent</td><td>{@code GO_ON}</td></tr>
 * <tr><td>{@code drained} with {@code CLOSE}</td><td>the layer lingers, FIN not sent</td>
 * <td>{@code HALF_CLOSE}</td></tr>
 * <tr><td>{@code drained} with {@code CLOSE}</td><td>any other</td><td>{@code CLOSE}</td></tr>
 * <tr><td>{@link #finReceived}</td><td>a write failed</td><td>{@code FAIL}</td></tr>
 * <tr><td>{@code finReceived}</td><td>any other</td><td>{@code GO_ON}: the layer hears of it</td></tr>
 * <tr><td>{@link #idle} with work in hand</td><td>any</td><td>{@code GO_ON}</td></tr>
 * <tr><td>{@code idle}</td><td>FIN sent and received</td><td>{@code CLOSE}</td></tr>
 * <tr><td>{@code idle} while reading</td><td>any other</td><td>{@code GO_ON}</td></tr>
 * <tr><td>{@code idle} without reading</td><td>a write failed</td><td>{@code FAIL}</td></tr>
 * <tr><td>{@code idle} without reading</td><td>any other</td><td>{@code GO_ON}</td></tr>
 * </table>
 *
 * <p>{@code CLOSE} comes to {@link #closeEnding}, {@code FAIL} to {@link TcpEnd#BROKEN} with
 * {@link #failure}, {@code RESET} to {@link TcpEnd#RESET}. A write that fails does not end the connection by
 * itself: the peer may have said why before it left, so reading goes on while the layer wants to read.
 *
 * <p><b>Threads.</b> Any thread may ask. The writing thread reports {@code drained}, {@code halfClosed} and
 * {@code writeFailed}, the reading thread {@code finReceived} and {@code idle}. The first {@link #begin}
 * wins, and that thread closes the socket. A reset needs no memory.
 */
public final class ConnectionEnd {
    /** What the transport has to do. */
    public enum Step {
        /** Nothing: bytes flow, or the end has begun. */
        GO_ON,
        /** Shut down the output (FIN), report {@link ConnectionEnd#halfClosed}, and ask again. */
        HALF_CLOSE,
        /** Close the socket; {@link ConnectionEnd#lingerTime} says whether the close waits. */
        CLOSE,
        /** Throw away what was not sent, and reset the connection. */
        RESET,
        /** Close the socket, and give the layer the {@link ConnectionEnd#failure}. */
        FAIL
    }

    private static final AtomicReferenceFieldUpdater<ConnectionEnd, TcpEnd> BEGUN =
            AtomicReferenceFieldUpdater.newUpdater(ConnectionEnd.class, TcpEnd.class, "begun");

    private volatile boolean finSent;
    private volatile boolean finReceived;
    /** Null unless a write has failed. */
    private volatile IOException writeFailure;
    /** Null if the close does not wait. By the socket's option at first. */
    private volatile Duration lingerTime;
    /** The layer has asked for the wait, so its result is the ending. */
    private volatile boolean layerLingers;
    /** Null while the connection lives. */
    private volatile TcpEnd begun;
    /** Null until the socket is closed. */
    private volatile TcpEnd closed;

    /**
     * A connection that lives.
     *
     * @param lingerTime how long a close waits by the socket's own option (SO_LINGER); null if it does not
     */
    public ConnectionEnd(Duration lingerTime) {
        this.lingerTime = lingerTime;
    }

    // ---- output -------------------------------------------------------------------------------------------

    /**
     * All that the layer produced was written.
     *
     * @param wanted the layer's output state as it was before the last {@code produce}, which found nothing
     *               more: bytes that came before the state was set are then sure to be written
     * @param layer  is asked for its linger time, if it is about to be closed
     * @return what to do
     */
    public Step drained(OutputState wanted, ByteLayer layer) {
        if (begun != null) {
            return Step.GO_ON;
        }
        return switch (wanted) {
            case OPEN -> Step.GO_ON;
            case END -> finSent || writeFailure != null ? Step.GO_ON : Step.HALF_CLOSE;
            case CLOSE -> writeFailure != null ? Step.GO_ON : close(layer);
            case ABORT -> Step.RESET;
        };
    }

    /** A close that waits until the peer has everything must have sent everything, the FIN included. */
    private Step close(ByteLayer layer) {
        Duration wanted = layer.lingerTime().orElse(null);
        if (wanted != null) {
            lingerTime = wanted;
            layerLingers = true;
        }
        return layerLingers && !finSent ? Step.HALF_CLOSE : Step.CLOSE;
    }

    /** The output was shut down. */
    public void halfClosed() {
        finSent = true;
    }

    /**
     * A write or the half-close failed. Nothing is written any more.
     *
     * @param cause what the operating system said
     */
    public void writeFailed(IOException cause) {
        writeFailure = cause;
    }

    /**
     * Returns whether nothing can be written any more.
     *
     * @return true after {@link #writeFailed}
     */
    public boolean hasWriteFailed() {
        return writeFailure != null;
    }

    /**
     * Returns whether the output is to be drained because of the layer's state, although nothing may be there
     * to write.
     *
     * @param wanted the layer's output state
     * @return true if {@link #drained} has something to do about it
     */
    public boolean isDrainDue(OutputState wanted) {
        return wanted == OutputState.CLOSE || wanted == OutputState.END && !finSent;
    }

    // ---- input --------------------------------------------------------------------------------------------

    /**
     * The peer's FIN was read.
     *
     * @return {@code GO_ON} if the layer is to be told, or {@code FAIL}: after a reset some systems report
     * the end of the stream
     */
    public Step finReceived() {
        finReceived = true;
        return begun == null && writeFailure != null ? Step.FAIL : Step.GO_ON;
    }

    /**
     * Returns whether the peer's FIN was read.
     *
     * @return true after {@link #finReceived}
     */
    public boolean isFinReceived() {
        return finReceived;
    }

    /**
     * There is nothing to do but to wait.
     *
     * @param reads   whether the socket is going to be read
     * @param hasMore whether there is something to do after all: input to offer, or output to write
     * @return what to do
     */
    public Step idle(boolean reads, boolean hasMore) {
        if (begun != null || hasMore) {
            return Step.GO_ON;
        }
        if (finSent && finReceived) {
            return Step.CLOSE;
        }
        return writeFailure != null && !reads ? Step.FAIL : Step.GO_ON;
    }

    /**
     * Returns the failure to report. That of a write counts more than what reading met after it.
     *
     * @param cause why connecting or reading failed; null after {@code FAIL}
     * @return the first failure
     */
    public IOException failure(IOException cause) {
        IOException first = writeFailure;
        return first != null ? first : cause;
    }

    // ---- the end ------------------------------------------------------------------------------------------

    /**
     * Returns what {@code CLOSE} comes to.
     *
     * @return the ending, as far as it is known before the socket is closed
     */
    public TcpEnd closeEnding() {
        if (layerLingers) {
            return TcpEnd.LINGER_EXPIRED;
        }
        return finReceived ? TcpEnd.FIN_EXCHANGED : TcpEnd.CLOSED_FIRST;
    }

    /**
     * Returns how long the close of the socket may wait for the peer. A connection that broke or is reset has
     * nothing to wait for.
     *
     * @param how the ending
     * @return a positive time, or empty for a close that does not wait
     */
    public Optional<Duration> lingerTime(TcpEnd how) {
        return how == TcpEnd.RESET || how == TcpEnd.BROKEN
                ? Optional.empty()
                : Optional.ofNullable(lingerTime);
    }

    /**
     * The connection is over.
     *
     * @param how the ending
     * @return true if this is the first one: it counts, and the caller closes the socket
     */
    public boolean begin(TcpEnd how) {
        return BEGUN.compareAndSet(this, null, how);
    }

    /**
     * Returns whether the connection is over.
     *
     * @return true after {@link #begin}
     */
    public boolean hasBegun() {
        return begun != null;
    }

    /**
     * Returns the ending with which {@link #begin} was called first.
     *
     * @return the ending as far as it is known before the socket is closed; null while the connection lives
     */
    public TcpEnd begun() {
        return begun;
    }

    /**
     * The socket is closed, after {@link #begin}.
     *
     * @param found how the close went: of account if the layer asked it to wait
     */
    public void closed(TcpEnd found) {
        TcpEnd known = begun;
        closed = known == TcpEnd.LINGER_EXPIRED ? found : known;
    }

    /**
     * Returns whether the socket is closed.
     *
     * @return true after {@link #closed}
     */
    public boolean isClosed() {
        return closed != null;
    }

    /**
     * Returns the ending to report to the layer, once the socket is closed.
     *
     * @param connected whether TCP was ever established
     * @return the ending
     */
    public TcpEnd ending(boolean connected) {
        return connected ? closed : TcpEnd.NOT_CONNECTED;
    }
}
