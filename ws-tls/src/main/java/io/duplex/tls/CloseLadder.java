package io.duplex.tls;

import io.duplex.Limits;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.OutputState;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The progress of a TLS connection towards its end, and TLS's own deadline: for the handshake, and for the
 * peer's FIN after its close_notify or our alert. It has no effects of its own; {@link TlsLayer} acts on it.
 * Written by the receive thread and the producing thread, read by any thread.
 */
final class CloseLadder {
    /** The maximum wait for the peer's FIN after TLS has ended. */
    static final long FIN_WAIT_NANOS = 2_000_000_000L;
    /** The maximum input of a failed peer that is drained, so that no reset destroys our alert. */
    static final long MAX_DRAIN_BYTES = 256 << 10;

    private final AtomicLong deadlineNanos = new AtomicLong(ByteLayer.NEVER);
    private volatile long handshakeUntilNanos;
    private volatile boolean cut;
    private volatile boolean failed;
    /** We sent close_notify inside the handshake. */
    private volatile boolean gaveUp;
    private volatile boolean closeNotifyReceived;
    private volatile boolean inboundDone;
    private volatile boolean finReceived;
    /** The wait for the peer's FIN has timed out. */
    private volatile boolean finOverdue;
    private long drainedBytes;

    // ---- events -------------------------------------------------------------------------------------------

    void handshakeUntil(long nanos) {
        handshakeUntilNanos = nanos;
        deadlineNanos.set(nanos);
    }

    /** The handshake is finished. A deadline that the producing thread has set since then stays. */
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

    /** The engine decrypts nothing more: some engines end both directions when one is closed. */
    void inboundDone() {
        inboundDone = true;
    }

    void finReceived() {
        finReceived = true;
    }

    /** Both peers have sent close_notify: only the peer's FIN is missing. */
    void awaitFin(long nanoTime) {
        if (closeNotifyReceived && !finReceived) {
            deadlineNanos.compareAndSet(ByteLayer.NEVER, nanoTime + FIN_WAIT_NANOS);
        }
    }

    /** Drains input; too much of it resets the connection. */
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

    /** The wait for the FIN has timed out. */
    void overdue() {
        finOverdue = true;
        cut |= failed;
    }

    // ---- queries ------------------------------------------------------------------------------------------

    boolean isCloseNotifyReceived() {
        return closeNotifyReceived;
    }

    boolean isInboundDone() {
        return inboundDone;
    }

    long deadlineNanos() {
        return deadlineNanos.get();
    }

    /** Whether the deadline has expired; true once. */
    boolean takeDeadline(long nanoTime) {
        long set = deadlineNanos.get();
        return set <= nanoTime && deadlineNanos.compareAndSet(set, ByteLayer.NEVER);
    }

    /**
     * The state that TCP should take: the one of the layer above, but not before close_notify or the alert
     * has left.
     *
     * @param wanted the state of the layer above
     * @param closed whether close_notify or the alert was produced, or no TLS has been sent yet
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

    /** Closing before the peer's FIN, which is due, might reset the connection. */
    private OutputState afterClose(OutputState wanted) {
        boolean finIsDue = !finReceived && !finOverdue && (closeNotifyReceived || failed || gaveUp);
        return wanted == OutputState.CLOSE && finIsDue ? OutputState.END : wanted;
    }
}
