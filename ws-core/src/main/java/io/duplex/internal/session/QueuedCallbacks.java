package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.FailureOrigin;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.Reservation;
import io.duplex.transport.CallbackThreads;
import io.duplex.transport.LayerHost;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Calls the application on an executor of its own: one callback at a time, in order, each happening before
 * the next. The receive thread puts callbacks in. Caller-owned buffers are copied, because the call comes
 * later. While there is something to call, there is one task:
 *
 * <pre>
 * state of the task   meaning                                   on                        next
 * NONE                nothing to call, or no demand for it      a callback, demand        SUBMITTED
 * SUBMITTED           the executor has it, or runs it           nothing left to call      NONE
 *                                                               its share is used up      WITH_TRANSPORT
 *                                                               the executor rejects it   WITH_TRANSPORT
 * WITH_TRANSPORT      waits for, or runs in, a receiving call   its turn                  SUBMITTED
 *                                                               nothing left to call      NONE
 *                                                               the connection has ended  NONE
 * </pre>
 *
 * <p>While more than {@link #HIGH_BYTES} wait, {@link #hasRoom} is false and the connection does not read, so
 * a slow handler costs that much memory and one message. Messages wait for demand, and the callbacks after
 * them wait with them, to keep their order. If the executor rejects a task, the connection fails, and the
 * remaining callbacks run on the transport's thread.
 */
final class QueuedCallbacks implements Callbacks {
    static final long HIGH_BYTES = 64 << 10;
    private static final long LOW_BYTES = 32 << 10;
    /** Rough cost of an entry besides its payload, so that a flood of empty messages fills the queue, too. */
    private static final long ENTRY_BYTES = 64;
    /** The most callbacks in one task, so that other connections on the same executor have their turn. */
    private static final int CALLS_A_TASK = 64;

    private enum Task {
        NONE, SUBMITTED, WITH_TRANSPORT
    }

    /** Which messages are dropped; each includes the ones before it. */
    private enum Drop {
        NOTHING,
        /** Those without demand: the connection is broken, and they would hold up the rest. */
        UNDEMANDED,
        /** All, and pings and pongs: the application has failed or aborted. */
        MESSAGES
    }

    private enum Kind {
        /** A message or a part of one. It needs demand. */
        MESSAGE,
        /** A ping or pong. */
        CONTROL,
        /** Runs in any case. */
        EVENT
    }

    /** What to do with the first in the queue. */
    private enum Fate {
        CALL, DROP, WAIT
    }

    private record Entry(Kind kind, long bytes, Runnable call) {}

    private final CallbackExecutor executor;
    private final LayerHost host;
    private final Wakeup wakeup;
    private final Runnable uncork;
    private final Consumer<Throwable> onUserError;
    private final DirectCallbacks direct;
    private final Demand demand;
    private final CompletableFuture<CloseInfo> ended = new CompletableFuture<>();

    /** Guards the fields below; held for moments, and never together with the session's. */
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long runningBytes;
    private final Reservation reservation;
    private Task task = Task.NONE;
    private Drop drop = Drop.NOTHING;
    private volatile boolean rejected;
    /** The last callback is in the queue, and no receiving call follows. */
    private boolean last;
    private volatile boolean full;

    /**
     * @param wakeup      corked during a callback, so that the callback's output leaves together
     * @param uncork      ends that
     * @param onUserError takes what user code throws, and the executor's rejection; on any thread
     */
    QueuedCallbacks(CallbackExecutor executor, LayerHost host, MemoryBudget memory, WebSocket socket,
            WebSocketHandler handler, ConnectionListener listener, Wakeup wakeup, Runnable uncork,
            Consumer<Throwable> onUserError) {
        this.executor = executor;
        this.host = host;
        this.reservation = new Reservation(memory);
        this.wakeup = wakeup;
        this.uncork = uncork;
        this.onUserError = onUserError;
        this.direct = new DirectCallbacks(socket, handler, listener, thrown -> {
            dropMessages();
            onUserError.accept(thrown);
        });
        this.demand = direct.demand();
    }

    // ---- the receive thread -------------------------------------------------------------------------------

    @Override
    public void opened() {
        add(Kind.EVENT, 0, direct::opened);
    }

    @Override
    public void text(String text, long bytes) {
        add(Kind.MESSAGE, bytes, () -> direct.text(text, bytes));
    }

    @Override
    public void binary(ByteBuffer payload, boolean owned) {
        ByteBuffer kept = owned ? payload : copyOf(payload);
        add(Kind.MESSAGE, kept.capacity(), () -> direct.binary(kept, true));
    }

    @Override
    public void textPart(String part, boolean isLast, long messageBytes) {
        add(Kind.MESSAGE, part.length(), () -> direct.textPart(part, isLast, messageBytes));
    }

    @Override
    public void binaryPart(ByteBuffer part, boolean isLast, long messageBytes) {
        ByteBuffer copy = copyOf(part);
        add(Kind.MESSAGE, copy.capacity(), () -> direct.binaryPart(copy, isLast, messageBytes));
    }

    @Override
    public void ping(ByteBuffer payload) {
        ByteBuffer copy = copyOf(payload);
        add(Kind.CONTROL, copy.capacity(), () -> direct.ping(copy));
    }

    @Override
    public void pong(ByteBuffer payload) {
        ByteBuffer copy = copyOf(payload);
        add(Kind.CONTROL, copy.capacity(), () -> direct.pong(copy));
    }

    /** Returns a read-only copy: the original is read-only, too. */
    private static ByteBuffer copyOf(ByteBuffer original) {
        return ByteBuffer.allocate(original.remaining()).put(original.duplicate()).flip().asReadOnlyBuffer();
    }

    @Override
    public void drained() {
        add(Kind.EVENT, 0, direct::drained);
    }

    @Override
    public void error(FailureOrigin origin, Throwable cause) {
        drop(Drop.UNDEMANDED);
        add(Kind.EVENT, 0, () -> direct.error(origin, cause));
    }

    @Override
    public void closed(CloseInfo info, CompletableFuture<CloseInfo> future) {
        ended.complete(info);
        lock.lock();
        try {
            last = true;
            // The transport may drop its task, because the connection has ended. Adding the last callback
            // asks for a new one.
            task = task == Task.WITH_TRANSPORT ? Task.NONE : task;
        } finally {
            lock.unlock();
        }
        add(Kind.EVENT, 0, () -> direct.closed(info, future));
    }

    @Override
    public void after(Runnable call) {
        add(Kind.EVENT, 0, call);
    }

    private void add(Kind kind, long payloadBytes, Runnable call) {
        Entry entry = new Entry(kind, ENTRY_BYTES + payloadBytes, call);
        lock.lock();
        try {
            if (kind == Kind.MESSAGE) {
                reservation.grow(waitingBytes + runningBytes + entry.bytes());
            }
            waiting.add(entry);
            waitingBytes += entry.bytes();
            if (waitingBytes > HIGH_BYTES && !full) {
                full = true;
            }
        } finally {
            lock.unlock();
        }
        demanded();
    }

    // ---- any thread ---------------------------------------------------------------------------------------

    @Override
    public boolean keepsMessages() {
        return true;
    }

    @Override
    public boolean hasRoom() {
        return demand.isOpen() && !full;
    }

    @Override
    public Demand demand() {
        return demand;
    }

    @Override
    public CompletableFuture<CloseInfo> ended(CompletableFuture<CloseInfo> closed) {
        return ended;
    }

    @Override
    public void dropMessages() {
        drop(Drop.MESSAGES);
    }

    private void drop(Drop what) {
        lock.lock();
        try {
            drop = drop.compareTo(what) < 0 ? what : drop;
        } finally {
            lock.unlock();
        }
        demanded();
    }

    /** Asks for a task if there is something to call and no task. */
    @Override
    public void demanded() {
        boolean due;
        lock.lock();
        try {
            due = task == Task.NONE && !waiting.isEmpty() && fate(waiting.peek()) != Fate.WAIT;
            task = due ? Task.SUBMITTED : task;
        } finally {
            lock.unlock();
        }
        if (due) {
            submit();
        }
    }

    private void submit() {
        if (rejected || !offered()) {
            passToTransport(this::run);
        }
    }

    private boolean offered() {
        try {
            executor.execute(this::run);
            return true;
        } catch (Throwable refusal) {
            rejected = true;
            dropMessages();
            onUserError.accept(new RejectedExecutionException(
                    "the executor of this connection's callbacks takes no task: " + refusal, refusal));
            return false;
        }
    }

    /**
     * Continues in a receiving call. A connection that has ended has none any more: there the current thread
     * continues.
     */
    private void passToTransport(Runnable next) {
        boolean passed;
        lock.lock();
        try {
            passed = !last;
            task = passed ? Task.WITH_TRANSPORT : Task.SUBMITTED;
        } finally {
            lock.unlock();
        }
        if (passed) {
            host.execute(next);
        } else {
            next.run();
        }
    }

    // ---- the executor's thread ----------------------------------------------------------------------------

    private void run() {
        boolean over = false;
        try {
            over = callSome();
        } finally {
            // Also after a throw, out of memory for instance: without a task no callback would run any more.
            // The transport submits the next task. Many executors, among them those of virtual threads, run
            // what their own threads submit before what comes from elsewhere: a connection that submitted by
            // itself would never let others in.
            if (!over) {
                passToTransport(this::submitAgain);
            }
        }
    }

    /** Returns whether nothing is left to call. */
    private boolean callSome() {
        long bytes = 0;
        for (int i = 0; i < CALLS_A_TASK && bytes < WorkBudget.BYTES; i++) {
            Entry next = take();
            if (next == null) {
                return true;
            }
            bytes += next.bytes();
            call(next);
        }
        return false;
    }

    private void submitAgain() {
        lock.lock();
        try {
            task = Task.SUBMITTED;
        } finally {
            lock.unlock();
        }
        submit();
    }

    private void call(Entry entry) {
        // An executor may run the task on the submitting thread. If that is a transport's, it stays one.
        boolean entered = !CallbackThreads.isCurrent();
        if (entered) {
            CallbackThreads.enter(this);
        }
        wakeup.cork();
        try {
            entry.call().run();
        } catch (Throwable thrown) {
            onUserError.accept(thrown);
        } finally {
            if (entered) {
                CallbackThreads.leave(null);
            }
            uncork.run();
        }
    }

    /** Takes the next callback; null if there is none to make now, and then this task is over. */
    private Entry take() {
        Entry next = null;
        boolean roomAgain;
        lock.lock();
        try {
            Fate fate = Fate.DROP;
            while (fate == Fate.DROP && !waiting.isEmpty()) {
                // Read once for each decision: another thread may change the demand at any time.
                fate = fate(waiting.peek());
                if (fate != Fate.WAIT) {
                    next = waiting.remove();
                    waitingBytes -= next.bytes();
                }
            }
            next = fate == Fate.CALL ? next : null;
            runningBytes = next == null ? 0 : next.bytes();
            reservation.shrink(waitingBytes + runningBytes);
            task = next == null ? Task.NONE : task;
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

    private Fate fate(Entry entry) {
        if (entry.kind() == Kind.EVENT) {
            return Fate.CALL;
        }
        if (drop == Drop.MESSAGES) {
            return Fate.DROP;
        }
        if (entry.kind() == Kind.CONTROL || demand.isOpen()) {
            return Fate.CALL;
        }
        return drop == Drop.UNDEMANDED ? Fate.DROP : Fate.WAIT;
    }
}
