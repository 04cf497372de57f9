package io.duplex.tls;

import io.duplex.transport.AddressText;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Ending;
import io.duplex.transport.ForwardingLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.LimitedLog;
import io.duplex.transport.LogText;
import io.duplex.transport.OutputState;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * TLS as a layer between a transport and the layer above. It joins the parts ({@link TlsHandshake},
 * {@link Decryption}, {@link Encryption}, {@link CloseLadder}) and knows the phases; the order of the end is
 * what the layer above sent, then close_notify, then what that layer wants done with TCP.
 *
 * <p>Threads are those of {@link ByteLayer}; the steps of a handshake run elsewhere, while this layer reads
 * and produces nothing. Buffers are borrowed while bytes are in flight: an idle connection owns none.
 */
final class TlsLayer extends ForwardingLayer implements HandshakeSteps.Owner, Decryption.Events {
    /** Bounded: strangers can cause what an operator wants to know. */
    private static final LimitedLog LOG = new LimitedLog(System.getLogger("io.duplex.tls"));
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsEngine engine;
    /** The layer that was attached, for its release. */
    private final ByteLayer attached;
    private volatile ByteLayer above;
    private final TlsTerms terms;
    private final InboundRecords records = new InboundRecords(RecordBuffers.POOL);
    private final HandshakeSteps steps;
    private final TlsHandshake handshake;
    private final Encryption encryption;
    private final Decryption decryption;
    private final FlushFirst flushFirst;
    private final TlsWriter writer;
    private final CloseLadder ladder = new CloseLadder();
    private volatile LayerHost host;
    private volatile TlsPhase phase = TlsPhase.HANDSHAKING;
    /** Bytes wait in this layer that the layer above did not take, or that the budget did not reach. */
    private volatile boolean inputHeld;
    /** The peer's FIN has come, and what came before it is not all dealt with. */
    private boolean endWaits;

    TlsLayer(SSLEngine engine, ByteLayer above, TlsTerms terms) {
        this.engine = new TlsEngine(engine);
        this.attached = above;
        this.above = above;
        this.terms = terms;
        this.steps = new HandshakeSteps(this.engine, records, RecordBuffers.POOL, terms.budget(), this);
        this.encryption = new Encryption(this.engine, above, RecordBuffers.POOL);
        this.handshake = new TlsHandshake(this.engine, records, steps, encryption, terms);
        this.flushFirst = new FlushFirst(encryption);
        this.writer = new TlsWriter(this.engine, steps, encryption, ladder, () -> host.execute(this::resume));
        this.decryption = new Decryption(this.engine, records, above, RecordBuffers.POOL, this);
    }

    /** The agreed session, once the handshake is over. */
    Optional<SSLSession> session() {
        return handshake.session();
    }

    @Override
    protected ByteLayer above() {
        return above;
    }

    // ---- receiving ----------------------------------------------------------------------------------------

    @Override
    public void attach(LayerHost layerHost, long nanoTime) {
        host = layerHost;
        ladder.handshakeUntil(nanoTime + terms.handshakeTimeout().toNanos());
        steps.attach(layerHost);
        handshake.attach(layerHost);
        above.attach(new AboveHost(layerHost, this), nanoTime);
    }

    @Override
    public void connected(long nanoTime) {
        if (engine.isClient()) {
            steps.request();
        }
    }

    @Override
    public void stepped(Optional<SSLException> failure) {
        failure.ifPresent(thrown -> fail(thrown, host.nanoTime()));
        resume();
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        goOn(src, nanoTime);
    }

    /** A receiving call that brings nothing new: what was held up may go on. */
    void resume() {
        goOn(NOTHING, host.nanoTime());
    }

    /** Looks at everything that may have changed. */
    private void goOn(ByteBuffer src, long nanoTime) {
        try {
            if (phase == TlsPhase.HANDSHAKING && !ladder.isInboundDone() && handshake.advance(src)) {
                ladder.agreed();
                flushFirst.agreed(engine.session().getProtocol(), terms.halfCloses());
                phase = TlsPhase.OPEN;
                above.connected(nanoTime);
            }
            if (phase == TlsPhase.OPEN && !steps.underWay()) {
                decryption.receive(src, nanoTime);
            }
        } catch (SSLException e) {
            fail(e, nanoTime);
        }
        if (handshake.mayHaveFreedOutput()) {
            encryption.engineAsks();
            host.outputReady();
        }
        if (ladder.isInboundDone()) {
            ladder.discard(src);
        }
        if (endWaits && !hasWork()) {
            endWaits = false;
            ended(nanoTime);
        }
        inputHeld = phase == TlsPhase.OPEN && !steps.underWay() && hasWork();
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
                case OPEN -> steps.underWay() || !ladder.isInboundDone() && decryption.hasWork();
                case FAILED -> false;
            };
        } catch (SSLException e) {
            return false;
        }
    }

    @Override
    public boolean mayGoOn() {
        return phase == TlsPhase.OPEN && !ladder.isInboundDone() && !steps.underWay();
    }

    @Override
    public WorkBudget budget() {
        return host.budget();
    }

    @Override
    public boolean mustFlushBefore(ByteBuffer record) {
        return flushFirst.mustFlushBefore(record);
    }

    @Override
    public void handshakeRecord(SSLEngineResult result) throws SSLException {
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            encryption.engineAsks();
            host.outputReady();
        } else {
            handshake.again();
        }
    }

    // ---- the peer's end -----------------------------------------------------------------------------------

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
        endWaits = true;
        goOn(NOTHING, nanoTime);
    }

    /** The peer's FIN, behind all that it sent. */
    private void ended(long nanoTime) {
        if (phase == TlsPhase.HANDSHAKING && !ladder.isInboundDone()) {
            fail(FailureText.endedEarly(handshake.anyReceived()), nanoTime);
        } else if (phase != TlsPhase.FAILED && !ladder.isCloseNotifyReceived()) {
            if (above.outputState() == OutputState.OPEN) {
                above.receiveFailure(FailureText.truncated(), nanoTime);
            } else {
                // Who is over with its own protocol need not know whether the peer ended here or somebody on
                // the way.
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
        TlsException failure = FailureText.of(thrown, engine.isClient(), terms.peer());
        LOG.log(FailureText.level(failure), "TLS handshakes that fail: " + failure.reason(),
                () -> "! TLS with " + AddressText.of(host.remoteAddress()) + ": "
                        + LogText.oneLine(failure.getMessage()),
                null);
        if (!ladder.isCloseNotifyReceived()) {
            above.receiveFailure(failure, nanoTime);
        }
        host.outputReady();
    }

    /** The layer above has output; from any thread. */
    void outputAsked() {
        encryption.ask();
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

    // ---- the transport's questions ------------------------------------------------------------------------

    @Override
    public boolean wantsRead() {
        return switch (phase) {
            case HANDSHAKING -> ladder.isInboundDone() || handshake.wantsRead();
            case OPEN -> ladder.isInboundDone()
                    || !steps.underWay() && !flushFirst.holdsUp() && above.wantsRead();
            case FAILED -> true;
        };
    }

    @Override
    public OutputState outputState() {
        boolean nobodyToTell = phase == TlsPhase.HANDSHAKING && !steps.begun();
        return ladder.outputState(phase, above.outputState(), encryption.isClosed() || nobodyToTell);
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
        goOn(NOTHING, nanoTime);
    }

    private void overdue(long nanoTime) {
        if (phase == TlsPhase.HANDSHAKING && !ladder.isInboundDone()) {
            fail(FailureText.timedOut(terms.handshakeTimeout()), nanoTime);
            ladder.cut();
        } else {
            ladder.overdue();
        }
        host.outputReady();
    }

    @Override
    public Runnable pollTask() {
        return steps.poll().orElseGet(super::pollTask);
    }

    @Override
    public void released(Ending ending, long nanoTime) {
        steps.release();
        // A step that still runs works in these buffers, which are left to the garbage collector then.
        if (!steps.underWay()) {
            records.release();
            encryption.release();
        }
        decryption.release();
        attached.released(ending, nanoTime);
    }
}
