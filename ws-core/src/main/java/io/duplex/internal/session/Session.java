package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.CloseMode;
import io.duplex.Delivery;
import io.duplex.FailureOrigin;
import io.duplex.NotSentException;
import io.duplex.OverflowPolicy;
import io.duplex.ReadyState;
import io.duplex.SendQueueFullException;
import io.duplex.SendStatus;
import io.duplex.WebSocketHandler;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.CloseCode;
import io.duplex.frame.CloseStatus;
import io.duplex.frame.FrameHeader;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.OverBudgetException;
import io.duplex.internal.protocol.Deadlines;
import io.duplex.internal.protocol.Deadlines.Kind;
import io.duplex.internal.protocol.PingLedger.Ping;
import io.duplex.internal.protocol.WebSocketProtocol;
import io.duplex.internal.protocol.WebSocketProtocol.Answered;
import io.duplex.internal.protocol.WebSocketProtocol.ControlFrame;
import io.duplex.internal.protocol.WebSocketProtocol.Failure;
import io.duplex.internal.session.Sender.Admission;
import io.duplex.internal.session.Sender.Form;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One connection from the end of its opening handshake to the end of TCP: the {@link WebSocketProtocol}
 * decides, the {@link MessageReader} reads, the {@link Sender} queues, and this joins them. It alone locks.
 *
 * <p>Every operation has three beats. Under the lock it decides and changes; {@link #unlockAndWake} ends that
 * and wakes the transport; then it notifies: listeners, futures, callbacks. Neither user code nor the
 * transport is called under the lock, so it is held for moments.
 *
 * <p>Threads: see {@link ByteLayer} for the calls of the transport. The methods that {@link SessionSocket}
 * calls are for any thread.
 */
public final class Session implements ByteLayer {
    /** How long the payload slices of an active connection are kept. Its messages are closer together. */
    private static final long CACHE_NANOS = Duration.ofSeconds(10).toNanos();
    /** How much one thread compresses for others before it leaves the rest to the transport's thread. */
    private static final int HELP_BYTES = 64 << 10;

    private final ConnectionContext context;
    private final LayerHost host;
    private final Delivery delivery;
    /** Where messages go if the application reads in blocking style; otherwise null. */
    private final Inbox inbox;
    private final SessionSocket socket;
    private final Callbacks callbacks;
    private final ExtensionChain extensions;
    private final Deadlines deadlines;

    private final ReentrantLock lock = new ReentrantLock();
    /**
     * Guarded by the lock, as the next two: {@link #protocol}, {@link #sender} and {@link #queue} check that.
     */
    private final WebSocketProtocol guardedProtocol;
    private final Sender guardedSender;
    private final SendQueue guardedQueue;
    private final Wakeup wakeup = new Wakeup();
    /** Of the lock, for senders that wait; null until one does. Guarded by it, as the next four. */
    private Condition room;
    private int waitingSenders;
    /** The deadline that the transport knows, or was told to ask for. */
    private long knownDeadlineNanos = NEVER;
    /** Whether messages were accepted after the last change. */
    private boolean accepting;
    /** Null until the first call of {@link #closeFuture()}. */
    private CompletableFuture<CloseInfo> closeFuture;

    // Copies of guarded state, for any thread; written under the lock and only on change, because volatile
    // writes are expensive.
    private volatile ReadyState readyState = ReadyState.CONNECTING;
    private volatile OutputState outputState = OutputState.OPEN;
    private volatile boolean reading = true;
    /** Reading is paused: the send queue is above its high-water mark. */
    private volatile boolean paused;
    /** A failure that the application has not been told of. */
    private volatile Failure unreported;

    // Receive thread only.
    private final PayloadSlices slices = new PayloadSlices();
    /** Null while none is needed. */
    private MessageReader reader;
    private long discardedBytes;

    /**
     * A session that is not open yet.
     *
     * @param handler gets the messages
     * @param inbox where messages go if the application reads in blocking style, and null otherwise; the
     *              handler passes them to it then
     */
    public Session(ConnectionContext context, LayerHost host, WebSocketHandler handler, Inbox inbox) {
        this(context, host, handler, inbox, MaskKeys.shared());
    }

    /** As above, with masking keys of a test's choice. */
    Session(ConnectionContext context, LayerHost host, WebSocketHandler handler, Inbox inbox, MaskKeys keys) {
        this.context = context;
        this.host = host;
        // Here, so that a handler that throws is answered with an HTTP status.
        this.delivery = handler.delivery();
        this.inbox = inbox;
        this.extensions = ExtensionChain.of(context.extensions());
        this.guardedProtocol = new WebSocketProtocol(context.role(), context.options(), context.id(),
                host.nanoTime());
        this.deadlines = guardedProtocol.deadlines();
        this.guardedQueue = new SendQueue(context.role(), Segment.POOL, keys, context.memory());
        this.guardedSender = new Sender(guardedQueue, context.options().sendQueue());
        this.socket = new SessionSocket(this, context, host);
        this.callbacks = newCallbacks(handler);
        if (inbox != null) {
            inbox.regulate(host::inputReady);
        }
    }

    private Callbacks newCallbacks(WebSocketHandler handler) {
        return context.executor().isPresent()
                ? new QueuedCallbacks(context.executor().get(), host, context.memory(), socket, handler,
                        context.listener(), wakeup, this::uncork, this::userError)
                : new DirectCallbacks(socket, handler, context.listener(), this::userError);
    }

    /** Returns the application's view of this session. */
    public SessionSocket socket() {
        return socket;
    }

    // ---- the three beats ----------------------------------------------------------------------------------

    private WebSocketProtocol protocol() {
        assert lock.isHeldByCurrentThread();
        return guardedProtocol;
    }

    private Sender sender() {
        assert lock.isHeldByCurrentThread();
        return guardedSender;
    }

    private SendQueue queue() {
        assert lock.isHeldByCurrentThread();
        return guardedQueue;
    }

    /**
     * Ends the first beat of an operation, and is the second: publishes what follows from the change,
     * releases the lock, and wakes the transport if there is something new for it. Futures of messages that
     * the change refused are failed last.
     *
     * @param urgent whether to wake the transport even if the current thread is corked, because the output is
     *               another thread's
     */
    private void unlockAndWake(boolean urgent) {
        boolean wake;
        boolean resume;
        boolean report;
        List<CompletableFuture<Void>> refused;
        try {
            boolean wasPaused = paused;
            boolean wasReported = unreported == null;
            boolean changed = publish();
            wake = changed ? wakeup.stateChanged(urgent) : !queue().isEmpty() && wakeup.output(urgent);
            resume = wasPaused && !paused;
            report = wasReported && unreported != null;
            refused = sender().takeRefused();
        } finally {
            lock.unlock();
        }
        if (wake) {
            wakeTransport();
        }
        if (resume) {
            host.inputReady();
        }
        if (report) {
            host.execute(this::reportFailure);
        }
        if (!refused.isEmpty()) {
            failUnsent(refused);
        }
    }

    /** Returns whether the transport has to ask for the output state or the deadline again. */
    private boolean publish() {
        boolean pauses = sender().pausesReading();
        if (pauses != paused) {
            paused = pauses;
        }
        if (protocol().isReading() != reading) {
            reading = protocol().isReading();
        }
        ReadyState ready = protocol().readyState();
        if (ready != readyState) {
            readyState = ready;
        }
        boolean accepts = protocol().takesMessages();
        if (accepting && !accepts) {
            sender().close();
        }
        accepting = accepts;
        if (waitingSenders > 0 && sender().takeRoomFreed()) {
            room.signalAll();
        }
        OutputState output = protocol().outputState(sender().isDrained());
        boolean changed = output != outputState;
        if (changed) {
            outputState = output;
        }
        long deadlineNanos = deadlines.nextNanos();
        changed |= deadlineNanos < knownDeadlineNanos;
        knownDeadlineNanos = deadlineNanos;
        // Last: who reads it sees the state that follows from the failure.
        Failure failure = protocol().takeUnreported();
        if (failure != null) {
            unreported = failure;
        }
        return changed;
    }

    /** Wakes the transport. If that fails, for lack of memory, the next output tries again. */
    private void wakeTransport() {
        boolean woken = false;
        try {
            host.outputReady();
            woken = true;
        } finally {
            if (!woken) {
                lock.lock();
                wakeup.drained();
                lock.unlock();
            }
        }
    }

    /** A change that the transport sees after the receiving call under way, without a wake-up. */
    private void changeInCall(Runnable change) {
        lock.lock();
        try {
            change.run();
            publish();
        } finally {
            lock.unlock();
        }
    }

    /** An operation that decides by the protocol, and queues the control frame that follows, if any. */
    private void act(Supplier<Optional<ControlFrame>> decision) {
        lock.lock();
        try {
            decision.get().ifPresent(sender()::control);
        } finally {
            unlockAndWake(false);
        }
    }

    /** Tells the application of a failure. Receiving calls only. */
    private void reportFailure() {
        Failure failure = unreported;
        if (failure != null) {
            unreported = null;
            callbacks.error(failure.origin(), failure.cause());
        }
    }

    private static void failPings(List<Ping> pings) {
        for (Ping ping : pings) {
            ping.answer()
                    .completeExceptionally(new NotSentException("the connection ended before the pong came"));
        }
    }

    private static void failUnsent(List<CompletableFuture<Void>> futures) {
        for (CompletableFuture<Void> future : futures) {
            future.completeExceptionally(
                    new NotSentException("the connection ended before the message had left"));
        }
    }

    // ---- receiving calls ----------------------------------------------------------------------------------

    @Override
    public void attach(LayerHost ignored, long nanoTime) {
        // The host is known since the opening handshake.
    }

    @Override
    public void connected(long nanoTime) {
        changeInCall(() -> protocol().opened(nanoTime));
        callbacks.opened();
        reportFailure();
    }

    @Override
    public void receive(ByteBuffer src, long nanoTime) {
        deadlines.received(nanoTime);
        if (reading) {
            read(src, nanoTime);
        }
        if (!reading) {
            dropReader();
            discard(src);
        }
        reportFailure();
    }

    private void read(ByteBuffer src, long nanoTime) {
        if (reader == null) {
            reader = MessageReader.POOL.borrow(this);
            reader.serve(context, delivery, extensions, callbacks, slices);
        }
        MessageReader current = reader;
        // Set again on a normal return only: what has thrown is never used again, by this connection or
        // another.
        reader = null;
        boolean intact = false;
        try {
            readFrames(current, src, nanoTime);
            current.readEnded();
            current.report(context.traffic());
            intact = true;
        } catch (WebSocketProtocolException e) {
            inputEnded(false, () -> protocol().violated(
                    new Failure(e.error().closeCode(), e.error().reason(), FailureOrigin.PEER, e), nanoTime));
        } catch (OverBudgetException e) {
            overBudget(e);
        } finally {
            if (!intact) {
                discard(current);
                changeInCall(() -> protocol().stopReading(nanoTime));
                current.report(context.traffic());
            }
        }
        if (intact) {
            keep(current, nanoTime);
        }
    }

    private void readFrames(MessageReader current, ByteBuffer src, long nanoTime)
            throws WebSocketProtocolException {
        WorkBudget budget = host.budget();
        slices.begin(src);
        while (delivers() && !budget.isSpent()) {
            switch (current.next(src, budget)) {
                case NEED_MORE -> {
                    return;
                }
                case DATA -> {
                    // The callbacks have it.
                }
                case PING -> ping(current.controlPayload());
                case PONG -> pong(current.controlPayload());
                case CLOSE -> {
                    CloseStatus status = CloseStatus.parse(current.controlPayload());
                    inputEnded(status.normal(), () -> protocol().closeReceived(status, nanoTime));
                }
            }
        }
    }

    /** Keeps the reader inside a message, and the slices for a while. */
    private void keep(MessageReader current, long nanoTime) {
        reader = current;
        if (!current.inMessage()) {
            deadlines.messageEnded();
        } else if (deadlines.messageUnfinished(current.messageNumber(), current.wireBytes(), nanoTime)) {
            changeInCall(() -> deadlines.awaitMessage(nanoTime));
        }
        if (current.isIdle()) {
            reader = null;
            MessageReader.POOL.giveBack(current, this);
        }
        if (slices.areKept() && !deadlines.isSet(Deadlines.Kind.CACHE)) {
            changeInCall(() -> deadlines.set(Deadlines.Kind.CACHE, nanoTime + CACHE_NANOS));
        }
    }

    private boolean delivers() {
        return reading && !paused && callbacks.hasRoom() && (inbox == null || inbox.hasRoom());
    }

    private void ping(ByteBuffer payload) {
        sendPong(payload);
        callbacks.ping(payload);
    }

    private void pong(ByteBuffer payload) {
        long now = host.nanoTime();
        Answered answered;
        lock.lock();
        try {
            answered = protocol().pong(payload, now);
            answered.close().ifPresent(sender()::control);
        } finally {
            unlockAndWake(false);
        }
        for (Ping ping : answered.pings()) {
            ping.answer().complete(Duration.ofNanos(now - ping.sentNanos()));
        }
        callbacks.pong(payload);
    }

    /**
     * Nothing that comes now is read. The answer waits until the application has taken all that came before,
     * and may have answered it, in each style; or until its deadline.
     *
     * @param normally whether the peer has sent all it wanted
     */
    private void inputEnded(boolean normally, Supplier<Optional<ControlFrame>> decision) {
        act(decision);
        Runnable answer = () -> {
            long nanoTime = host.nanoTime();
            act(() -> protocol().answerClose(nanoTime));
        };
        callbacks.after(() -> {
            if (inbox == null) {
                answer.run();
            } else {
                inbox.endInput(answer, normally);
            }
        });
    }

    private void dropReader() {
        if (reader != null) {
            discard(reader);
            reader = null;
        }
    }

    private void discard(MessageReader unused) {
        unused.release();
        MessageReader.POOL.discard(unused, this);
    }

    private void discard(ByteBuffer src) {
        discardedBytes += src.remaining();
        src.position(src.limit());
        if (discardedBytes > context.options().limits().maxDrainBytes()) {
            changeInCall(() -> protocol().drainedTooMuch());
        }
    }

    @Override
    public void receiveEnd(long nanoTime) {
        act(() -> protocol().peerEnded(nanoTime));
        reportFailure();
    }

    @Override
    public void receiveFailure(IOException cause, long nanoTime) {
        act(() -> protocol().broken(cause, nanoTime));
        reportFailure();
    }

    @Override
    public void onDeadline(long nanoTime) {
        if (deadlines.isDue(Deadlines.Kind.CACHE, nanoTime)) {
            slices.drop();
        }
        boolean wantsRead = wantsRead();
        act(() -> {
            if (deadlines.isDue(Deadlines.Kind.CACHE, nanoTime)) {
                deadlines.clear(Deadlines.Kind.CACHE);
            }
            boolean allSent = sender().isDrained() && queue().unsentBytes() == 0;
            return deadlines.due(nanoTime, wantsRead)
                    .flatMap(kind -> protocol().expired(kind, allSent, nanoTime));
        });
        if (!reading) {
            dropReader();
        }
        reportFailure();
    }

    @Override
    public void released(TcpEnd ending, long nanoTime) {
        CloseInfo info;
        List<Ping> unanswered;
        List<CompletableFuture<Void>> unsent;
        lock.lock();
        try {
            info = protocol().released(ending, queue().closeFrameHasLeft(), nanoTime);
            unanswered = protocol().dropPings();
            sender().report(context.traffic());
            sender().release();
            unsent = sender().takeRefused();
            publish();
        } finally {
            lock.unlock();
        }
        dropReader();
        slices.drop();
        try {
            extensions.close();
        } catch (Throwable thrown) {
            userError(thrown);
        }
        failPings(unanswered);
        failUnsent(unsent);
        reportFailure();
        callbacks.closed(info, closeFuture());
    }

    // ---- what the transport asks --------------------------------------------------------------------------

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        lock.lock();
        try {
            queue().drainTo(dst);
            if (queue().unsentBytes() > 0) {
                deadlines.produced(nanoTime);
            }
            sender().report(context.traffic());
            boolean more = !queue().isEmpty();
            if (!more) {
                wakeup.drained();
            }
            // The transport looks at the state itself, after this call.
            publish();
            return more;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sent(long nanoTime) {
        List<CompletableFuture<Void>> left;
        boolean drained;
        lock.lock();
        try {
            left = sender().sent();
            deadlines.sent(!queue().isEmpty(), nanoTime);
            drained = sender().takeDrained();
            publish();
        } finally {
            lock.unlock();
        }
        if (!left.isEmpty()) {
            host.execute(() -> left.forEach(future -> future.complete(null)));
        }
        if (drained) {
            host.execute(callbacks::drained);
        }
    }

    @Override
    public boolean wantsRead() {
        return reading ? delivers() : outputState.compareTo(OutputState.CLOSE) < 0;
    }

    @Override
    public OutputState outputState() {
        return outputState;
    }

    @Override
    public Optional<Duration> lingerTime() {
        lock.lock();
        try {
            return protocol().lingerTime();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return deadlines.nextNanos();
    }

    // ---- sending ------------------------------------------------------------------------------------------

    /**
     * Sends a message.
     *
     * @param completion for when the operating system has it all; may be null
     */
    SendStatus send(Opcode opcode, Form form, ByteBuffer bytes, CompletableFuture<Void> completion,
            OverflowPolicy policy) {
        return send(null, opcode, form, bytes, true, false, completion, policy);
    }

    /**
     * Sends a part of a message. While one owner sends in parts, others may not, and their whole messages
     * wait for the last part.
     *
     * @param stream whether to wait for another owner's last part, and for the queue to fall below its
     *               high-water mark
     */
    SendStatus sendPart(Object owner, Opcode type, ByteBuffer payload, boolean last, boolean stream) {
        return send(owner, type, Form.LENT, payload, last, stream, null, overflowPolicy());
    }

    /** @param owner who sends in parts; null for a whole message */
    private SendStatus send(Object owner, Opcode opcode, Form form, ByteBuffer bytes, boolean last,
            boolean stream, CompletableFuture<Void> completion, OverflowPolicy policy) {
        int length = bytes.remaining();
        long payloadBytes = form == Form.FRAME ? FrameHeader.payloadBytes(length) : length;
        // Extensions are user code: they are asked without the lock, once for a message. Only under the lock
        // is it known whether a part is its message's first; then the part is tried once more.
        boolean asked = owner == null;
        Extension encoder = asked && form != Form.FRAME ? encoder(opcode, length) : null;
        boolean mayWait = (stream || policy == OverflowPolicy.BLOCK) && !host.inTransportThread();
        Admission admission;
        Sender.Entry work = null;
        SendStatus status = SendStatus.CLOSED;
        Throwable failure = null;
        boolean own = false;
        do {
            boolean urgent = false;
            boolean ask = false;
            lock.lock();
            try {
                admission = admit(owner, opcode, form, length, last, stream, policy, mayWait);
                if (admission == Admission.GRANTED && !asked && !sender().isFragmented()) {
                    ask = true;
                } else if (admission == Admission.GRANTED) {
                    payloadBytes += owner == null ? 0 : sender().fragmentedBytes();
                    work = owner == null
                            ? sender().message(opcode, form, bytes, encoder, completion)
                            : sender().part(owner, opcode, bytes, last, encoder);
                    own = work != null && work.bytes() == bytes;
                    failure = sender().takeFailure();
                    status = failure == null && !own ? sender().accepted() : SendStatus.CLOSED;
                    urgent = work == null && sender().takeAppendedForOthers();
                }
            } finally {
                if (work == null) {
                    unlockAndWake(urgent);
                } else {
                    // The wake-up follows when it is encoded: nothing that may throw comes before that.
                    lock.unlock();
                }
            }
            if (ask) {
                encoder = encoder(opcode, Long.MAX_VALUE);
                asked = true;
                admission = Admission.WAITS;
            } else if (admission == Admission.WAITS) {
                uncork();
            }
        } while (admission == Admission.WAITS);
        if (work != null) {
            status = encode(work, own, status);
        }
        if (failure != null) {
            encodingFailed(failure);
        }
        return notified(admission, status, opcode, payloadBytes, last);
    }

    /** Returns what compresses a message; null if nothing does. */
    private Extension encoder(Opcode opcode, long payloadBytes) {
        return extensions.outgoing(opcode == Opcode.TEXT, payloadBytes).orElse(null);
    }

    /**
     * Asks for admission, and waits for it if the current thread may. An interrupt ends the wait, and stays
     * set.
     *
     * @return {@link Admission#WAITS} if the current thread has to uncork first: what the transport does not
     *         know of would never leave, and make room
     */
    private Admission admit(Object owner, Opcode opcode, Form form, int length, boolean last, boolean stream,
            OverflowPolicy policy, boolean mayWait) {
        while (true) {
            Admission admission = !protocol().takesMessages()
                    ? Admission.NOT_OPEN
                    : owner == null
                            ? sender().admit(policy, form == Form.FRAME ? 0 : length, mayWait)
                    : sender().admitPart(owner, opcode, length, last, stream, mayWait);
            if (admission != Admission.WAITS || wakeup.isCorked()) {
                return admission;
            }
            if (!awaitRoom()) {
                return protocol().takesMessages() ? Admission.DROPPED : Admission.NOT_OPEN;
            }
        }
    }

    /** Returns false if the wait was interrupted. */
    private boolean awaitRoom() {
        if (room == null) {
            room = lock.newCondition();
        }
        waitingSenders++;
        try {
            room.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waitingSenders--;
        }
    }

    /**
     * Encodes an entry without the lock, and after it what others have put in order meanwhile, since they
     * have not waited for that.
     *
     * @param own whether the first entry is the current thread's
     * @param accepted what {@code send} returns if it is not
     */
    private SendStatus encode(Sender.Entry first, boolean own, SendStatus accepted) {
        SendStatus status = accepted;
        Sender.Entry entry = first;
        long helpedBytes = own ? -first.length() : 0;
        boolean urgent = !own;
        while (entry != null) {
            ByteBuffer encoded = null;
            Throwable thrown = null;
            try {
                encoded = entry.encode();
            } catch (Throwable t) {
                thrown = t;
            }
            helpedBytes += entry.length();
            boolean left;
            boolean drained;
            Throwable failure;
            lock.lock();
            try {
                boolean appended = sender().encoded(entry, encoded, thrown);
                if (appended && own && entry == first) {
                    status = sender().accepted();
                }
                entry = sender().next(helpedBytes >= HELP_BYTES);
                left = sender().isLeft();
                failure = sender().takeFailure();
                drained = sender().takeDrained();
                urgent |= sender().takeAppendedForOthers() || entry != null;
            } finally {
                unlockAndWake(urgent);
            }
            if (left) {
                host.execute(this::encodeRest);
            }
            if (drained) {
                host.execute(callbacks::drained);
            }
            if (failure != null) {
                encodingFailed(failure);
            }
        }
        return status;
    }

    /** On the transport's thread: the senders that came since may have done it already. */
    private void encodeRest() {
        Sender.Entry work;
        Throwable failure;
        lock.lock();
        try {
            work = sender().resume();
            failure = sender().takeFailure();
        } finally {
            unlockAndWake(true);
        }
        if (failure != null) {
            encodingFailed(failure);
        }
        if (work != null) {
            encode(work, false, SendStatus.ACCEPTED);
        }
    }

    /** The third beat of a send. */
    private SendStatus notified(Admission admission, SendStatus accepted, Opcode opcode, long payloadBytes,
            boolean ends) {
        switch (admission) {
            case GRANTED -> {
                if (ends && accepted != SendStatus.CLOSED) {
                    notifySent(opcode == Opcode.TEXT, payloadBytes);
                }
                return accepted;
            }
            case OVER_BUDGET -> overBudget(new OverBudgetException(context.memory(), payloadBytes));
            case TOO_SLOW -> {
                notifyOverflowed(OverflowPolicy.CLOSE);
                fail(CloseCode.POLICY_VIOLATION, "too slow", FailureOrigin.PEER,
                        new IOException("the peer was too slow: its send queue overflowed"));
            }
            case DROPPED -> notifyOverflowed(OverflowPolicy.DROP);
            case FULL -> {
                notifyOverflowed(OverflowPolicy.FAIL);
                throw new SendQueueFullException(context.options().sendQueue().limitBytes());
            }
            case NOT_OPEN, WAITS -> {
                // The status says it all.
            }
        }
        return admission.status;
    }

    /** On the sender's thread: what the listener throws is not the sender's matter. */
    private void notifySent(boolean text, long bytes) {
        try {
            context.listener().sent(socket, text, bytes);
        } catch (Throwable thrown) {
            userError(thrown);
        }
    }

    private void notifyOverflowed(OverflowPolicy policy) {
        try {
            context.listener().overflowed(socket, policy);
        } catch (Throwable thrown) {
            userError(thrown);
        }
    }

    OverflowPolicy overflowPolicy() {
        return context.options().sendQueue().overflow();
    }

    /** Sends a ping, and lets it leave at once. */
    void sendPing(CompletableFuture<Duration> answer) {
        long now = host.nanoTime();
        Optional<ControlFrame> ping;
        lock.lock();
        try {
            ping = protocol().ping(answer, now);
            ping.ifPresent(sender()::control);
        } finally {
            unlockAndWake(false);
        }
        if (ping.isEmpty()) {
            failPings(List.of(new Ping(0, now, answer)));
        }
        uncork();
    }

    void sendPong(ByteBuffer payload) {
        lock.lock();
        try {
            if (protocol().answersPings()) {
                queue().pong(payload);
            }
        } finally {
            unlockAndWake(false);
        }
    }

    /** The current thread holds no output back any more. */
    void uncork() {
        if (!wakeup.isCorked()) {
            return;
        }
        boolean wake;
        lock.lock();
        try {
            wake = wakeup.uncork();
        } finally {
            lock.unlock();
        }
        if (wake) {
            host.outputReady();
        }
    }

    // ---- closing and failing ------------------------------------------------------------------------------

    void close(CloseStatus status, CloseMode mode) {
        long nanoTime = host.nanoTime();
        act(() -> protocol().close(status, mode, nanoTime));
    }

    /** Resets the connection; callbacks of messages that wait for an executor are dropped. */
    void abort() {
        long nanoTime = host.nanoTime();
        act(() -> {
            protocol().abort(nanoTime);
            return Optional.empty();
        });
        callbacks.dropMessages();
        uncork();
    }

    /** @return whether the connection had neither failed nor ended before */
    private boolean fail(int code, String reason, FailureOrigin origin, Throwable cause) {
        boolean first;
        long nanoTime = host.nanoTime();
        lock.lock();
        try {
            first = !protocol().isOver();
            protocol().fail(new Failure(code, reason, origin, cause), nanoTime).ifPresent(sender()::control);
        } finally {
            unlockAndWake(false);
        }
        return first;
    }

    private void encodingFailed(Throwable thrown) {
        fail(CloseCode.INTERNAL_ERROR, "internal error", FailureOrigin.LIBRARY, thrown);
    }

    private void overBudget(OverBudgetException refusal) {
        fail(CloseCode.TRY_AGAIN_LATER, OverBudgetException.REASON, FailureOrigin.LIBRARY,
                new IOException(refusal.getMessage(), refusal));
    }

    /**
     * User code has thrown; on any thread. A connection that has ended cannot fail again, but it is reported.
     */
    private void userError(Throwable thrown) {
        if (thrown instanceof OverBudgetException refusal) {
            // Out of the inbox, which is a handler to its connection.
            overBudget(refusal);
        } else if (!fail(CloseCode.INTERNAL_ERROR, "internal error", FailureOrigin.APPLICATION, thrown)) {
            try {
                context.listener().failed(socket, FailureOrigin.APPLICATION, thrown);
            } catch (Throwable again) {
                // To report it would end here again; the log, which comes before the application's listener,
                // has the first.
            }
        }
    }

    // ---- what the socket asks -----------------------------------------------------------------------------

    /** Returns what completes after {@code onClose}. */
    public CompletableFuture<CloseInfo> closeFuture() {
        lock.lock();
        try {
            if (closeFuture == null) {
                closeFuture = new CompletableFuture<>();
            }
            return closeFuture;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns what completes when the connection has ended, for a caller that cannot wait for {@code
     * onClose}.
     */
    CompletableFuture<CloseInfo> ended() {
        return callbacks.ended(closeFuture());
    }

    ReadyState readyState() {
        return readyState;
    }

    /** Returns how many bytes the operating system has not taken yet. */
    long bufferedBytes() {
        lock.lock();
        try {
            return sender().pendingBytes();
        } finally {
            lock.unlock();
        }
    }

    /** The inbox of a connection in blocking style; null in callback style. */
    Inbox inbox() {
        return inbox;
    }

    Callbacks callbacks() {
        return callbacks;
    }

    /** The buffers on received bytes that the application sees. Receive thread only. */
    PayloadSlices slices() {
        return slices;
    }
}
