package io.duplex.tls;

import io.duplex.transport.AddressText;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.ForwardingHost;
import io.duplex.transport.ForwardingLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.SafeLog;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * TLS as a layer between a transport and the layer above. It joins {@link TlsHandshake}, {@link Decryption},
 * {@link Encryption} and {@link CloseLadder}, and holds the phase. At the end it sends the output of the
 * layer above, then close_notify, and then closes TCP as that layer asks.
 *
 * <p>Threads are those of {@link ByteLayer}; the tasks of a handshake run elsewhere, while this layer reads
 * and produces nothing. Buffers are borrowed while bytes are in flight, so an idle connection holds none.
 */
final class TlsLayer extends ForwardingLayer implements HandshakeTasks.Owner, Decryption.Events {
    /** Bounded, because strangers can cause these messages. */
    private static final SafeLog LOG = SafeLog.of("io.duplex.tls");
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsEngine engine;
    /** The layer that was attached, for its release. */
    private final ByteLayer attached;
    private volatile ByteLayer above;
    private final TlsParameters parameters;
    private final InboundRecords records = new InboundRecords(RecordBuffers.POOL);
    private final HandshakeTasks tasks;
    private final TlsHandshake handshake;
    private final Encryption encryption;
    private final Decryption decryption;
    private final CloseNotifyBarrier barrier;
    private final TlsWriter writer;
    private final CloseLadder ladder = new CloseLadder();
    private volatile LayerHost host;
    private volatile TlsPhase phase = TlsPhase.HANDSHAKING;
    /** This layer holds bytes that the layer above did not take, or that exceeded the budget. */
    private volatile boolean inputHeld;
    /** The peer's FIN has arrived, and earlier input is still pending. */
    private boolean endPending;

    TlsLayer(SSLEngine engine, ByteLayer above, TlsParameters parameters) {
        this.engine = new TlsEngine(engine);
        this.attached = above;
        this.above = above;
        this.parameters = parameters;
        this.tasks = new HandshakeTasks(this.engine, records, RecordBuffers.POOL, parameters.budget(), this);
        this.encryption = new Encryption(this.engine, above, RecordBuffers.POOL);
        this.handshake = new TlsHandshake(this.engine, records, tasks, encryption, parameters);
        this.barrier = new CloseNotifyBarrier(encryption);
        this.writer = new TlsWriter(this.engine, tasks, encryption, ladder, () -> host.execute(this::resume));
        this.decryption = new Decryption(this.engine, records, above, RecordBuffers.POOL, this);
    }

    @Override
    protected ByteLayer above() {
        return above;
    }

    // ---- receiving ----------------------------------------------------------------------------------------

    @Override
    public void attach(LayerHost layerHost, long nanoTime) {
        host = layerHost;
        ladder.handshakeUntil(nanoTime + parameters.handshakeTimeout().toNanos());
        tasks.attach(layerHost);
        handshake.attach(layerHost);
        above.attach(new TlsHost(), nanoTime);
    }

    @Override
    public void connected(long nanoTime) {
        if (engine.isClient()) {
            tasks.request();
        }
    }

    @Override
    public void taskDone(Optional<SSLException> failure) {
        failure.ifPresent(thrown -> fail(thrown, host.nanoTime()));
        resume();
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        advance(src, nanoTime);
    }

    /** A receiving call without new bytes: continues pending work. */
    void resume() {
        advance(NOTHING, host.nanoTime());
    }

    /** Continues everything that may have become possible. */
    private void advance(ByteBuffer src, long nanoTime) {
        try {
            if (phase == TlsPhase.HANDSHAKING && !ladder.isInboundDone() && handshake.advance(src)) {
                ladder.agreed();
                barrier.agreed(engine.session().getProtocol(), parameters.halfCloses());
                phase = TlsPhase.OPEN;
                above.connected(nanoTime);
            }
            if (phase == TlsPhase.OPEN && !tasks.isRunning()) {
                decryption.receive(src, nanoTime);
            }
        } catch (SSLException e) {
            fail(e, nanoTime);
        }
        if (handshake.mayHaveFreedOutput()) {
            encryption.engineHasOutput();
            host.outputReady();
        }
        if (ladder.isInboundDone()) {
            ladder.discard(src);
        }
        if (endPending && !hasWork()) {
            endPending = false;
            ended(nanoTime);
        }
        inputHeld = phase == TlsPhase.OPEN && !tasks.isRunning() && hasWork();
        ByteLayer next = above.successor();
        if (next != above) {
            above = next;
        }
    }

    @Override
    public boolean holdsInput() {
        return inputHeld || above.holdsInput();
    }

    private boolean hasWork() {
        try {
            return switch (phase) {
                case HANDSHAKING -> !ladder.isInboundDone() && handshake.isBusy();
                case OPEN -> tasks.isRunning() || !ladder.isInboundDone() && decryption.hasWork();
                case FAILED -> false;
            };
        } catch (SSLException e) {
            return false;
        }
    }

    @Override
    public boolean mayDecrypt() {
        return phase == TlsPhase.OPEN && !ladder.isInboundDone() && !tasks.isRunning();
    }

    @Override
    public WorkBudget budget() {
        return host.budget();
    }

    @Override
    public boolean mustFlushBefore(ByteBuffer record) {
        return barrier.mustFlushBefore(record);
    }

    @Override
    public void handshakeRecord(SSLEngineResult result) throws SSLException {
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            encryption.engineHasOutput();
            host.outputReady();
        } else {
            handshake.renegotiate();
        }
    }

    // ---- the end of the input -----------------------------------------------------------------------------

    @Override
    public void closeNotify() {
        ladder.closeNotifyReceived();
        if (encryption.isClosed()) {
            ladder.awaitFin(host.nanoTime());
        }
        above.receiveEnd(host.nanoTime());
    }

    @Override
    public void receiveEnd(long nanoTime) {
        ladder.finReceived();
        endPending = true;
        advance(NOTHING, nanoTime);
    }

    /** Handles the peer's FIN, after all its input. */
    private void ended(long nanoTime) {
        if (phase == TlsPhase.HANDSHAKING && !ladder.isInboundDone()) {
            fail(FailureText.endedEarly(handshake.anyReceived()), nanoTime);
        } else if (phase != TlsPhase.FAILED && !ladder.isCloseNotifyReceived()) {
            if (above.outputState() == OutputState.OPEN) {
                above.receiveFailure(FailureText.truncated(), nanoTime);
            } else {
                // A layer above that has ended its own protocol does not need close_notify.
                above.receiveEnd(nanoTime);
            }
        }
        host.outputReady();
    }

    private void fail(SSLException thrown, long nanoTime) {
        if (phase == TlsPhase.FAILED) {
            return;
        }
        phase = TlsPhase.FAILED;
        ladder.failed(nanoTime);
        TlsException failure = FailureText.of(thrown, engine.isClient(), parameters.peer());
        LOG.log(FailureText.level(failure), "TLS handshakes that fail: " + failure.reason(),
                () -> "! TLS with " + AddressText.of(host.remoteAddress()) + ": "
                        + SafeLog.oneLine(failure.getMessage()),
                null);
        if (!ladder.isCloseNotifyReceived()) {
            above.receiveFailure(failure, nanoTime);
        }
        host.outputReady();
    }

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        try {
            return writer.produce(phase, dst, nanoTime);
        } catch (SSLException e) {
            host.execute(() -> fail(e, host.nanoTime()));
            return false;
        }
    }

    @Override
    public void sent(long nanoTime) {
        if (phase == TlsPhase.OPEN && encryption.isDrained()) {
            above.sent(nanoTime);
        }
    }

    // ---- queries of the transport -------------------------------------------------------------------------

    @Override
    public boolean wantsRead() {
        return switch (phase) {
            case HANDSHAKING -> ladder.isInboundDone() || handshake.wantsRead();
            case OPEN -> ladder.isInboundDone()
                    || !tasks.isRunning() && !barrier.isBlocking() && above.wantsRead();
            case FAILED -> true;
        };
    }

    @Override
    public OutputState outputState() {
        boolean noTlsSent = phase == TlsPhase.HANDSHAKING && !tasks.hasStarted();
        return ladder.outputState(phase, above.outputState(), encryption.isClosed() || noTlsSent);
    }

    @Override
    public long nextDeadlineNanos() {
        return Math.min(ladder.deadlineNanos(), above.nextDeadlineNanos());
    }

    @Override
    public void onDeadline(long nanoTime) {
        if (ladder.takeDeadline(nanoTime)) {
            overdue(nanoTime);
        }
        if (above.nextDeadlineNanos() <= nanoTime) {
            above.onDeadline(nanoTime);
        }
        advance(NOTHING, nanoTime);
    }

    private void overdue(long nanoTime) {
        if (phase == TlsPhase.HANDSHAKING && !ladder.isInboundDone()) {
            fail(FailureText.timedOut(parameters.handshakeTimeout()), nanoTime);
            ladder.cut();
        } else {
            ladder.overdue();
        }
        host.outputReady();
    }

    @Override
    public Runnable pollTask() {
        return tasks.poll().orElseGet(super::pollTask);
    }

    @Override
    public void released(TcpEnd ending, long nanoTime) {
        tasks.release();
        // A running task still uses these buffers; they are left to the garbage collector then.
        if (!tasks.isRunning()) {
            records.release();
            encryption.release();
        }
        decryption.release();
        attached.released(ending, nanoTime);
    }

    /** The transport as the layer above TLS sees it. */
    private final class TlsHost extends ForwardingHost {
        @Override
        protected LayerHost below() {
            return host;
        }

        @Override
        public void outputReady() {
            encryption.outputReady();
            host.outputReady();
        }

        @Override
        public boolean secure() {
            return true;
        }

        @Override
        public Optional<SSLSession> tlsSession() {
            return handshake.session();
        }
    }
}
