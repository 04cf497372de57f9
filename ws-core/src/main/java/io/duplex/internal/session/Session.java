package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Code;
import io.duplex.CloseInfo.Initiator;
import io.duplex.CloseMode;
import io.duplex.FailureOrigin;
import io.duplex.OverflowPolicy;
import io.duplex.WebSocketHandler;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.CloseCode;
import io.duplex.frame.CloseFrame;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.session.Deadlines.Kind;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Ending;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.WorkBudget;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection from the end of its opening handshake to the end of TCP. It joins the parts
 * ({@link Inbound}, {@link Output}, {@link Closing}, {@link Timers}, {@link PingLedger}) and decides which
 * event concerns which. What it changes in state that others share, it changes by {@link Output#change}; what
 * belongs to the receiving thread alone needs no lock.
 */
public final class Session implements ByteLayer, Inbound.Events, Output.Events, Callbacks.Failure {
    /** Longer than the pause between the messages of an active connection. */
    private static final long SLICES_NANOS = Duration.ofSeconds(10).toNanos();
    /** What an inflater holds outside of the heap: its window of 2^15 bytes, and tables. */
    private static final int INFLATER_BYTES = 48 << 10;

    private final Facts facts;
    private final LayerHost host;
    private final SessionSocket socket;
    private final Callbacks callbacks;
    private final Optional<Inbox> inbox;
    /** Null while none is needed; receiving calls only. */
    private Inbound inbound;
    private final Timers timers;
    private final Output output;
    /** Null until there is the first ping; guarded by the lock. */
    private PingLedger pings;
    /** Null until somebody asks for it; guarded by the lock. */
    private CompletableFuture<CloseInfo> closeFuture;

    /** The reader was replaced: whatever comes now is counted and thrown away. */
    private volatile boolean discarding;
    private long discardedBytes;
    /**
     * Of the message that is being assembled, of the inflater that it is in, and what is reserved for both.
     * Receiving calls only.
     */
    private int assembledBytes;
    private int inflaterBytes;
    private long reservedBytes;
    /** Set when the connection fails, on any thread; taken by the receiving thread. */
    private volatile Optional<FailureReport> errorToReport = Optional.empty();

    /** What ended the connection, and where it came from. */
    private record FailureReport(FailureOrigin origin, Throwable cause) {}

    /**
     * A session that is not open yet.
     *
     * @param inbox where messages go if the application reads in blocking style; it is also the handler then
     */
    public Session(Facts facts, LayerHost host, WebSocketHandler handler, Optional<Inbox> inbox) {
        this(facts, host, handler, inbox, MaskKeys.shared());
    }

    /** As above, with masking keys of a test's choice. */
    Session(Facts facts, LayerHost host, WebSocketHandler handler, Optional<Inbox> inbox, MaskKeys keys) {
        this.facts = facts;
        this.host = host;
        this.inbox = inbox;
        ExtensionChain extensions = ExtensionChain.of(facts.extensions());
        this.timers = new Timers(facts.options().timeouts(),
                Timers.jitter(facts.id(), host.nanoTime()));
        this.output = new Output(facts, timers, extensions, keys, host, this);
        this.socket = new SessionSocket(this, output, facts, host);
        this.callbacks = facts.offloader()
                .map(offloader -> Callbacks.off(offloader, host, output, socket, handler, facts, this))
                .orElseGet(() -> new Callbacks(socket, handler, facts.listener(), this));
        inbox.ifPresent(blocking -> blocking.regulate(socket));
        this.inbound = Inbound.suits(handler.delivery(), extensions)
                ? null
                : Inbound.owned(facts, handler.delivery(), extensions, callbacks, this);
    }

    /** The application's view of this session. */
    public SessionSocket socket() {
        return socket;
    }

    /** Completes after {@code onClose}. */
    public CompletableFuture<CloseInfo> closeFuture() {
        return output.lockedGet(() -> {
            if (closeFuture == null) {
                closeFuture = new CompletableFuture<>();
            }
            return closeFuture;
        });
    }

    // ---- receiving calls ----------------------------------------------------------------------------------

    @Override
    public void attach(LayerHost ignored, long nanoTime) {
        // The host is known since the opening handshake, which this connection has behind it.
    }

    @Override
    public void connected(long nanoTime) {
        output.locked(() -> {
            timers.start(nanoTime);
            output.opened();
        });
        callbacks.opened();
        reportError();
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        timers.received(nanoTime);
        if (!discarding) {
            read(src, nanoTime);
            dropSlicesLater(nanoTime);
        }
        if (discarding) {
            dropParts();
            discard(src);
        }
        reportError();
    }

    private void read(ByteBuffer src, long nanoTime) {
        if (inbound == null) {
            inbound = Inbound.POOL.borrow(this);
            inbound.serve(facts.role(), facts.options().limits(), this, callbacks);
        }
        Inbound parts = inbound;
        // Set again below on a normal return only: parts that have thrown are never used again, by this
        // connection or another.
        inbound = null;
        boolean intact = false;
        try {
            parts.receive(src);
            reserveInflater(parts);
            intact = true;
        } catch (WebSocketProtocolException e) {
            inputEnded(true, false,
                    () -> failed(e.error().closeCode(), e.error().reason(), FailureOrigin.PEER, e));
        } catch (OverBudgetException e) {
            overBudget(e);
        } finally {
            parts.tell(facts.traffic());
            if (!intact) {
                discarding = true;
                discard(parts);
            }
        }
        if (intact) {
            noteProgress(parts, nanoTime);
        }
        if (intact && parts.canBeGivenBack()) {
            Inbound.POOL.giveBack(parts, this);
        } else if (intact) {
            inbound = parts;
        }
    }

    private void discard(Inbound parts) {
        if (parts != null && parts.isBorrowed()) {
            Inbound.POOL.discard(parts, this);
        }
    }

    /** A deadline of their own, so that a connection that has become idle holds none. */
    private void dropSlicesLater(long nanoTime) {
        if (callbacks.slices().areKept() && !timers.isSet(Kind.SLICES)) {
            output.locked(() -> timers.set(Kind.SLICES, nanoTime + SLICES_NANOS));
        }
    }

    private void dropSlices() {
        callbacks.slices().drop();
        output.locked(() -> timers.clear(Kind.SLICES));
    }

    /** Sets the deadline of a message that has come in part, once: traffic costs nothing. */
    private void noteProgress(Inbound parts, long nanoTime) {
        if (!parts.inMessage()) {
            timers.messageEnded();
        } else if (timers.messageUnfinished(parts.messageNumber(), parts.wireBytes(), nanoTime)) {
            output.locked(() -> timers.awaitMessage(nanoTime));
        }
    }

    private void reserveInflater(Inbound parts) {
        int bytes = parts.inCompressedMessage() ? INFLATER_BYTES : 0;
        if (bytes != inflaterBytes) {
            inflaterBytes = bytes;
            reserve();
        }
    }

    @Override
    public void hold(long bytes) {
        assembledBytes = (int) bytes;
        reserve();
    }

    private void reserve() {
        reservedBytes = facts.memory().resize(reservedBytes, (long) assembledBytes + inflaterBytes);
    }

    private void overBudget(OverBudgetException refusal) {
        fail(CloseCode.TRY_AGAIN_LATER, OverBudgetException.REASON, FailureOrigin.LIBRARY,
                new IOException(refusal.getMessage(), refusal));
    }

    /** Nothing is read any more: lets go of an unfinished message. */
    private void dropParts() {
        discard(inbound);
        inbound = null;
        inflaterBytes = 0;
        hold(0);
    }

    private void discard(ByteBuffer src) {
        discardedBytes += src.remaining();
        src.position(src.limit());
        if (discardedBytes > facts.options().limits().maxDrainBytes()) {
            output.change(() -> output.closing().aborted());
        }
    }

    @Override
    public void receiveEnd(long nanoTime) {
        output.change(() -> output.closing().peerEnded());
        if (!output.isInputUnsettled()) {
            lost(new EOFException("the peer ended the connection without a Close frame"), nanoTime);
        }
    }

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        output.change(() -> output.closing().broken());
        lost(cause, nanoTime);
    }

    /** The peer is gone; nothing can be said to it, but what it was sent before may still arrive. */
    private void lost(IOException cause, long nanoTime) {
        output.change(() -> {
            output.settleInput();
            if (markFailed(FailureOrigin.PEER, cause, Initiator.PEER)) {
                stopReading(nanoTime);
            }
        });
        reportError();
    }

    @Override
    public void onDeadline(long nanoTime) {
        if (timers.isDue(Kind.SLICES, nanoTime)) {
            dropSlices();
        }
        Expiry expiry = new Expiry(this, output, timers, facts.options().timeouts());
        expiry.find(nanoTime).ifPresent(kind -> expiry.act(kind, nanoTime));
        if (discarding) {
            dropParts();
        }
        reportError();
    }

    @Override
    public void released(Ending ending, long nanoTime) {
        List<CompletableFuture<Void>> unsent = new ArrayList<>();
        List<PingLedger.Ping> unanswered = new ArrayList<>();
        CloseInfo info = output.lockedGet(() -> {
            output.settleInput();
            output.closing().endedAlone(ending);
            markFailed(FailureOrigin.PEER, new IOException("the connection was cut"), Initiator.LIBRARY);
            discarding = true;
            timers.clearAll();
            unanswered.addAll(pings == null ? List.of() : pings.drop());
            CloseInfo known = output.closing().info(ending, output.closeFrameHasLeft());
            unsent.addAll(output.release());
            return known;
        });
        dropParts();
        callbacks.slices().drop();
        ExtensionChain.of(facts.extensions()).close();
        PingLedger.fail(unanswered);
        Completions.fail(unsent);
        reportError();
        callbacks.closed(info, closeFuture());
    }

    private void reportError() {
        Optional<FailureReport> failure = errorToReport;
        if (failure.isPresent()) {
            errorToReport = Optional.empty();
            callbacks.error(failure.get().origin(), failure.get().cause());
        }
    }

    // ---- what came ----------------------------------------------------------------------------------------

    @Override
    public boolean delivers() {
        return !discarding && callbacks.hasRoom() && !output.holdsUpInput();
    }

    @Override
    public WorkBudget budget() {
        return host.budget();
    }

    @Override
    public void ping(ByteBuffer payload) {
        output.change(() -> output.pong(payload));
        callbacks.ping(payload);
    }

    @Override
    public void pong(ByteBuffer payload) {
        List<PingLedger.Ping> answered =
                output.lockedGet(() -> pings == null ? List.of() : pings.answered(payload));
        long now = host.nanoTime();
        for (PingLedger.Ping ping : answered) {
            ping.answer().complete(Duration.ofNanos(now - ping.sentNanos()));
        }
        callbacks.pong(payload);
    }

    @Override
    public void close(Optional<CloseFrame> frame) {
        inputEnded(false, Code.of(frame).normal(), () -> closeStart().answer(frame));
    }

    /**
     * Nothing that comes now is read. What follows waits until the application has taken all that came
     * before, and may have answered it, in each style; or until the close deadline.
     *
     * @param normally whether the peer has sent all it wanted
     */
    private void inputEnded(boolean failed, boolean normally, Runnable next) {
        output.change(() -> {
            stopReading(host.nanoTime());
            output.inputEnded(failed, next);
        });
        Runnable settle = () -> {
            output.change(output::settleInput);
            host.execute(this::reportError);
        };
        callbacks.behind(() -> {
            if (inbox.isPresent()) {
                inbox.get().endInput(settle, normally);
            } else {
                settle.run();
            }
        });
    }

    // ---- failing ------------------------------------------------------------------------------------------

    @Override
    public void userError(Throwable thrown) {
        if (thrown instanceof OverBudgetException refusal) {
            // Out of the inbox, which is a handler to its connection.
            overBudget(refusal);
            return;
        }
        if (!fail(CloseCode.INTERNAL_ERROR, "internal error", FailureOrigin.APPLICATION, thrown)) {
            reportLate(thrown);
        }
    }

    /**
     * A connection that has ended cannot fail again. What the application threw then is reported all the
     * same.
     */
    private void reportLate(Throwable thrown) {
        try {
            facts.listener().failed(socket, FailureOrigin.APPLICATION, thrown);
        } catch (Throwable again) {
            // Reporting it would end here again; the log, which comes before the application's listener, has
            // the first.
        }
    }

    /**
     * Fails the connection (RFC 6455 section 7.1.7): says why, if a Close frame may still be sent, and reads
     * no further.
     *
     * @return whether it had neither failed nor ended before
     */
    boolean fail(int code, String reason, FailureOrigin origin, Throwable cause) {
        AtomicBoolean first = new AtomicBoolean();
        output.change(() -> first.set(failed(code, reason, origin, cause)));
        // A sender may have been the one who failed it, on a thread of its own.
        host.execute(this::reportError);
        return first.get();
    }

    /** Under the lock; returns whether it had neither failed nor ended before. */
    private boolean failed(int code, String reason, FailureOrigin origin, Throwable cause) {
        if (!markFailed(origin, cause, Initiator.LIBRARY)) {
            return false;
        }
        if (!output.closing().closeFrameQueued()) {
            output.closing().answered(new Code(code, reason));
            output.close(Optional.of(new CloseFrame(code, reason)));
        }
        stopReading(host.nanoTime());
        return true;
    }

    /** Under the lock; returns whether it had not failed before. */
    boolean markFailed(FailureOrigin origin, Throwable cause, Initiator who) {
        boolean first = output.closing().fail(cause, who);
        if (first) {
            errorToReport = Optional.of(new FailureReport(origin, cause));
        }
        return first;
    }

    private void stopReading(long nanoTime) {
        discarding = true;
        timers.closing(nanoTime);
    }

    @Override
    public void overflowed(OverflowPolicy policy) {
        socket.tellOverflowed(policy);
        if (policy == OverflowPolicy.CLOSE) {
            fail(CloseCode.POLICY_VIOLATION, "too slow", FailureOrigin.PEER,
                    new IOException("the peer was too slow: its outbound queue overflowed"));
        }
    }

    @Override
    public void encodingFailed(Throwable thrown) {
        fail(CloseCode.INTERNAL_ERROR, "internal error", FailureOrigin.LIBRARY, thrown);
    }

    @Override
    public void overBudget(long bytes) {
        overBudget(new OverBudgetException(facts.memory(), bytes));
    }

    @Override
    public void taken(boolean text, long bytes) {
        socket.tellSent(text, bytes);
    }

    @Override
    public void drained() {
        callbacks.drained();
    }

    // ---- the transport's questions ------------------------------------------------------------------------

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        return output.produce(dst, nanoTime);
    }

    @Override
    public void sent(long nanoTime) {
        output.sent(nanoTime);
    }

    @Override
    public boolean wantsRead() {
        return discarding ? output.state().compareTo(OutputState.CLOSE) < 0 : delivers();
    }

    @Override
    public OutputState outputState() {
        return output.state();
    }

    @Override
    public Optional<Duration> lingerTime() {
        return output.lingerTime();
    }

    @Override
    public long nextDeadlineNanos() {
        return timers.nextNanos();
    }

    // ---- the socket's wishes ------------------------------------------------------------------------------

    Optional<Inbox> inbox() {
        return inbox;
    }

    Callbacks callbacks() {
        return callbacks;
    }

    void sendPing(long nanoTime, CompletableFuture<Duration> answer) {
        List<PingLedger.Ping> refused = new ArrayList<>(0);
        output.change(() -> {
            if (output.takesMessages()) {
                output.ping(pings().add(nanoTime, answer));
                timers.pinged(nanoTime);
            } else {
                refused.add(new PingLedger.Ping(0, nanoTime, answer));
            }
        });
        PingLedger.fail(refused);
    }

    private PingLedger pings() {
        if (pings == null) {
            pings = new PingLedger();
        }
        return pings;
    }

    void sendPong(ByteBuffer payload) {
        output.change(() -> output.pong(payload));
    }

    private CloseStart closeStart() {
        return new CloseStart(output, timers, this::pings, host);
    }

    void beginClose(CloseFrame frame, CloseMode mode) {
        closeStart().begin(frame, mode);
        if (output.state() == OutputState.ABORT) {
            deafen();
        }
    }

    /** Resets the connection; the application knows why, so it hears no error. */
    void abort() {
        output.change(() -> {
            output.settleInput();
            output.closing().fail(new IOException("aborted by the application"), Initiator.APPLICATION);
            output.closing().aborted();
        });
        deafen();
    }

    private void deafen() {
        discarding = true;
    }
}
