package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.MemoryReserve;
import io.duplex.transport.OutputBatch;
import io.duplex.transport.TimerWheel;
import io.duplex.transport.TransportClock;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One thread that carries many connections. Each turn: wait for sockets, handle those that are ready, run
 * tasks, handle deadlines, and finally flush the connections on the flush list. So the output of all
 * callbacks of one connection is sent in one write. If many sockets are ready, the flush list is processed
 * after every few of them. The work of a turn is bounded, in total and for each connection ({@link
 * WorkBudget}), so that no connection keeps the loop from selecting: a connection that has more to do
 * continues in the next turn.
 *
 * <p>It owns the buffers that all its connections read into and write from. It makes no decisions about
 * connections. All methods are for its own thread, unless they say "any thread".
 */
final class EventLoop {
    /**
     * Room for output that is copied, such as the TLS records of a message of 64 KiB; also the maximum of it
     * that a connection keeps.
     */
    static final int WRITE_BYTES = 80 << 10;

    private static final int TASKS_A_TURN = 1024;
    private static final int DEADLINES_A_TURN = 1024;
    /**
     * Sockets that are handled before a flush. Flushing after each would wake peers on the same machine one
     * at a time, which costs more than the writes; flushing after all would let peers wait for each other,
     * and accumulate output.
     */
    private static final int HANDLED_TOGETHER = 8;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long NANOS_A_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final LoopGroup group;
    private final Selector selector;
    private final TransportThread thread;
    private final OutputBatch outputBatch = new OutputBatch(ByteBuffer.allocateDirect(WRITE_BYTES));
    private final SocketReader reader = new SocketReader(this);
    private final TimerWheel wheel = new TimerWheel(TICK_NANOS);
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<NioConnection> flushList = new ArrayDeque<>();
    /** They have used their share of a turn, and continue in the next one. */
    private final ArrayDeque<NioConnection> unfinished = new ArrayDeque<>();
    /** Of the connection whose turn it is. */
    private final WorkBudget budget = new WorkBudget();
    private final CallMark mark = new CallMark();
    /** Ended; their sockets are closed after the next select. */
    private final ArrayDeque<NioConnection> ended = new ArrayDeque<>();
    /** A field, so that handling keys allocates nothing. */
    private final Consumer<SelectionKey> onReady = this::ready;
    private final SpinWatch spin;
    /** Sockets that were handled since the last flush. */
    private int handled;
    /** The next task must wake up the selector. */
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final AtomicLong wakeUps = new AtomicLong();
    private volatile long turns;
    private volatile boolean stopped;
    private volatile boolean abortsAll;
    /** A list through {@link NioConnection#nextToAbort}. */
    private NioConnection firstToAbort;

    EventLoop(LoopGroup group, int number) throws IOException {
        this.group = group;
        this.selector = Selector.open();
        this.thread = new TransportThread(group, "-loop-" + number, this::run);
        this.spin = new SpinWatch(thread.getName(), what -> Log.LOGGER.warning("{}", what));
    }

    /** Any thread. */
    void start() throws IOException {
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                selector.close();
            }
        }
    }

    /** Any thread: ends the loop after its current turn. */
    void stop() {
        stopped = true;
        wakeUp();
    }

    /** Any thread but this one. */
    void join() {
        thread.joinKeepingInterrupt();
    }

    /** Any thread. */
    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Any thread: runs a task in this or the next turn, after the earlier ones. */
    void submit(Runnable task) {
        tasks.add(task);
        wakeUp();
    }

    /** Any other thread that may block: as {@link #submit}, and waits for memory if there is none. */
    void submitSurely(Runnable task) {
        while (true) {
            try {
                submit(task);
                return;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(TICK_NANOS);
            }
        }
    }

    /**
     * Runs long work on a thread of its own.
     *
     * @param done   called after it, on that thread
     * @param failed gets the exception that it threw, on the loop
     */
    void startDelegated(Runnable task, Runnable done, Consumer<Throwable> failed) {
        String name = group.settings().threadName() + "-task";
        Thread.ofVirtual().name(name).start(() -> {
            try {
                task.run();
                done.run();
            } catch (Throwable e) {
                submitFailure(e, failed);
            }
        });
    }

    private void submitFailure(Throwable cause, Consumer<Throwable> failed) {
        while (true) {
            try {
                submit(() -> failed.accept(cause));
                return;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(TICK_NANOS);
            }
        }
    }

    /**
     * Any thread: resets the connections of this loop. A connection that has not reached it yet finds the
     * group closed.
     */
    void abortAll() {
        abortsAll = true;
        wakeUp();
    }

    private void abortAllNow() {
        abortsAll = false;
        boolean done = false;
        try {
            for (SelectionKey key : new ArrayList<>(selector.keys())) {
                ((NioConnection) key.attachment()).abortSurely();
            }
            done = true;
        } finally {
            abortsAll |= !done;
        }
    }

    /**
     * Resets a connection in a later turn, because memory for it is lacking in this one. Allocates nothing.
     */
    void abortLater(NioConnection connection) {
        if (!connection.waitsForAbort) {
            connection.waitsForAbort = true;
            connection.nextToAbort = firstToAbort;
            firstToAbort = connection;
        }
    }

    private void abortThoseThatWait() {
        NioConnection next = firstToAbort;
        if (next == null) {
            return;
        }
        MemoryReserve.giveUp();
        firstToAbort = null;
        while (next != null) {
            NioConnection connection = next;
            next = connection.nextToAbort;
            connection.nextToAbort = null;
            connection.waitsForAbort = false;
            connection.abortSurely();
        }
        if (firstToAbort != null) {
            // Still no memory: the garbage collector needs the processor more than this loop does.
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void wakeUp() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            wakeUps.incrementAndGet();
            selector.wakeup();
        }
    }

    LoopGroup group() {
        return group;
    }

    /** Any thread: the loop's thread, for {@link StallWatch}. */
    Thread thread() {
        return thread;
    }

    /** Any thread: the call into a layer that is under way, if any. */
    CallMark mark() {
        return mark;
    }

    WorkBudget budget() {
        return budget;
    }

    /** A call into a layer starts; user code may run in it. */
    void callBegins() {
        mark.begin();
    }

    void callEnds() {
        mark.end();
    }

    Selector selector() {
        return selector;
    }

    TimerWheel wheel() {
        return wheel;
    }

    SocketReader reader() {
        return reader;
    }

    OutputBatch outputBatch() {
        return outputBatch;
    }

    /** Any thread: the number of wake-ups of the selector by tasks. */
    long wakeUps() {
        return wakeUps.get();
    }

    /** Any thread: turns so far. */
    long turns() {
        return turns;
    }

    /** This turn did some work. */
    void worked() {
        spin.worked();
    }

    /**
     * {@link NioConnection#flushPending} is called in this turn, or in the next one if this one is ending.
     */
    void flushSoon(NioConnection connection) {
        flushList.add(connection);
    }

    /** {@link NioConnection#goOn} is called in the next turn. */
    void giveTurn(NioConnection connection) {
        unfinished.add(connection);
    }

    /**
     * {@link NioConnection#release} is called once the socket is closed, after all tasks that came before.
     */
    void releaseLater(NioConnection connection) {
        ended.add(connection);
    }

    private void run() {
        try {
            while (!stopped) {
                try {
                    turnOrPause();
                } catch (Throwable e) {
                    // Without memory any instruction may throw, in a handler of exceptions, too.
                }
            }
        } finally {
            closeSelector();
        }
    }

    private void turnOrPause() {
        try {
            turn();
            MemoryReserve.refill();
        } catch (Throwable e) {
            MemoryReserve.relieve(e);
            // This is not the failure of a connection, so it may recur at once.
            LockSupport.parkNanos(TICK_NANOS);
            Log.LOGGER.warning("{} continues after a failure", thread.getName(), e);
        }
    }

    private void turn() throws IOException {
        abortThoseThatWait();
        long due = wheel.nextDueNanos();
        int endedBefore = ended.size();
        int unfinishedBefore = unfinished.size();
        select(due);
        spin.turn(due);
        turns++;
        if (abortsAll) {
            abortAllNow();
        }
        releaseEnded(endedBefore);
        runTasks();
        meetDeadlines();
        goOn(unfinishedBefore);
        flushPending();
    }

    private void select(long due) throws IOException {
        // An interrupt left by user code would keep the selector from ever sleeping again.
        Thread.interrupted();
        long timeoutMillis = timeoutMillis(due);
        boolean idle = flushList.isEmpty() && unfinished.isEmpty() && ended.isEmpty() && firstToAbort == null;
        if (timeoutMillis > 0 && idle) {
            asleep.set(true);
            // A task that was submitted before this saw a loop that was awake.
            if (tasks.isEmpty() && !stopped && !abortsAll) {
                selector.select(onReady, timeoutMillis);
            } else {
                selector.selectNow(onReady);
            }
            asleep.set(false);
        } else {
            selector.selectNow(onReady);
        }
    }

    /** Rounded up: waking up slightly too early would be a turn without work. */
    private static long timeoutMillis(long due) {
        if (due == ByteLayer.NEVER) {
            return Long.MAX_VALUE;
        }
        return Math.ceilDiv(due - TransportClock.nanoTime(), NANOS_A_MILLI);
    }

    private void ready(SelectionKey key) {
        // From here on this turn runs the tasks without a wake-up.
        if (asleep.getPlain()) {
            asleep.set(false);
        }
        spin.ready(key);
        ((NioConnection) key.attachment()).ready();
        if (++handled == HANDLED_TOGETHER) {
            flushPending();
        }
    }

    /**
     * The selector has now deregistered the sockets that were closed or cancelled before the select, so the
     * descriptors of closed ones are closed too.
     */
    private void releaseEnded(int count) {
        for (int i = 0; i < count; i++) {
            NioConnection connection = ended.peek();
            // First, so that an entry is not lost if there is no memory to add it.
            tasks.add(connection::release);
            ended.remove();
        }
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_A_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            worked();
            task.run();
        }
    }

    private void meetDeadlines() {
        long now = TransportClock.nanoTime();
        for (int i = 0; i < DEADLINES_A_TURN; i++) {
            if (!(wheel.poll(now) instanceof NioConnection due)) {
                return;
            }
            worked();
            due.deadlinePassed();
        }
    }

    /** Only those that joined before this turn. */
    private void goOn(int count) {
        for (int i = 0; i < count; i++) {
            worked();
            unfinished.remove().goOn();
        }
    }

    /** Connections that ask again meanwhile wait for the next turn. */
    private void flushPending() {
        handled = 0;
        for (int left = flushList.size(); left > 0; left--) {
            worked();
            flushList.remove().flushPending();
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            Log.LOGGER.warning("close of the selector of {}", thread.getName(), e);
        }
    }
}
