package io.duplex.tls;

import io.duplex.Limits;
import io.duplex.tls.TlsException.Reason;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Ending;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * TLS as a layer between a transport and the layer above: handshake, records, and the order in which everything ends. The
 * bytes are {@link Decryption}'s and {@link Encryption}'s business, what takes long in a handshake {@link HandshakeSteps}';
 * this class knows the phases, the deadlines and the close ladder: what the layer above sent, then close_notify, then what
 * that layer wants done with TCP.
 *
 * <p>Threads are those of {@link ByteLayer}; the steps of a handshake run elsewhere, while this layer reads and produces
 * nothing. Buffers are borrowed while bytes are in flight: an idle connection owns none.
 */
final class TlsLayer implements ByteLayer, HandshakeSteps.Owner, Decryption.Events {
    /** How long the peer's FIN is awaited behind its close_notify, and a failed peer's behind our alert. */
    static final long FIN_WAIT_NANOS = 2_000_000_000L;
    /** How much of a failed peer's input is thrown away, so that our alert is not destroyed by a reset. */
    static final long MAX_DRAIN_BYTES = 256 << 10;
    private static final System.Logger LOG = System.getLogger("io.duplex.tls");
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private enum Phase {
        HANDSHAKING, OPEN, FAILED
    }

    private final TlsEngine engine;
    private final ByteLayer above;
    private final TlsTerms terms;
    private final InboundRecords records;
    private final HandshakeSteps steps;
    private final Encryption encryption;
    private final Decryption decryption;
    private volatile LayerHost host;
    private volatile Phase phase = Phase.HANDSHAKING;
    private volatile long deadlineNanos = NEVER;
    private volatile boolean cut;
    private volatile boolean closeNotifyReceived;
    /** Nothing more can be decrypted: what comes is thrown away. */
    private volatile boolean inboundDone;
    private volatile boolean finReceived;
    /** The peer's FIN was awaited long enough. */
    private volatile boolean finOverdue;
    private volatile boolean recordsFull;
    /** Bytes wait in this layer that the layer above did not take. */
    private volatile boolean inputHeld;
    /** The next record may be a close_notify, so output goes first. */
    private volatile boolean flushesFirst;
    private volatile Optional<SSLSession> session = Optional.empty();
    /** The peer's close_notify ends both directions of this engine, and cannot be told from data before it is decrypted. */
    private boolean hidesAlerts;
    private boolean anyReceived;
    private boolean endWaits;
    private long drainedBytes;

    TlsLayer(SSLEngine engine, ByteLayer above, TlsTerms terms) {
        this.engine = new TlsEngine(engine);
        this.above = above;
        this.terms = terms;
        BufferPool pool = BufferPool.SHARED;
        this.records = new InboundRecords(pool);
        this.steps = new HandshakeSteps(this.engine, records, pool, terms.budget(), this);
        this.encryption = new Encryption(this.engine, above, pool);
        this.decryption = new Decryption(this.engine, records, above, pool, this);
    }

    /** The agreed session, once the handshake is over. */
    Optional<SSLSession> session() {
        return session;
    }

    // ---- the beginning ------------------------------------------------------------------------------------------------------

    @Override
    public void attach(LayerHost layerHost, long nanoTime) {
        host = layerHost;
        deadlineNanos = nanoTime + terms.handshakeTimeout().toNanos();
        steps.attach(layerHost);
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
        long now = host.nanoTime();
        if (failure.isPresent()) {
            fail(failure.get(), now);
        } else {
            goOn(NOTHING, now);
        }
    }

    /** Takes the handshake as far as it goes now. */
    private void advance(ByteBuffer src) throws SSLException {
        if (steps.underWay()) {
            return;
        }
        records.gather(src);
        recordsFull = records.isFull();
        switch (engine.status()) {
            case NEED_TASK -> steps.request();
            case NEED_WRAP -> host.outputReady();
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                if (records.hasWhole()) {
                    steps.request();
                }
            }
            case NOT_HANDSHAKING, FINISHED -> {
                if (steps.begun()) {
                    agreed();
                } else if (records.hasWhole()) {
                    steps.request();
                }
            }
        }
    }

    private void agreed() throws SSLException {
        SSLSession agreed = engine.session();
        terms.check().check(agreed);
        session = Optional.of(agreed);
        hidesAlerts = !terms.halfCloses() && "TLSv1.3".equals(agreed.getProtocol());
        deadlineNanos = NEVER;
        phase = Phase.OPEN;
        above.connected(host.nanoTime());
    }

    // ---- receiving ----------------------------------------------------------------------------------------------------------

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        if (phase == Phase.HANDSHAKING && !anyReceived && src.hasRemaining() && isForeign(src, nanoTime)) {
            return;
        }
        goOn(src, nanoTime);
    }

    /** Whether the first bytes are no TLS; they are answered then. */
    private boolean isForeign(ByteBuffer src, long nanoTime) {
        anyReceived = true;
        if (RecordHeader.mayBegin(src.get(src.position()))) {
            return false;
        }
        ClearText text = ClearText.of(src);
        if (!engine.isClient()) {
            encryption.sendClear(text.answer());
        }
        fail(text.failure(engine.isClient(), terms.peer()), nanoTime);
        discard(src);
        return true;
    }

    /** Everything that may have changed is looked at; a receiving call. */
    private void goOn(ByteBuffer src, long nanoTime) {
        try {
            if (phase == Phase.HANDSHAKING) {
                advance(src);
            }
            if (phase == Phase.OPEN && !steps.underWay()) {
                decryption.receive(src, nanoTime);
            }
        } catch (SSLException e) {
            fail(e, nanoTime);
        }
        if (phase == Phase.FAILED || phase == Phase.OPEN && inboundDone) {
            discard(src);
        }
        if (endWaits && !hasWork()) {
            endWaits = false;
            ended(nanoTime);
        }
        inputHeld = phase == Phase.OPEN && hasWork();
        resumeIfWelcome();
    }

    /** What is held here, the transport does not offer again; so this layer sees to it itself when it is welcome. */
    private void resumeIfWelcome() {
        if (inputHeld && wantsRead()) {
            inputHeld = false;
            host.execute(this::resume);
        }
    }

    /** A receiving call that brings nothing new: what was held up may go on. */
    void resume() {
        goOn(NOTHING, host.nanoTime());
    }

    private boolean hasWork() {
        try {
            // What the engine has to say about the last record may be why the peer ended.
            return steps.underWay()
                    || phase == Phase.HANDSHAKING && engine.status() == HandshakeStatus.NEED_WRAP
                    || phase == Phase.OPEN && !inboundDone && decryption.hasWork();
        } catch (SSLException e) {
            return false;
        }
    }

    private void discard(ByteBuffer src) {
        drainedBytes += src.remaining();
        src.position(src.limit());
        if (drainedBytes > (phase == Phase.FAILED ? MAX_DRAIN_BYTES : Limits.DEFAULT.maxDrainBytes())) {
            cut();
        }
    }

    @Override
    public boolean mayGoOn() {
        return phase == Phase.OPEN && !inboundDone && !steps.underWay();
    }

    @Override
    public boolean mustFlushBefore(ByteBuffer record) {
        boolean mayEndBothWays =
                RecordHeader.isAlert(record) || hidesAlerts && RecordHeader.mayHideAlert(record);
        flushesFirst = mayEndBothWays;
        if (mayEndBothWays && encryption.isPending()) {
            return true;
        }
        flushesFirst = false;
        return false;
    }

    @Override
    public void handshakeRecord(SSLEngineResult result) throws SSLException {
        switch (result.getHandshakeStatus()) {
            case NEED_WRAP -> {
                encryption.engineAsks();
                host.outputReady();
            }
            case NEED_TASK, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                if (!engine.isClient()) {
                    throw new TlsException(Reason.PROTOCOL,
                            "the client asked to negotiate TLS anew, which costs a server too much to allow");
                }
                steps.request();
            }
            case NOT_HANDSHAKING, FINISHED -> {
                // Nothing follows from it.
            }
        }
    }

    @Override
    public void closeNotify() {
        closeNotifyReceived = true;
        inboundDone = true;
        if (encryption.isClosed()) {
            awaitFin(host.nanoTime());
        }
        above.receiveEnd(host.nanoTime());
    }

    @Override
    public void receiveEnd(long nanoTime) {
        finReceived = true;
        endWaits = true;
        goOn(NOTHING, nanoTime);
    }

    /** The peer's FIN, behind all that it sent. */
    private void ended(long nanoTime) {
        if (phase == Phase.HANDSHAKING) {
            fail(new TlsException(Reason.TRUNCATED, anyReceived
                    ? "the peer ended the connection in the middle of the TLS handshake"
                    : "the peer ended the connection before it had said anything, and a TLS handshake was expected"),
                    nanoTime);
        } else if (phase == Phase.OPEN && !closeNotifyReceived) {
            truncated(nanoTime);
        }
        host.outputReady();
    }

    /**
     * RFC 8446 section 6.1: without close_notify nobody knows whether the peer ended here, or somebody on the way. A layer that is over
     * with its own protocol needs not to know.
     */
    private void truncated(long nanoTime) {
        if (above.outputState() == OutputState.OPEN) {
            above.receiveFailure(new TlsException(Reason.TRUNCATED,
                    "the connection ended without TLS's close_notify, so something may be missing"),
                    nanoTime);
        } else {
            above.receiveEnd(nanoTime);
        }
    }

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        above.receiveFailure(cause, nanoTime);
    }

    // ---- failing ------------------------------------------------------------------------------------------------------------

    private void fail(SSLException thrown, long nanoTime) {
        if (phase == Phase.FAILED) {
            return;
        }
        boolean wasOpen = phase == Phase.OPEN;
        phase = Phase.FAILED;
        TlsException failure = FailureText.of(thrown, engine.isClient(), terms.peer());
        LOG.log(FailureText.level(failure),
                () -> "! TLS with " + host.remoteAddress() + ": " + failure.getMessage());
        deadlineNanos = nanoTime + FIN_WAIT_NANOS;
        if (!wasOpen || !closeNotifyReceived) {
            above.receiveFailure(failure, nanoTime);
        }
        host.outputReady();
    }

    private void cut() {
        cut = true;
        host.outputReady();
    }

    // ---- producing ----------------------------------------------------------------------------------------------------------

    void outputAsked() {
        encryption.ask();
    }

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        if (!encryption.drain(dst)) {
            return true;
        }
        if (steps.underWay()) {
            return false;
        }
        try {
            return switch (phase) {
                case HANDSHAKING -> produceHandshake(dst);
                case OPEN -> produceData(dst, nanoTime);
                case FAILED -> encryption.flushAlert(dst);
            };
        } catch (SSLException e) {
            host.execute(() -> fail(e, host.nanoTime()));
            return false;
        }
    }

    private boolean produceHandshake(ByteBuffer dst) throws SSLException {
        int before = dst.position();
        boolean more = encryption.flushEngine(dst);
        if (!more && dst.position() > before) {
            host.execute(this::resume);
        }
        return more;
    }

    private boolean produceData(ByteBuffer dst, long nanoTime) throws SSLException {
        boolean more = encryption.produce(dst, nanoTime);
        if (!more && encryption.isClosed()) {
            closed(nanoTime);
        }
        resumeIfWelcome();
        return more;
    }

    /** close_notify is on its way; some engines are over with both directions then. */
    private void closed(long nanoTime) {
        inboundDone = inboundDone || engine.isInboundDone();
        if (closeNotifyReceived) {
            awaitFin(nanoTime);
        }
    }

    private void awaitFin(long nanoTime) {
        if (!finReceived && deadlineNanos == NEVER) {
            deadlineNanos = nanoTime + FIN_WAIT_NANOS;
        }
    }

    @Override
    public void sent(long nanoTime) {
        if (phase == Phase.OPEN && encryption.isDrained()) {
            above.sent(nanoTime);
        }
    }

    // ---- the transport's questions ------------------------------------------------------------------------------------------

    @Override
    public boolean wantsRead() {
        return switch (phase) {
            case HANDSHAKING -> !steps.underWay() && !recordsFull;
            case OPEN -> inboundDone
                    || !steps.underWay() && !(flushesFirst && encryption.isPending()) && above.wantsRead();
            case FAILED -> true;
        };
    }

    @Override
    public OutputState outputState() {
        OutputState wanted = above.outputState();
        if (cut || wanted == OutputState.ABORT) {
            return OutputState.ABORT;
        }
        return switch (phase) {
            // There is nobody yet to say goodbye to, and nothing to wait for.
            case HANDSHAKING -> wanted == OutputState.OPEN ? wanted : OutputState.CLOSE;
            case OPEN ->
                wanted == OutputState.OPEN || !encryption.isClosed() ? OutputState.OPEN : afterClose(wanted);
            case FAILED -> encryption.isClosed() ? afterClose(OutputState.CLOSE) : OutputState.OPEN;
        };
    }

    /** Behind the peer's close_notify its FIN will come; closing before that would tell the peer of a reset. */
    private OutputState afterClose(OutputState wanted) {
        boolean finIsDue = !finReceived && !finOverdue && (closeNotifyReceived || phase == Phase.FAILED);
        return wanted == OutputState.CLOSE && finIsDue ? OutputState.END : wanted;
    }

    @Override
    public long nextDeadlineNanos() {
        return Math.min(deadlineNanos, above.nextDeadlineNanos());
    }

    @Override
    public void onDeadline(long nanoTime) {
        if (deadlineNanos <= nanoTime) {
            deadlineNanos = NEVER;
            overdue(nanoTime);
        }
        if (above.nextDeadlineNanos() <= nanoTime) {
            above.onDeadline(nanoTime);
        }
        goOn(NOTHING, nanoTime);
    }

    private void overdue(long nanoTime) {
        switch (phase) {
            case HANDSHAKING -> {
                fail(new TlsException(Reason.TIMED_OUT,
                        "the TLS handshake was not over within " + terms.handshakeTimeout()), nanoTime);
                cut();
            }
            case OPEN -> {
                finOverdue = true;
                host.outputReady();
            }
            case FAILED -> cut();
        }
    }

    @Override
    public Runnable pollTask() {
        return steps.poll().orElseGet(above::pollTask);
    }

    @Override
    public void released(Ending ending, long nanoTime) {
        steps.release();
        // A step that still runs works in these buffers, which are left to the garbage collector then.
        if (!steps.underWay()) {
            records.drop();
            encryption.release();
        }
        decryption.release();
        above.released(ending, nanoTime);
    }
}
