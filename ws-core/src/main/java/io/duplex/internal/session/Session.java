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
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.pool.OverBudgetException;
import io.duplex.internal.protocol.Deadlines;
import io.duplex.internal.protocol.PingLedger.Ping;
import io.duplex.internal.protocol.Role;
import io.duplex.internal.protocol.WebSocketProtocol;
import io.duplex.internal.protocol.WebSocketProtocol.Answered;
import io.duplex.internal.protocol.WebSocketProtocol.ControlFrame;
import io.duplex.internal.protocol.WebSocketProtocol.Failure;
import io.duplex.internal.session.Sender.Admission;
import io.duplex.internal.session.Sender.Form;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputBatch;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
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
 * decides, the {@link MessageReader} reads, the {@link Sender} queues, and this joins them. No other class
 * takes the connection's lock.
 *
 * <p>Every operation has three beats. Under the lock it decides and changes; {@link #unlockAndWake} releases
 * the lock and wakes the transport; then it notifies: listeners, futures, callbacks. Neither user code nor
 * the transport is called under the lock, so it is held for moments.
 *
 * <p>Threads: see {@link ByteLayer} for the calls of the transport. The methods that {@link SessionSocket}
 * calls are for any thread.
 */
public final class Session implements ByteLayer {
    /** How long payload slices are kept. The messages of an active connection are closer together. */
    private static final long CACHE_NANOS = Duration.ofSeconds(10).toNanos();
    /** How much one thread compresses for others before it hands over to the transport's thread. */
    private static final int HELP_BYTES = 64 << 10;

    private final ConnectionContext context;
    private final LayerHost host;
    private final Delivery delivery;
    /** Where messages go if the application reads in blocking style; otherwise null. */
    private final Inbox inbox;
    private final SessionSocket socket;
    private final Callbacks callbacks;
    private final ExtensionChain extensions;

    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock, as the next two; {@link #protocol}, {@link #sender}, {@link #queue} check it. */
    private final WebSocketProtocol guardedProtocol;
    private final Sender guardedSender;
    private final SendQueue guardedQueue;
    private final Wakeup wakeup = new Wakeup();
    /** The lock's condition for senders that wait; null until one does. Guarded, as the next two. */
    private Condition room;
    /** What {@link WebSocketProtocol#takesMessages} returned after the last change. */
    private boolean accepting;
    /** Null until the first call of {@link #closeFuture()}. */
    private CompletableFuture<CloseInfo> closeFuture;

    // Copies of guarded state, for any thread; written under the lock and only on change, because volatile
    // writes are expensive.
    private volatile ReadyState readyState = ReadyState.CONNECTING;
    private volatile OutputState outputState = OutputState.OPEN;
    private volatile long deadlineNanos = NEVER;
    private volatile boolean reading = true;
    /** Reading is paused: the send queue is above its high-water mark. */
    private volatile boolean paused;
    /** A failure that was not reported to the application. */
    private volatile Failure unreported;

    // Receive thread only.
    private final Deadlines.Arrivals arrivals;
    private final PayloadSlices slices = new PayloadSlices();
    /** When to drop the slices. Written by the receive thread only, and read by any. */
    private volatile long slicesDueNanos = NEVER;
    /** Null while none is needed. */
    private MessageReader reader;
    private long discardedBytes;

    /**
     * A session that is not open yet.
     *
     * @param handler gets the messages
     * @param inbox the receive queue that the handler fills if the application reads in blocking style;
     *              otherwise null
     */
    public Session(ConnectionContext context, LayerHost host, WebSocketHandler handler, Inbox inbox) {
        this(context, host, handler, inbox, MaskKeys.shared());
    }

    /** With masking keys of a test's choice. */
    Session(ConnectionContext context, LayerHost host, WebSocketHandler handler, Inbox inbox, MaskKeys keys) {
        this.context = context;
        this.host = host;
        // Asked now, so that an exception is answered with an HTTP status.
        this.delivery = handler.delivery();
        this.inbox = inbox;
        this.extensions = ExtensionChain.of(context.extensions());
        this.guardedProtocol = new WebSocketProtocol(context.role(), context.options(), context.id(),
                host.nanoTime());
        this.arrivals = guardedProtocol.deadlines().arrivals();
        this.guardedQueue = new SendQueue(context.role(), Segment.POOL, keys, context.memory());
        this.guardedSender = new Sender(guardedQueue, context.options().sendQueue());
        this.socket = new SessionSocket(this, context, host);
        this.callbacks = newCallbacks(handler);
        if (inbox != null) {
            inbox.regulate(host::inputReady);
        }
    }

    private Callbacks newCallbacks(WebSocketHandler handler) {
        return context.executor() != null
                ? new QueuedCallbacks(context.executor(), host, context.memory(), socket, handler,
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

    private Deadlines deadlines() {
        return protocol().deadlines();
    }

    /** Reads or changes what the lock guards, where neither the transport nor a listener has to know. */
    private <T> T locked(Supplier<T> section) {
        lock.lock();
        try {
            return section.get();
        } finally {
            lock.unlock();
        }
    }

    /** An operation in three beats, with the decision as the first. */
    private <T> T decide(Supplier<T> decision) {
        lock.lock();
        try {
            return decision.get();
        } finally {
            unlockAndWake(false);
        }
    }

    /** An operation that decides by the protocol, and queues the control frame that follows, if any. */
    private void act(Supplier<Optional<ControlFrame>> decision) {
        decide(() -> queued(decision.get()));
    }

    private boolean queued(Optional<ControlFrame> frame) {
        frame.ifPresent(sender()::control);
        return frame.isPresent();
    }

    /**
     * Ends the first beat of an operation, and is the second: publishes what follows from the change,
     * releases the lock, and wakes the transport if there is something new for it. The third beat starts
     * here, too, with what every operation may cause: a failure, and messages that will never be sent.
     *
     * @param urgent whether to wake the transport even if the current thread is corked, because the output is
     *               another thread's
     */
    private void unlockAndWake(boolean urgent) {
        boolean wake;
        boolean resume;
        boolean report;
        List<CompletableFuture<Void>> refused;
        Throwable failure;
        try {
            boolean wasPaused = paused;
            boolean wasReported = unreported == null;
            boolean changed = publish();
            boolean forOthers = sender().takeAppendedForOthers() || urgent;
            wake = changed ? wakeup.stateChanged(forOthers) : !queue().isEmpty() && wakeup.output(forOthers);
            resume = wasPaused && !paused;
            report = wasReported && unreported != null;
            refused = sender().takeRefused();
            failure = sender().takeFailure();
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
        if (failure != null) {
            fail(CloseCode.INTERNAL_ERROR, "internal error", FailureOrigin.LIBRARY, failure);
        }
    }

    /**
     * As {@link #unlockAndWake}, after a message was appended at once, and faster: only the send queue has
     * changed. The connection takes messages, so its state is open, before and after.
     */
    private void unlockAndWakeForOutput() {
        boolean wake;
        try {
            publishPause();
            wake = wakeup.output(false);
        } finally {
            lock.unlock();
        }
        if (wake) {
            wakeTransport();
        }
    }

    private void publishPause() {
        boolean pauses = sender().pausesReading();
        if (pauses != paused) {
            paused = pauses;
        }
    }

    /** Returns whether the transport has to ask for the output state or the deadline again. */
    private boolean publish() {
        publishPause();
        if (protocol().isReading() != reading) {
            reading = protocol().isReading();
        }
        ReadyState ready = protocol().readyState();
        if (ready != readyState) {
            readyState = ready;
        }
        boolean accepts = protocol().takesMessages();
        if (accepting != accepts) {
            accepting = accepts;
            if (!accepts) {
                sender().close();
            }
        }
        if (room != null && sender().takeRoomFreed()) {
            room.signalAll();
        }
        OutputState output = protocol().outputState(sender().isDrained());
        boolean changed = output != outputState;
        if (changed) {
            outputState = output;
        }
        long nextNanos = deadlines().nextNanos();
        if (nextNanos != deadlineNanos) {
            changed |= nextNanos < deadlineNanos;
            deadlineNanos = nextNanos;
        }
        // Last, so that a reader of the failure sees the state that follows from it.
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

    /** A change during a receiving call: the transport sees it after the call, without a wake-up. */
    private void changeInCall(Runnable change) {
        lock.lock();
        try {
            change.run();
            publish();
        } finally {
            lock.unlock();
        }
    }

    /** Reports a failure to the application. Receiving calls only. */
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
        arrivals.received(nanoTime);
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
                    new Failure(new CloseStatus(e.error().closeCode(), e.error().reason()),
                            FailureOrigin.PEER, e),
                    nanoTime));
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

    @Override
    public ByteBuffer readTarget() {
        return reading && reader != null ? reader.readTarget() : null;
    }

    /** Keeps the reader inside a message, and the slices for a while. */
    private void keep(MessageReader current, long nanoTime) {
        reader = current;
        if (!current.inMessage()) {
            arrivals.messageEnded();
        } else if (arrivals.messageUnfinished(current.messageNumber(), current.wireBytes(), nanoTime)) {
            changeInCall(() -> deadlines().awaitMessage(nanoTime));
        }
        if (current.isIdle()) {
            reader = null;
            MessageReader.POOL.giveBack(current, this);
        }
        if (slices.areKept() && slicesDueNanos == NEVER) {
            slicesDueNanos = nanoTime + CACHE_NANOS;
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
        Answered answered = decide(() -> {
            Answered found = protocol().pong(payload, now);
            queued(Optional.ofNullable(found.close()));
            return found;
        });
        for (Ping ping : answered.pings()) {
            ping.answer().complete(Duration.ofNanos(now - ping.sentNanos()));
        }
        callbacks.pong(payload);
    }

    /**
     * Stops reading. The answer waits, in both styles, until the application has taken all that came before
     * and may have replied to it; or until its deadline.
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

    private void dropSlices() {
        slices.drop();
        slicesDueNanos = NEVER;
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
        act(() -> protocol().ioFailed(cause, nanoTime));
        reportFailure();
    }

    @Override
    public void onDeadline(long nanoTime) {
        if (slicesDueNanos <= nanoTime) {
            dropSlices();
        }
        boolean wantsRead = wantsRead();
        act(() -> {
            boolean allSent = sender().isDrained() && queue().unsentBytes() == 0;
            return deadlines().due(nanoTime, wantsRead)
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
            info = protocol().released(ending, queue().closeFrameIsSent(), nanoTime);
            unanswered = protocol().dropPings();
            sender().report(context.traffic());
            sender().release();
            unsent = sender().takeRefused();
            publish();
        } finally {
            lock.unlock();
        }
        dropReader();
        dropSlices();
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

    // ---- for the transport --------------------------------------------------------------------------

    @Override
    public boolean produce(ByteBuffer dst, long nanoTime) {
        lock.lock();
        try {
            queue().drainTo(dst);
            return produced(nanoTime);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean produce(OutputBatch batch, long nanoTime) {
        lock.lock();
        try {
            queue().drainTo(batch);
            return produced(nanoTime);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. Returns whether there is more output. */
    private boolean produced(long nanoTime) {
        if (queue().unsentBytes() > 0) {
            deadlines().produced(nanoTime);
        }
        sender().report(context.traffic());
        boolean more = !queue().isEmpty();
        if (!more) {
            wakeup.drained();
        }
        // The transport queries the state itself, after this call.
        publish();
        return more;
    }

    @Override
    public void sent(long nanoTime) {
        List<CompletableFuture<Void>> completed;
        boolean drained;
        lock.lock();
        try {
            completed = sender().sent();
            deadlines().sent(!queue().isEmpty(), nanoTime);
            drained = sender().takeDrained();
            publish();
        } finally {
            lock.unlock();
        }
        if (!completed.isEmpty()) {
            host.execute(() -> completed.forEach(future -> future.complete(null)));
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
        return locked(() -> protocol().lingerTime());
    }

    @Override
    public long nextDeadlineNanos() {
        return Math.min(deadlineNanos, slicesDueNanos);
    }

    // ---- sending ------------------------------------------------------------------------------------------

    /**
     * Sends a message.
     *
     * @param completion for when the operating system has it all; may be null
     */
    SendStatus send(Opcode opcode, Form form, ByteBuffer bytes, CompletableFuture<Void> completion,
            OverflowPolicy policy) {
        int length = bytes.remaining();
        boolean shared = form == Form.FRAME;
        // Extensions are user code: they are asked without the lock, once for a message.
        Extension encoder = shared ? null : encoder(opcode, length);
        boolean mayWait = policy == OverflowPolicy.BLOCK && !host.inTransportThread();
        boolean flushes = form == Form.LENT && length >= SendQueue.LARGE_BYTES && canLend();
        Admission admission;
        SendStatus status = SendStatus.CLOSED;
        Sender.Entry work = null;
        do {
            boolean appended = false;
            lock.lock();
            try {
                admission = protocol().takesMessages()
                        ? sender().admit(policy, shared ? 0 : length, mayWait)
                        : Admission.NOT_OPEN;
                if (admission == Admission.GRANTED) {
                    // Before the call: one that throws may have appended lent bytes, which are not kept yet.
                    appended = sender().appendsAtOnce(encoder);
                    work = sender().message(opcode, appended && flushes ? Form.LENT_FOR_FLUSH : form, bytes,
                            encoder, completion);
                    status = appended && flushes ? status : placed(work, bytes);
                } else {
                    admission = awaitRoom(admission);
                }
            } finally {
                if (appended && flushes) {
                    status = unlockAndFlush();
                } else if (appended) {
                    unlockAndWakeForOutput();
                } else {
                    unlockToEncode(work);
                }
            }
            if (admission == Admission.WAITS) {
                uncork();
            }
        } while (admission == Admission.WAITS);
        if (work != null) {
            status = encode(work, work.bytes() == bytes, status);
        }
        return notified(admission, status, opcode, shared ? FrameHeader.payloadBytes(length) : length, true);
    }

    /**
     * Sends a part of a message. While one owner sends in parts, others may not, and their whole messages
     * wait for the last part.
     *
     * @param stream whether to wait for another owner's last part, and for the queue to fall below its
     *               high-water mark
     */
    SendStatus sendPart(Object owner, Opcode type, ByteBuffer payload, boolean last, boolean stream) {
        int length = payload.remaining();
        // As in send; the first part decides for the message.
        boolean first = !locked(() -> sender().hasBegun(owner));
        Extension encoder = first ? encoder(type, Long.MAX_VALUE) : null;
        boolean mayWait =
                (stream || overflowPolicy() == OverflowPolicy.BLOCK) && !host.inTransportThread();
        Admission admission;
        SendStatus status = SendStatus.CLOSED;
        Sender.Entry work = null;
        long messageBytes = length;
        do {
            lock.lock();
            try {
                admission = protocol().takesMessages()
                        ? sender().admitPart(owner, type, length, last, stream, mayWait)
                        : Admission.NOT_OPEN;
                if (admission == Admission.GRANTED) {
                    messageBytes += sender().fragmentedBytes();
                    work = sender().part(owner, type, payload, last, encoder);
                    status = placed(work, payload);
                } else {
                    admission = awaitRoom(admission);
                }
            } finally {
                unlockToEncode(work);
            }
            if (admission == Admission.WAITS) {
                uncork();
            }
        } while (admission == Admission.WAITS);
        if (work != null) {
            status = encode(work, work.bytes() == payload, status);
        }
        return notified(admission, status, type, messageBytes, last);
    }

    /**
     * Returns whether a flush writes on the current thread, so a payload may be lent to the send queue: then
     * only what the socket does not accept at once is copied. A client's payload is copied to be masked.
     */
    private boolean canLend() {
        return context.role() == Role.SERVER && host.writesAtOnce();
    }

    /**
     * As {@link #unlockAndWakeForOutput}; then flushes, and nothing refers to the lent bytes any more.
     *
     * @return what {@code send} returns
     */
    private SendStatus unlockAndFlush() {
        boolean kept = false;
        SendStatus status = SendStatus.CLOSED;
        try {
            unlockAndWakeForOutput();
            host.flush();
        } finally {
            long nanoTime = host.nanoTime();
            lock.lock();
            try {
                queue().keepLent();
                status = sender().accepted();
                kept = true;
            } finally {
                if (!kept) {
                    // No memory for the rest of a frame: nothing can follow it.
                    protocol().abort(nanoTime);
                }
                unlockAndWake(false);
            }
        }
        return status;
    }

    /** Returns what compresses a message; null if nothing does. */
    private Extension encoder(Opcode opcode, long payloadBytes) {
        return extensions.outgoing(opcode == Opcode.TEXT, payloadBytes).orElse(null);
    }

    /** Returns what {@code send} answers, unless the current thread has to encode the message first. */
    private SendStatus placed(Sender.Entry work, ByteBuffer bytes) {
        boolean own = work != null && work.bytes() == bytes;
        return own ? SendStatus.CLOSED : sender().accepted();
    }

    /**
     * Waits for room if the admission says so. A corked thread does not wait yet: output that the transport
     * does not know of would never leave and make room, so it has to uncork first.
     *
     * @return {@link Admission#WAITS} if admission is to be asked for again
     */
    private Admission awaitRoom(Admission admission) {
        if (admission != Admission.WAITS || wakeup.isCorked()) {
            return admission;
        }
        if (room == null) {
            room = lock.newCondition();
        }
        try {
            room.await();
            return Admission.WAITS;
        } catch (InterruptedException e) {
            // The interrupt ends the wait, and stays set.
            Thread.currentThread().interrupt();
            return protocol().takesMessages() ? Admission.DROPPED : Admission.NOT_OPEN;
        }
    }

    /** As {@link #unlockAndWake}; if there is work, its wake-up follows when it is encoded. */
    private void unlockToEncode(Sender.Entry work) {
        if (work == null) {
            unlockAndWake(false);
        } else {
            // Nothing that may throw comes before the encoding, for which others wait.
            lock.unlock();
        }
    }

    /**
     * Encodes an entry without the lock, and then the entries of other threads, which have not waited for
     * that.
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
            boolean unattended;
            boolean drained;
            lock.lock();
            try {
                boolean appended = sender().encoded(entry, encoded, thrown);
                if (appended && own && entry == first) {
                    status = sender().accepted();
                }
                entry = sender().next(helpedBytes >= HELP_BYTES);
                unattended = sender().isUnattended();
                drained = sender().takeDrained();
                urgent |= entry != null;
            } finally {
                unlockAndWake(urgent);
            }
            if (unattended) {
                host.execute(this::encodeRest);
            }
            if (drained) {
                host.execute(callbacks::drained);
            }
        }
        return status;
    }

    /** Encodes what no thread does, unless a sender that came since does. On the transport's thread. */
    private void encodeRest() {
        Sender.Entry work;
        lock.lock();
        try {
            work = sender().resume();
        } finally {
            unlockAndWake(true);
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
                // The status is enough.
            }
        }
        return admission.status;
    }

    /** On the sender's thread, which the listener's exceptions do not reach. */
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

    /** Sends a ping, which leaves at once: a corked thread uncorks. */
    void sendPing(CompletableFuture<Duration> answer) {
        long now = host.nanoTime();
        boolean sent = decide(() -> queued(protocol().ping(answer, now)));
        if (!sent) {
            failPings(List.of(new Ping(0, now, answer)));
        }
        uncork();
    }

    void sendPong(ByteBuffer payload) {
        decide(() -> {
            if (protocol().answersPings()) {
                queue().pong(payload);
            }
            return null;
        });
    }

    /** Uncorks the current thread, and wakes the transport for what it held back. */
    void uncork() {
        if (!wakeup.isCorked()) {
            return;
        }
        if (locked(wakeup::uncork)) {
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
        Failure failure = new Failure(new CloseStatus(code, reason), origin, cause);
        long nanoTime = host.nanoTime();
        return decide(() -> {
            boolean first = !protocol().isOver();
            queued(protocol().fail(failure, nanoTime));
            return first;
        });
    }

    private void overBudget(OverBudgetException refusal) {
        fail(CloseCode.TRY_AGAIN_LATER, OverBudgetException.REASON, FailureOrigin.LIBRARY,
                new IOException(refusal.getMessage(), refusal));
    }

    /**
     * Fails the connection, because user code has thrown; on any thread. If it has ended, it cannot fail
     * again, but the listener is notified.
     */
    private void userError(Throwable thrown) {
        if (thrown instanceof OverBudgetException refusal) {
            // The inbox has thrown, which the connection calls as it calls handlers.
            overBudget(refusal);
        } else if (!fail(CloseCode.INTERNAL_ERROR, "internal error", FailureOrigin.APPLICATION, thrown)) {
            try {
                context.listener().failed(socket, FailureOrigin.APPLICATION, thrown);
            } catch (Throwable again) {
                // Reporting it would end here again. The log has the first one, because it comes before the
                // application's listener.
            }
        }
    }

    // ---- for the socket -----------------------------------------------------------------------------

    /** Returns what completes after {@code onClose}. */
    public CompletableFuture<CloseInfo> closeFuture() {
        return locked(() -> {
            if (closeFuture == null) {
                closeFuture = new CompletableFuture<>();
            }
            return closeFuture;
        });
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
        return locked(() -> sender().pendingBytes());
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
