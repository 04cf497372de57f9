package io.duplex.tls;

import io.duplex.Limits;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.OutputState;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How far a TLS connection is on its way to the end, and TLS's own deadline: for the handshake, and for the
 * peer's FIN behind its close_notify or our alert. Facts and rules only; {@link TlsLayer} acts on them.
 * Written in receiving calls and while producing, read from any thread.
 */
final class CloseLadder {
    /** How long the peer's FIN is awaited where TLS is over already. */
    static final long FIN_WAIT_NANOS = 2_000_000_000L;
    /** How much of a failed peer's input is thrown away, so that our alert is not destroyed by a reset. */
    static final long MAX_DRAIN_BYTES = 256 << 10;

    private final AtomicLong deadlineNanos = new AtomicLong(ByteLayer.NEVER);
    private volatile long handshakeUntilNanos;
    private volatile boolean cut;
    private volatile boolean failed;
    /** close_notify was said in the middle of the handshake. */
    private volatile boolean gaveUp;
    private volatile boolean closeNotifyReceived;
    private volatile boolean inboundDone;
    private volatile boolean finReceived;
    /** The peer's FIN was awaited long enough. */
    private volatile boolean finOverdue;
    private long drainedBytes;

    // ---- what happens -------------------------------------------------------------------------------------

    void handshakeUntil(long nanos) {
        handshakeUntilNanos = nanos;
        deadlineNanos.set(nanos);
    }

    /** The handshake is over; a deadline that was set since, by who produces, stays. */
    void agreed() {
        deadlineNanos.compareAndSet(handshakeUntilNanos, ByteLayer.NEVER);
    }

    void failed(long nanoTime) {
        failed = true;
        inboundDone = true;
        deadlineNanos.set(nanoTime + FIN_WAIT_NANOS);
    }

    void gaveUp(long nanoTime) {
        gaveUp = true;
        inboundDone = true;
        deadlineNanos.set(nanoTime + FIN_WAIT_NANOS);
    }

    void closeNotifyReceived() {
        closeNotifyReceived = true;
        inboundDone = true;
    }

    /** Nothing more can be decrypted: some engines are over with both directions when one is closed. */
    void inboundDone() {
        inboundDone = true;
    }

    void finReceived() {
        finReceived = true;
    }

    /** Both ends have said close_notify: only the peer's FIN is missing. */
    void awaitFin(long nanoTime) {
        if (closeNotifyReceived && !finReceived) {
            deadlineNanos.compareAndSet(ByteLayer.NEVER, nanoTime + FIN_WAIT_NANOS);
        }
    }

    /** Drains bytes that will not be read; the connection is reset when there are too many. */
    void discard(ByteBuffer src) {
        drainedBytes += src.remaining();
        src.position(src.limit());
        if (drainedBytes > (failed ? MAX_DRAIN_BYTES : Limits.DEFAULT.maxDrainBytes())) {
            cut = true;
        }
    }

    /** The connection is to be reset. */
    void cut() {
        cut = true;
    }

    /** The deadline has passed while the handshake was over: the wait is over. */
    void overdue() {
        finOverdue = true;
        cut |= failed;
    }

    // ---- what follows -------------------------------------------------------------------------------------

    boolean isCloseNotifyReceived() {
        return closeNotifyReceived;
    }

    boolean isInboundDone() {
        return inboundDone;
    }

    long deadlineNanos() {
        return deadlineNanos.get();
    }

    /** Whether the deadline has passed, once. */
    boolean takeDeadline(long nanoTime) {
        long set = deadlineNanos.get();
        return set <= nanoTime && deadlineNanos.compareAndSet(set, ByteLayer.NEVER);
    }

    /**
     * What is to become of TCP: what the layer above wants, but not before close_notify, or the alert, has
     * left.
     *
     * @param wanted what the layer above wants
     * @param closed whether close_notify, or the alert, was produced, or no TLS was spoken yet
     */
    OutputState outputState(TlsPhase phase, OutputState wanted, boolean closed) {
        if (cut || wanted == OutputState.ABORT) {
            return OutputState.ABORT;
        }
        return switch (phase) {
            case HANDSHAKING, OPEN ->
                wanted == OutputState.OPEN || !closed ? OutputState.OPEN : afterClose(wanted);
            case FAILED -> closed ? afterClose(OutputState.CLOSE) : OutputState.OPEN;
        };
    }

    /** The peer's FIN will come, and closing before that might tell the peer of a reset. */
    private OutputState afterClose(OutputState wanted) {
        boolean finIsDue = !finReceived && !finOverdue && (closeNotifyReceived || failed || gaveUp);
        return wanted == OutputState.CLOSE && finIsDue ? OutputState.END : wanted;
    }
}
