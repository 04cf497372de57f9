package io.duplex.session;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Code;
import io.duplex.CloseInfo.Initiator;
import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.OverflowPolicy;
import io.duplex.ReadyState;
import io.duplex.Timeouts;
import io.duplex.WebSocketHandler;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.CloseCode;
import io.duplex.frame.CloseFrame;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.frame.ProtocolException;
import io.duplex.session.Deadlines.Kind;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Ending;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One connection from the end of its opening handshake to the end of TCP. It joins the parts: {@link Inbound}, {@link Outbound},
 * {@link Closing}, {@link Deadlines} and {@link PingLedger}, and decides which event concerns which.
 *
 * <p>The lock guards what senders and the transport share. It is held for moments only, and neither user code nor the transport is
 * called under it. What belongs to the receiving thread alone needs no lock.
 */
public final class Session implements ByteLayer, Inbound.Events, Outbound.Gate {
    /** Whether the transport knows that there is output. */
    private enum Signal {
        NONE, DUE, GIVEN
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Facts facts;
    private final ConnectionOptions options;
    private final LayerHost host;
    private final SessionSocket socket;
    private final Callbacks callbacks;
    private final Optional<Inbox> inbox;
    private final ExtensionChain extensions;
    private final Inbound inbound;
    private final OutboundQueue queue;
    private final Completions completions = new Completions();
    private final Outbound outbound;
    private final Closing closing;
    private final Timers timers;
    private final PingLedger pings = new PingLedger();
    private final Demand demand = new Demand();
    private final AtomicReference<Signal> signal = new AtomicReference<>(Signal.NONE);
    private final CompletableFuture<CloseInfo> closeFuture = new CompletableFuture<>();

    private volatile ReadyState readyState = ReadyState.CONNECTING;
    private volatile OutputState outputState = OutputState.OPEN;
    /** Bytes that wait in the queue, to be read without the lock. */
    private volatile long waitingBytes;
    private volatile long unsentBytes;
    /** The reader was replaced: whatever comes now is counted and thrown away. */
    private volatile boolean discarding;
    private long closeFrameEnd = Long.MAX_VALUE;
    private long discardedBytes;
    /** Set when the connection fails, on any thread; taken by the receiving thread. */
    private volatile Optional<Throwable> errorToReport = Optional.empty();

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
        this.options = facts.options();
        this.host = host;
        this.inbox = inbox;
        this.extensions = ExtensionChain.of(facts.extensions());
        this.queue = new OutboundQueue(facts.role(), SegmentPool.SHARED, keys);
        this.outbound = new Outbound(lock, queue, completions, options.sendQueue(), extensions, this);
        this.closing = new Closing(facts.role());
        this.timers = new Timers(options.timeouts());
        this.socket = new SessionSocket(this, facts, host);
        this.callbacks = new Callbacks(socket, handler, facts.listener(), demand, this::userError);
        long limit = options.limits().maxMessageBytes();
        MessageSink sink = handler.delivery() == Delivery.WHOLE
                ? new WholeMessages(limit, callbacks)
                : new MessageParts(limit, callbacks);
        this.inbound = new Inbound(facts.role(), options.limits(), extensions, sink, this);
    }

    /** The application's view of this session. */
    public SessionSocket socket() {
        return socket;
    }

    // ---- receiving calls -------------------------------------------------------------------------------------------------

    @Override
    public void attach(LayerHost ignored, long nanoTime) {
        // The host is known since the opening handshake, which this connection has behind it.
    }

    @Override
    public void connected(long nanoTime) {
        lock.lock();
        try {
            timers.start(nanoTime);
            readyState = ReadyState.OPEN;
        } finally {
            lock.unlock();
        }
        callbacks.opened();
        endTurn();
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        timers.received(nanoTime);
        try {
            if (!discarding) {
                inbound.receive(src);
            }
        } catch (ProtocolException e) {
            fail(e.error().closeCode(), e.error().reason(), e, Initiator.LIBRARY);
        }
        if (discarding) {
            discard(src);
        }
        endTurn();
    }

    private void discard(ByteBuffer src) {
        discardedBytes += src.remaining();
        src.position(src.limit());
        if (discardedBytes > options.limits().maxDrainBytes()) {
            change(closing::aborted);
        }
    }

    @Override
    public void receiveEnd(long nanoTime) {
        change(closing::peerEnded);
        lost(new EOFException("the peer ended the connection without a Close frame"), nanoTime);
        endTurn();
    }

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        change(closing::broken);
        lost(cause, nanoTime);
        endTurn();
    }

    /** The peer is gone; nothing can be said to it, but what it was sent before may still arrive. */
    private void lost(IOException cause, long nanoTime) {
        change(() -> {
            if (closing.fail(cause, Initiator.PEER)) {
                errorToReport = Optional.of(cause);
                stopReading(nanoTime);
            }
        });
        inbox.ifPresent(Inbox::end);
    }

    @Override
    public void onDeadline(long nanoTime) {
        Optional<Kind> expired;
        boolean reading = wantsRead();
        lock.lock();
        try {
            expired = timers.expired(nanoTime, reading);
        } finally {
            lock.unlock();
        }
        expired.ifPresent(kind -> onExpired(kind, nanoTime));
        endTurn();
    }

    private void onExpired(Kind kind, long nanoTime) {
        Timeouts timeouts = options.timeouts();
        switch (kind) {
            case CLOSE -> expire(kind, "the closing handshake was not over within " + timeouts.close());
            case SEND -> expire(kind, "the peer took nothing for " + timeouts.send().orElseThrow());
            case IDLE -> fail(CloseCode.GOING_AWAY, "idle",
                    new TimeoutException("nothing came for " + timeouts.idle().orElseThrow()),
                    Initiator.LIBRARY);
            case PONG -> fail(CloseCode.INTERNAL_ERROR, "no pong",
                    new TimeoutException("no pong came within " + timeouts.pong().orElseThrow()),
                    Initiator.LIBRARY);
            case PING -> sendPing(nanoTime, new CompletableFuture<>());
        }
    }

    private void expire(Kind kind, String why) {
        change(() -> {
            timers.clear(kind);
            TimeoutException cause = new TimeoutException(why);
            if (closing.fail(cause, Initiator.LIBRARY)) {
                errorToReport = Optional.of(cause);
            }
            if (kind == Kind.CLOSE) {
                closing.expired();
            } else {
                closing.aborted();
            }
        });
    }

    @Override
    public void released(Ending ending, long nanoTime) {
        CloseInfo info;
        List<PingLedger.Ping> unanswered;
        List<CompletableFuture<Void>> unsent;
        lock.lock();
        try {
            IOException cut = new IOException("the connection was cut");
            if (closing.fail(cut, Initiator.LIBRARY)) {
                errorToReport = Optional.of(cut);
            }
            info = closing.info(ending, queue.drainedBytes() >= closeFrameEnd);
            readyState = ReadyState.CLOSED;
            discarding = true;
            timers.clearAll();
            outbound.close();
            queue.clear();
            waitingBytes = 0;
            unanswered = pings.drop();
            unsent = completions.drop();
        } finally {
            lock.unlock();
        }
        extensions.close();
        PingLedger.fail(unanswered);
        Completions.fail(unsent);
        inbox.ifPresent(Inbox::end);
        reportError();
        callbacks.closed(info);
        closeFuture.complete(info);
    }

    /** What a receiving call may have left to do when its callbacks are over. */
    private void endTurn() {
        reportError();
    }

    private void reportError() {
        Optional<Throwable> cause = errorToReport;
        if (cause.isPresent()) {
            errorToReport = Optional.empty();
            callbacks.error(cause.get());
        }
    }

    // ---- what came ------------------------------------------------------------------------------------------------------

    @Override
    public boolean delivers() {
        return !discarding && demand.isOpen() && !outputHoldsUpInput();
    }

    private boolean outputHoldsUpInput() {
        return options.sendQueue().pausesReading() && waitingBytes > options.sendQueue().highWaterBytes();
    }

    @Override
    public void ping(ByteBuffer payload) {
        change(() -> {
            if (takesMessages()) {
                queue.pong(payload);
            }
        });
        callbacks.ping(payload);
    }

    @Override
    public void pong(ByteBuffer payload) {
        List<PingLedger.Ping> answered;
        lock.lock();
        try {
            answered = pings.answered(payload);
        } finally {
            lock.unlock();
        }
        long now = host.nanoTime();
        for (PingLedger.Ping ping : answered) {
            ping.answer().complete(Duration.ofNanos(now - ping.sentNanos()));
        }
        callbacks.pong(payload);
    }

    @Override
    public void close(Optional<CloseFrame> frame) {
        change(() -> {
            if (closing.received(Code.of(frame))) {
                closing.answered(Code.of(frame));
                queueClose(frame);
            }
            stopReading(host.nanoTime());
        });
        inbox.ifPresent(Inbox::end);
    }

    private void userError(Throwable thrown) {
        fail(CloseCode.INTERNAL_ERROR, "internal error", thrown, Initiator.LIBRARY);
    }

    /** Fails the connection (RFC 6455 section 7.1.7): says why, if a Close frame may still be sent, and reads no further. */
    void fail(int code, String reason, Throwable cause, Initiator who) {
        change(() -> {
            boolean mayTell = !closing.closeFrameQueued();
            if (!closing.fail(cause, who)) {
                return;
            }
            errorToReport = Optional.of(cause);
            if (mayTell) {
                CloseFrame frame = new CloseFrame(code, reason);
                closing.answered(new Code(code, reason));
                queueClose(Optional.of(frame));
            }
            stopReading(host.nanoTime());
        });
        inbox.ifPresent(Inbox::end);
        host.execute(this::endTurn);
    }

    // ---- state, under the lock --------------------------------------------------------------------------------------------

    /** Changes the state under the lock, and lets the transport see what follows from it. */
    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            refresh();
            signal.compareAndSet(Signal.NONE, Signal.DUE);
        } finally {
            lock.unlock();
        }
        signal();
    }

    private void refresh() {
        waitingBytes = queue.bytes();
        outputState = closing.outputState(queue.isEmpty());
        if (closing.state() != CloseState.OPEN && readyState == ReadyState.OPEN) {
            readyState = ReadyState.CLOSING;
            outbound.close();
        }
    }

    private void queueClose(Optional<CloseFrame> frame) {
        queue.append(Opcode.CLOSE, true, 0,
                ByteBuffer.wrap(frame.map(CloseFrame::payload).orElse(new byte[0])));
        closeFrameEnd = queue.appendedBytes();
    }

    private void stopReading(long nanoTime) {
        discarding = true;
        timers.closing(nanoTime);
    }

    // ---- producing --------------------------------------------------------------------------------------------------------

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        boolean tellDrained;
        boolean more;
        lock.lock();
        try {
            int before = dst.position();
            queue.drainTo(dst);
            unsentBytes += dst.position() - before;
            timers.produced(unsentBytes > 0, nanoTime);
            more = !queue.isEmpty();
            if (!more) {
                signal.set(Signal.NONE);
            }
            refresh();
            tellDrained = outbound.drained();
        } finally {
            lock.unlock();
        }
        if (tellDrained) {
            host.execute(callbacks::drained);
        }
        return more;
    }

    @Override
    public void sent(long nanoTime) {
        List<CompletableFuture<Void>> done = List.of();
        lock.lock();
        try {
            unsentBytes = 0;
            timers.sent(!queue.isEmpty(), nanoTime);
            if (completions.reached(queue.drainedBytes())) {
                done = completions.take(queue.drainedBytes());
            }
        } finally {
            lock.unlock();
        }
        if (!done.isEmpty()) {
            List<CompletableFuture<Void>> completed = done;
            host.execute(() -> completed.forEach(future -> future.complete(null)));
        }
    }

    // ---- answers ----------------------------------------------------------------------------------------------------------

    @Override
    public boolean wantsRead() {
        return discarding ? outputState.compareTo(OutputState.CLOSE) < 0 : delivers();
    }

    @Override
    public OutputState outputState() {
        return outputState;
    }

    @Override
    public long nextDeadlineNanos() {
        return timers.nextNanos();
    }

    // ---- for senders --------------------------------------------------------------------------------------------------------

    @Override
    public boolean takesMessages() {
        return readyState == ReadyState.OPEN && closing.state() == CloseState.OPEN && !closing.isAborted();
    }

    @Override
    public boolean mustNotWait() {
        return host.inTransportThread();
    }

    @Override
    public void appended() {
        waitingBytes = queue.bytes();
        signal.compareAndSet(Signal.NONE, Signal.DUE);
    }

    @Override
    public void signal() {
        if (signal.compareAndSet(Signal.DUE, Signal.GIVEN)) {
            host.outputReady();
        }
    }

    @Override
    public void overflowed(OverflowPolicy policy) {
        facts.listener().overflowed(socket, policy);
        if (policy == OverflowPolicy.CLOSE) {
            fail(CloseCode.POLICY_VIOLATION, "too slow",
                    new IOException("the peer was too slow: its outbound queue overflowed"),
                    Initiator.LIBRARY);
        }
    }

    // ---- for the socket -----------------------------------------------------------------------------------------------------

    Outbound outbound() {
        return outbound;
    }

    Optional<Inbox> inbox() {
        return inbox;
    }

    Demand demand() {
        return demand;
    }

    ReadyState readyState() {
        return readyState;
    }

    long bufferedBytes() {
        return waitingBytes + unsentBytes;
    }

    /** Completes after {@code onClose}. */
    public CompletableFuture<CloseInfo> closeFuture() {
        return closeFuture;
    }

    void sendPing(long nanoTime, CompletableFuture<Duration> answer) {
        boolean[] refused = { false };
        change(() -> {
            refused[0] = !takesMessages();
            if (!refused[0]) {
                queue.append(Opcode.PING, true, 0, pings.add(nanoTime, answer));
                timers.pinged(nanoTime);
            }
        });
        if (refused[0]) {
            PingLedger.fail(List.of(new PingLedger.Ping(0, nanoTime, answer)));
        }
    }

    void sendPong(ByteBuffer payload) {
        change(() -> {
            if (takesMessages()) {
                queue.pong(payload);
            }
        });
    }

    void beginClose(CloseFrame frame) {
        change(() -> {
            if (takesMessages()) {
                closing.begin(new Code(frame.code(), frame.reason()));
                queueClose(Optional.of(frame));
                timers.closing(host.nanoTime());
            }
        });
    }

    void abort() {
        change(() -> {
            closing.fail(new IOException("aborted by the application"), Initiator.APPLICATION);
            closing.aborted();
            discarding = true;
        });
        inbox.ifPresent(Inbox::end);
    }
}
