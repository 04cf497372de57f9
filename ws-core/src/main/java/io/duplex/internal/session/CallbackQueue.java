package io.duplex.internal.session;

import io.duplex.transport.CallbackThreads;
import io.duplex.transport.LayerHost;
import io.duplex.transport.WorkBudget;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The callbacks of one connection on an executor of the application: one at a time, in order, each happening
 * before the next. The receiving thread puts in; the executor gets one task while there is something to call.
 * {@link #hasRoom} turns false, and the connection stops reading, while more than {@link #HIGH_BYTES} wait,
 * so a handler that does not keep up costs that much and one message. Messages wait for demand, and what is
 * behind them waits with them, for callbacks keep their order.
 *
 * <p>If the executor takes no task, the connection fails, and what is left to be told is told on the
 * transport's thread.
 */
final class CallbackQueue {
    static final long HIGH_BYTES = 64 << 10;
    private static final long LOW_BYTES = 32 << 10;
    /** What an entry costs beside its payload, roughly: a flood of empty messages fills the queue, too. */
    private static final long ENTRY_BYTES = 64;
    /**
     * Callbacks that one task makes, if their payloads are small, before other connections on the same
     * executor have their turn.
     */
    private static final int CALLS_A_TASK = 64;

    /** What may become of a callback that has not run. */
    private enum Kind {
        /**
         * A message or a part of one: needs demand, and is dropped when the application has failed or
         * aborted.
         */
        MESSAGE,
        /** A ping or pong: dropped then, too. */
        CONTROL,
        /** Runs in any case. */
        EVENT
    }

    /** What becomes of the first in the queue. */
    private enum Fate {
        CALL, DROP, WAIT
    }

    private record Entry(Kind kind, long bytes, Runnable call) {}

    private final Offloader offloader;
    private final LayerHost host;
    private final Demand demand;
    private final Output output;
    private final Callbacks.Failure failure;
    private final MemoryBudget memory;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private long waitingBytes;
    /** Of the callback that runs. */
    private long runningBytes;
    private long reservedBytes;
    /** A task is under way, waiting for the executor or running: no other thread runs callbacks. */
    private boolean scheduled;
    private boolean dropsMessages;
    private boolean dropsUndemanded;
    /** The executor took no task. */
    private boolean rejected;
    /** The task that is under way runs in a receiving call, or waits for one. */
    private boolean handedOver;
    /** The last callback is in the queue; there is no receiving call any more. */
    private boolean ended;
    private volatile boolean full;
    /** The thread inside a callback, null if none. */
    private volatile Thread runner;

    /**
     * An empty queue.
     *
     * @param failure is told, on any thread, if the executor takes no task
     */
    CallbackQueue(Offloader offloader, LayerHost host, Demand demand, Output output,
            Callbacks.Failure failure, MemoryBudget memory) {
        this.offloader = offloader;
        this.host = host;
        this.demand = demand;
        this.output = output;
        this.failure = failure;
        this.memory = memory;
    }

    boolean hasRoom() {
        return !full;
    }

    boolean isCurrent() {
        return runner == Thread.currentThread();
    }

    // ---- the receiving thread -----------------------------------------------------------------------------

    void addMessage(long bytes, Runnable call) {
        add(new Entry(Kind.MESSAGE, ENTRY_BYTES + bytes, call), false);
    }

    void addControl(long bytes, Runnable call) {
        add(new Entry(Kind.CONTROL, ENTRY_BYTES + bytes, call), false);
    }

    void add(Runnable call) {
        add(new Entry(Kind.EVENT, ENTRY_BYTES, call), false);
    }

    void addLast(Runnable call) {
        add(new Entry(Kind.EVENT, ENTRY_BYTES, call), true);
    }

    private void add(Entry entry, boolean last) {
        lock.lock();
        try {
            ended |= last;
            if (entry.kind() == Kind.MESSAGE) {
                reservedBytes =
                        memory.resize(reservedBytes, waitingBytes + runningBytes + entry.bytes());
            }
            waiting.add(entry);
            waitingBytes += entry.bytes();
            if (waitingBytes > HIGH_BYTES && !full) {
                full = true;
            }
            // A task that was left to the transport may be dropped, now that the connection is over.
            scheduled &= !(last && handedOver);
        } finally {
            lock.unlock();
        }
        start();
    }

    // ---- any thread ---------------------------------------------------------------------------------------

    /** No message that waits, or comes, is delivered any more. */
    void dropMessages() {
        lock.lock();
        try {
            dropsMessages = true;
        } finally {
            lock.unlock();
        }
    }

    /** The connection is broken: messages for which there is no demand hold up nothing any more. */
    void dropUndemanded() {
        lock.lock();
        try {
            dropsUndemanded = true;
        } finally {
            lock.unlock();
        }
    }

    /** Asks the executor for a thread if there is something to call and none on its way. */
    void start() {
        boolean due;
        lock.lock();
        try {
            due = !scheduled && !waiting.isEmpty() && fate(waiting.peek()) != Fate.WAIT;
            scheduled |= due;
        } finally {
            lock.unlock();
        }
        if (due) {
            submit();
        }
    }

    private void submit() {
        if (!isRejected()) {
            try {
                offloader.offload(this::run);
                return;
            } catch (Throwable refusal) {
                reject(refusal);
            }
        }
        if (handOver()) {
            host.execute(this::run);
        } else {
            run();
        }
    }

    private boolean isRejected() {
        lock.lock();
        try {
            return rejected;
        } finally {
            lock.unlock();
        }
    }

    private void reject(Throwable refusal) {
        lock.lock();
        try {
            rejected = true;
            dropsMessages = true;
        } finally {
            lock.unlock();
        }
        failure.userError(new RejectedExecutionException(
                "the executor of this connection's callbacks takes no task: " + refusal, refusal));
    }

    /**
     * Whether the rest is the transport's; if the connection is over, it has no calls any more, and the
     * current thread makes them.
     */
    private boolean handOver() {
        lock.lock();
        try {
            handedOver = !ended;
            return handedOver;
        } finally {
            lock.unlock();
        }
    }

    // ---- the executor's thread ----------------------------------------------------------------------------

    private void run() {
        long bytes = 0;
        for (int i = 0; i < CALLS_A_TASK && bytes < WorkBudget.BYTES; i++) {
            Entry next = take();
            if (next == null) {
                return;
            }
            bytes += next.bytes();
            call(next);
        }
        goOnLater();
    }

    /**
     * Has the transport ask for the next task. Many executors, among them those of virtual threads, run what
     * their own threads submit before what comes from elsewhere: a connection that asked by itself would
     * never let others in.
     */
    private void goOnLater() {
        if (handOver()) {
            host.execute(this::takeBack);
        } else {
            submit();
        }
    }

    private void takeBack() {
        lock.lock();
        try {
            handedOver = false;
        } finally {
            lock.unlock();
        }
        submit();
    }

    private void call(Entry entry) {
        runner = Thread.currentThread();
        // An executor may run it on the thread that asks, which is a transport's then, and stays one.
        boolean entered = !CallbackThreads.isCurrent();
        if (entered) {
            CallbackThreads.enter(this);
        }
        output.cork();
        try {
            entry.call().run();
        } catch (Throwable thrown) {
            failure.userError(thrown);
        } finally {
            runner = null;
            if (entered) {
                CallbackThreads.leave(null);
            }
            output.uncork();
        }
    }

    /** The next callback; null if there is none to make now, and then this task is over. */
    private Entry take() {
        Entry next = null;
        boolean roomAgain;
        lock.lock();
        try {
            Fate fate = Fate.DROP;
            while (fate == Fate.DROP && !waiting.isEmpty()) {
                fate = fate(waiting.peek());
                if (fate != Fate.WAIT) {
                    next = waiting.remove();
                    waitingBytes -= next.bytes();
                }
            }
            next = fate == Fate.CALL ? next : null;
            runningBytes = next == null ? 0 : next.bytes();
            releaseMemory();
            scheduled = next != null;
            roomAgain = full && waitingBytes < LOW_BYTES;
            full &= !roomAgain;
        } finally {
            lock.unlock();
        }
        if (roomAgain) {
            host.inputReady();
        }
        return next;
    }

    private void releaseMemory() {
        if (reservedBytes > 0) {
            long held = waitingBytes + runningBytes;
            reservedBytes = memory.tryResize(reservedBytes, Math.min(held, reservedBytes));
        }
    }

    /** Asked once for each decision: another thread may change the demand at any time. */
    private Fate fate(Entry entry) {
        return switch (entry.kind()) {
            case EVENT -> Fate.CALL;
            case CONTROL -> dropsMessages ? Fate.DROP : Fate.CALL;
            case MESSAGE -> {
                if (dropsMessages) {
                    yield Fate.DROP;
                }
                yield demand.isOpen() ? Fate.CALL : dropsUndemanded ? Fate.DROP : Fate.WAIT;
            }
        };
    }
}
