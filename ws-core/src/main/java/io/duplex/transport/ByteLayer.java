package io.duplex.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * One connection's logic: bytes in, bytes out, deadlines. It has no socket, no thread and no clock; a
 * transport drives it, and so does a test in memory. A connection is a stack of layers, each the transport of
 * the one above it.
 *
 * <p><b>Threads.</b> The <i>receiving calls</i> (every method whose text says so) come from one thread at a
 * time, with a happens-before edge from each to the next; user code runs inside them only. {@link #produce}
 * and {@link #sent} come from one thread at a time too, which may be another one than that of the receiving
 * calls at the same moment. The methods that only answer ({@link #wantsRead}, {@link #outputState},
 * {@link #nextDeadlineNanos}) may be called from any thread.
 *
 * <p><b>Order.</b> {@link #attach} first; {@link #connected} next, unless connecting fails; at the end
 * exactly one {@link #released}, after which nothing is called. After each receiving call and each
 * {@code produce} the transport looks at {@code outputState}, {@code wantsRead} and {@code nextDeadlineNanos}
 * again. A thread that is under way to one of these three may still ask it while {@code released} runs. What
 * was asked of the host before {@code connected} is not remembered; the transport produces once after it. A
 * connection that is given up before it was made still ends with {@code receiveFailure} and {@code released}.
 *
 * <p><b>Leaving the stack.</b> A layer whose work is done early, such as a proxy tunnel that stands, hands
 * its place to the layer above it with {@link #successor}: the layer below then calls that one directly.
 *
 * <p><b>Time.</b> {@code nanoTime} is the transport's monotonic clock in nanoseconds, never negative, the
 * same as {@link LayerHost#nanoTime}.
 */
public interface ByteLayer {
    /** The answer of {@link #nextDeadlineNanos} while no deadline is set: later than every point in time. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Receiving call, the first of all: the transport has taken the connection in hand. For a connecting
     * socket this comes before the TCP handshake, so that its duration counts against the layer's deadline.
     *
     * @param host     what the layer may ask of its transport
     * @param nanoTime now
     */
    void attach(LayerHost host, long nanoTime);

    /**
     * Receiving call: the layer below is ready for bytes both ways (TCP is established, the tunnel stands,
     * TLS is agreed).
     *
     * @param nanoTime now
     */
    void connected(long nanoTime);

    /**
     * Receiving call: bytes arrived. The layer consumes all it can; what is left between position and limit
     * stays with the transport, which offers it again, in front of newer bytes. There are two reasons to
     * leave bytes:
     * <ul>
     * <li>{@link #wantsRead} became false: the transport offers them once it is true;
     * <li>the {@linkplain LayerHost#budget budget} is spent, though {@code wantsRead} stays true: the
     * transport offers them after the other connections had their turn. A layer that leaves bytes while it
     * wants more, and has budget left, must have consumed some; otherwise it is asked again and again.
     * </ul>
     * The layer may change the bytes between position and limit, and keeps no reference to the buffer's
     * content.
     *
     * @param src      the bytes from position to limit; heap or direct, writable; empty if the layer
     *                 {@linkplain #holdsInput holds input} and nothing new has come
     * @param nanoTime now
     */
    void receive(ByteBuffer src, long nanoTime);

    /**
     * Names memory of the layer into which the next bytes should be read: the rest of a large message, which
     * then need not be copied. The transport asks right before it reads; it reads into the buffer from
     * position to limit, and then offers exactly these bytes in the same buffer to {@link #receive}. Bytes
     * that the layer leaves are kept and offered as always, in another buffer.
     *
     * @return direct memory with room; null if the transport should read into its own buffer
     */
    default ByteBuffer readTarget() {
        return null;
    }

    /**
     * Whether the layer has taken bytes that it has not dealt with, and could go on without new ones:
     * decrypted bytes that the layer above has left, for instance. While this and {@link #wantsRead} are
     * true, the transport calls {@link #receive} rather than waiting for bytes, with an empty buffer if it
     * has none, each time after the other connections had their turn; also after {@link #receiveEnd}. It
     * turns true in receiving calls only.
     *
     * @return true if {@code receive} is worth a call with an empty buffer
     */
    default boolean holdsInput() {
        return false;
    }

    /**
     * Receiving call: the peer ended its direction (FIN); all its bytes were offered before. At most once.
     * Input that the layer {@linkplain #holdsInput holds} is still offered afterwards.
     *
     * @param nanoTime now
     */
    void receiveEnd(long nanoTime);

    /**
     * Receiving call: the connection broke (reset, unreachable, refused), or could not be made. No byte moves
     * afterwards; {@link #released} follows.
     *
     * @param cause    what the operating system said
     * @param nanoTime now
     */
    void receiveFailure(IOException cause, long nanoTime);

    /**
     * Fills {@code dst} with bytes to send, as many as fit. The bytes count as on their way: the transport
     * must write all of them, in order, before it acts on {@link OutputState#END} or
     * {@link OutputState#CLOSE}.
     *
     * @param dst      room for bytes, written from position to limit
     * @param nanoTime now
     * @return true while there is more to send than fitted
     */
    boolean produce(ByteBuffer dst, long nanoTime);

    /**
     * As {@link #produce(ByteBuffer, long)}, without copying what the layer has in memory: it adds references
     * to the batch, and that memory stays as it is until {@link #sent} or {@link #released}. Bytes of the
     * application, which are lent for a call into {@link LayerHost#flush}, are added as such. By default the
     * bytes are copied into the batch's own buffer.
     *
     * @param batch    room for bytes
     * @param nanoTime now
     * @return true while there is more to send than fitted
     */
    default boolean produce(OutputBatch batch, long nanoTime) {
        ByteBuffer own = batch.beginCopy();
        boolean more = produce(own, nanoTime);
        batch.endCopy();
        return more;
    }

    /**
     * The socket has taken every byte produced so far. Called after each complete write; the layer measures
     * its send deadline by it.
     *
     * @param nanoTime now
     */
    void sent(long nanoTime);

    /**
     * Inbound back-pressure: whether the transport should read, and offer what it has read. It turns false in
     * receiving calls and by output that waits; when it turns true elsewhere, the layer calls
     * {@link LayerHost#inputReady}.
     *
     * @return true if bytes are welcome
     */
    boolean wantsRead();

    /**
     * What is to become of the output direction and of the connection.
     *
     * @return the state, which only moves forward
     */
    OutputState outputState();

    /**
     * How long the close that {@link OutputState#CLOSE} asks for may wait for the peer's TCP to acknowledge
     * everything (SO_LINGER, socket(7)). Asked when the transport is about to close; the wait holds up
     * nothing but this connection's {@link #released}.
     *
     * @return a positive time, which a transport may round up to whole seconds; empty for a close that does
     * not wait
     */
    default Optional<Duration> lingerTime() {
        return Optional.empty();
    }

    /**
     * When {@link #onDeadline} wants to be called.
     *
     * @return a time on the transport's clock, or {@link #NEVER}
     */
    long nextDeadlineNanos();

    /**
     * Receiving call: the deadline has passed. Calling it early or twice does no harm.
     *
     * @param nanoTime now
     */
    void onDeadline(long nanoTime);

    /**
     * Work that takes long and may run on any thread, such as TLS key agreement. The transport polls after
     * each receiving call, runs what it gets off its event loop, and then polls again; a layer that waits for
     * its task has {@link #wantsRead} false, and ends the task with {@link LayerHost#execute}.
     *
     * @return the next task, or null if there is none
     */
    default Runnable pollTask() {
        return null;
    }

    /**
     * Returns the layer to call in place of this one: this layer while it has work to do, and then for good
     * the layer above it, or that one's successor. The layer below asks after each receiving call and before
     * each {@link #produce}, and calls the answer from then on; {@code attach} is not repeated, and the final
     * {@link #released} still comes to this layer, which passes it on.
     *
     * <p>Receiving calls and {@code produce} change over independently, because they run on two threads. So
     * both may be under way in one stack at the same time, the one by way of this layer and the other past
     * it: a layer with a successor passes on every call that still reaches it, in the same thread, and adds
     * no bytes and no state of its own. A layer below that never asks loses nothing but time.
     *
     * @return this layer or its successor; from any thread
     */
    default ByteLayer successor() {
        return this;
    }

    /**
     * Receiving call, the last of all: the transport has let go of the connection. It comes to the layer that
     * was attached, whether or not that one has a {@link #successor}.
     *
     * @param ending   how TCP ended
     * @param nanoTime now
     */
    void released(TcpEnd ending, long nanoTime);
}
