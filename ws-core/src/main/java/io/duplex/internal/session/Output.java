package io.duplex.internal.session;

import io.duplex.OverflowPolicy;
import io.duplex.ReadyState;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.CloseFrame;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What senders, the transport's writer and the receiving thread share: the queue, how far closing is, the
 * deadlines. All of it is guarded by one lock, which is held for moments; neither user code nor the transport
 * is called under it.
 */
final class Output implements Outbound.Gate {
    /** What the session hears of it; called without the lock. */
    interface Events {
        /** A message was taken for sending. On the sender's thread. */
        void taken(boolean text, long bytes);

        /** Little waits again, and a sender wanted to know. Inside a receiving call. */
        void drained();

        /** A message met a full queue. */
        void overflowed(OverflowPolicy policy);

        /** A message that was accepted cannot be encoded. */
        void encodingFailed(Throwable thrown);

        /** The memory budget had no room for a message. */
        void overBudget(long bytes);
    }

    /** How many bytes may wait when a ping still gets a pong of its own: some 30 of the largest. */
    private static final int PONGS_APART_BYTES = 4 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    /** Null as long as nothing ends. */
    private Closing closing;
    private final Timers timers;
    private final LayerHost host;
    private final Events events;
    private final Facts facts;
    private final OutboundQueue queue;
    private final Completions completions = new Completions();
    private final Outbound outbound;

    /**
     * The thread inside a callback off the transport's thread, whose output leaves when it returns; null if
     * none.
     */
    private volatile Thread corkedBy;
    private volatile ReadyState readyState = ReadyState.CONNECTING;
    private volatile OutputState outputState = OutputState.OPEN;
    /**
     * Reading is paused: the send queue is above its high-water mark. Written only on change, because
     * volatile writes are expensive.
     */
    private volatile boolean holdsUpInput;
    /** The transport knows, or is about to be told, that there is output. Guarded by the lock. */
    private boolean signalled;
    /**
     * A wake-up is due when the corked callback returns. Guarded by the lock.
     */
    private boolean owed;
    /** Bytes that were produced and that the operating system has not taken yet. */
    private long unsentBytes;
    /** What follows from the end of the input, while the application may still answer what came before it. */
    private volatile Optional<Runnable> inputEnd = Optional.empty();
    /** The input has ended by a broken rule. Guarded by the lock. */
    private boolean inputFailed;

    Output(Facts facts, Timers timers, ExtensionChain extensions, MaskKeys keys, LayerHost host,
            Events events) {
        this.facts = facts;
        this.timers = timers;
        this.host = host;
        this.events = events;
        this.queue = new OutboundQueue(facts.role(), Segment.POOL, keys, facts.memory());
        this.outbound = new Outbound(lock, queue, completions, facts.options().sendQueue(), extensions, this);
    }

    /** Where messages of the application go. */
    Outbound outbound() {
        return outbound;
    }

    /** Runs under the lock. */
    void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** Asks under the lock. */
    <T> T lockedGet(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Changes the state under the lock, and lets the transport see what follows from it; always, for an abort
     * concerns it even while it is busy with output that it knows of.
     */
    void change(Runnable change) {
        boolean tell;
        lock.lock();
        try {
            change.run();
            refresh();
            tell = tellNow(false);
        } finally {
            lock.unlock();
        }
        if (tell) {
            signal();
        }
    }

    private void refresh() {
        refreshPause();
        OutputState state = closing == null ? OutputState.OPEN : closing.outputState(isDrained());
        // Only on change, because volatile writes are expensive.
        if (state != outputState) {
            outputState = state;
        }
        if (!isOpen() && readyState == ReadyState.OPEN) {
            readyState = ReadyState.CLOSING;
            outbound.close();
        }
    }

    /** Whether all that was accepted has been produced. */
    private boolean isDrained() {
        return queue.isEmpty() && !outbound.isBusy();
    }

    private boolean isOpen() {
        return closing == null || closing.state() == CloseState.OPEN;
    }

    // ---- under the lock -----------------------------------------------------------------------------------

    /** How far the end is; it begins with the first question. */
    Closing closing() {
        if (closing == null) {
            closing = new Closing(facts.role(), facts.options().closeMode());
        }
        return closing;
    }

    void opened() {
        readyState = ReadyState.OPEN;
    }

    /** Behind the messages that were accepted before: the pong says that the peer has read them. */
    void ping(ByteBuffer payload) {
        outbound.inOrder(() -> queue.append(Opcode.PING, true, 0, payload));
    }

    /**
     * RFC 6455 section 5.5.3 lets an endpoint answer only the newest of several pings; we answer each while
     * little waits, because peers that count pongs exist, and only the newest behind that, because peers that
     * ping and do not read exist too.
     */
    void pong(ByteBuffer payload) {
        if (!answersPings()) {
            return;
        }
        if (queue.bytes() < PONGS_APART_BYTES) {
            queue.append(Opcode.PONG, true, 0, payload.duplicate());
        } else {
            queue.pong(payload);
        }
    }

    /**
     * Until a Close frame is queued: the peer may wait for a pong before it sends its own, as this end may.
     */
    private boolean answersPings() {
        return takesMessages()
                || readyState == ReadyState.CLOSING && closing().state() == CloseState.AWAITING_PONG;
    }

    /** Queues the Close frame behind the messages that were accepted before. */
    void close(Optional<CloseFrame> frame) {
        outbound.inOrder(() -> {
            queue.append(Opcode.CLOSE, true, 0,
                    ByteBuffer.wrap(frame.map(CloseFrame::payload).orElse(new byte[0])));
            closing().closeFrameQueued(queue.appendedBytes());
        });
        // No message can be accepted any more for which it would have to wait.
        settleInput();
    }

    /**
     * The peer's Close frame or a broken one came; messages are accepted until {@link #settleInput}, because
     * the application may have messages before it to answer.
     *
     * @param failed whether a rule was broken
     * @param next   what follows
     */
    void inputEnded(boolean failed, Runnable next) {
        inputFailed = failed;
        inputEnd = Optional.of(next);
        timers.inputEnded(host.nanoTime());
        if (closing().closeFrameQueued()) {
            settleInput();
        }
    }

    /** What follows from the end of the input happens now, if it has not. */
    void settleInput() {
        Optional<Runnable> next = inputEnd;
        inputEnd = Optional.empty();
        timers.clear(Deadlines.Kind.ANSWER);
        next.ifPresent(Runnable::run);
    }

    /**
     * As {@link #settleInput}, if a rule was broken: the peer hears of that, and not that the application
     * closes.
     */
    void settleFailedInput() {
        if (inputFailed) {
            settleInput();
        }
    }

    boolean closeFrameHasLeft() {
        return closing().closeFrameHasLeft(queue.drainedBytes());
    }

    /** Whether the operating system has everything. */
    boolean hasSentAll() {
        return isDrained() && unsentBytes == 0;
    }

    /** Nothing moves any more; returns who waited for something to leave. */
    List<CompletableFuture<Void>> release() {
        readyState = ReadyState.CLOSED;
        List<CompletableFuture<Void>> unsent = outbound.release();
        outbound.tell(facts.traffic());
        queue.clear();
        unsentBytes = 0;
        unsent.addAll(completions.drop());
        return unsent;
    }

    @Override
    public boolean takesMessages() {
        return readyState == ReadyState.OPEN && isOpen() && !(closing != null && closing.isAborted());
    }

    @Override
    public long unsentBytes() {
        return unsentBytes;
    }

    @Override
    public boolean mustSignal(boolean atOnce) {
        refreshPause();
        return !signalled && !queue.isEmpty() && tellNow(atOnce);
    }

    @Override
    public boolean mustSignalEncoded(boolean atOnce) {
        OutputState before = outputState;
        refresh();
        return before != outputState && tellNow(true) || mustSignal(atOnce);
    }

    /** Whether the current thread is to tell the transport at once; if it is corked, it does so later. */
    private boolean tellNow(boolean atOnce) {
        owed = !atOnce && isCorked();
        signalled |= !owed;
        return !owed;
    }

    private void refreshPause() {
        boolean hold = outbound.holdsUpInput();
        if (hold != holdsUpInput) {
            holdsUpInput = hold;
        }
    }

    // ---- without the lock ---------------------------------------------------------------------------------

    /**
     * What the current thread sends leaves behind {@link #uncork}. What others send does not wait for it, and
     * takes it along.
     */
    void cork() {
        corkedBy = Thread.currentThread();
    }

    /**
     * The current thread holds nothing back any more: what the transport does not know of would never leave,
     * and make room.
     */
    @Override
    public void uncork() {
        if (corkedBy == Thread.currentThread()) {
            corkedBy = null;
            if (settleDebt()) {
                signal();
            }
        }
    }

    private boolean settleDebt() {
        lock.lock();
        try {
            return owed && tellNow(false);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isCorked() {
        Thread holder = corkedBy;
        return holder != null && holder == Thread.currentThread();
    }

    @Override
    public void signal() {
        host.outputReady();
    }

    @Override
    public boolean mustNotWait() {
        return host.inTransportThread();
    }

    @Override
    public void later(Runnable task) {
        host.execute(task);
    }

    @Override
    public void taken(boolean text, long bytes) {
        events.taken(text, bytes);
    }

    @Override
    public void overflowed(OverflowPolicy policy) {
        events.overflowed(policy);
    }

    @Override
    public void encodingFailed(Throwable thrown) {
        events.encodingFailed(thrown);
    }

    @Override
    public void overBudget(long bytes) {
        events.overBudget(bytes);
    }

    boolean produce(ByteBuffer dst, long nanoTime) {
        lock.lock();
        try {
            int before = dst.position();
            queue.drainTo(dst);
            unsentBytes += dst.position() - before;
            timers.produced(unsentBytes > 0, nanoTime);
            outbound.tell(facts.traffic());
            boolean more = !queue.isEmpty();
            if (!more) {
                signalled = false;
                owed = false;
            }
            refresh();
            return more;
        } finally {
            lock.unlock();
        }
    }

    void sent(long nanoTime) {
        List<CompletableFuture<Void>> done = List.of();
        boolean tellDrained;
        lock.lock();
        try {
            unsentBytes = 0;
            timers.sent(!queue.isEmpty(), nanoTime);
            tellDrained = outbound.drained();
            if (completions.reached(queue.drainedBytes())) {
                done = completions.take(queue.drainedBytes());
            }
        } finally {
            lock.unlock();
        }
        tellSenders(done, tellDrained);
    }

    private void tellSenders(List<CompletableFuture<Void>> done, boolean drained) {
        if (!done.isEmpty()) {
            host.execute(() -> done.forEach(future -> future.complete(null)));
        }
        if (drained) {
            host.execute(events::drained);
        }
    }

    /** Whether the application may still answer what came before the end of the input. */
    boolean isInputUnsettled() {
        return inputEnd.isPresent();
    }

    Optional<Duration> lingerTime() {
        return lockedGet(() -> closing().lingerTime());
    }

    OutputState state() {
        return outputState;
    }

    ReadyState readyState() {
        return readyState;
    }

    /** Whether reading pauses, because too much of what was answered waits to leave. */
    boolean holdsUpInput() {
        return holdsUpInput;
    }

    /** Bytes that the operating system has not taken yet. */
    long bufferedBytes() {
        return lockedGet(() -> queue.bytes() + unsentBytes + outbound.waitingPayloadBytes());
    }
}
