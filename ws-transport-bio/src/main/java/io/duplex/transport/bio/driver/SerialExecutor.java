package io.duplex.transport.bio.driver;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes a layer's receiving calls, one at a time, and queries the layer after each. At most one thread at a
 * time has the turn. The connection thread makes its own calls with {@link #make}; tasks from elsewhere
 * ({@link #submit}) are left to the thread that has the turn, or take the turn for a helper if it is free.
 * The turn is not held while output is written.
 *
 * <p>The lock guards the few fields of the turn and is held for a few instructions, never during a call; so
 * no two connections can wait for each other through it. Only the connection thread ever waits for a turn.
 */
final class SerialExecutor {
    /** Tasks in a row after which the connection thread returns to reading, and a helper continues. */
    private static final int TASKS_BEFORE_READING = 64;

    private final BlockingConnection connection;
    private final ConnectionGroup group;
    private final ReentrantLock lock = new ReentrantLock();
    /** Null until the connection thread has waited. */
    private Condition handedOver;
    /** Null while none waits. */
    private ArrayDeque<Runnable> tasks;
    private boolean taken;
    private boolean awaited;
    private boolean ended;
    /** The thread inside a call. Racy read; only compared with the current thread. */
    private Thread caller;
    /** The call under way has announced output. Only the owner of the turn uses it. */
    private boolean outputAnnounced;

    SerialExecutor(BlockingConnection connection, ConnectionGroup group) {
        this.connection = connection;
        this.group = group;
    }

    // ---- calls --------------------------------------------------------------------------------------------

    /**
     * Connection thread: makes a call, then runs the tasks that were submitted meanwhile, then starts writing
     * the output of all of them.
     */
    void make(Runnable call) {
        take();
        int done = 0;
        Runnable next = call;
        while (next != null) {
            boolean output = perform(next);
            next = done++ < TASKS_BEFORE_READING ? nextOrRelease() : handOver();
            if (output && next == null) {
                connection.writeFromConnectionThread();
            } else if (output) {
                connection.startWriter();
            }
        }
    }

    /** Connection thread: the last call. Pending tasks run before it, later ones are dropped. */
    void makeLast(Runnable call) {
        take();
        end().forEach(this::perform);
        try {
            call.run();
        } catch (Throwable e) {
            connection.crashed(e);
        }
    }

    /** Any thread: a call to be made in its turn. */
    void submit(Runnable task) {
        if (add(task)) {
            handOver();
        }
    }

    /** Whether the current thread is inside a call of this connection. */
    boolean inCall() {
        return caller == Thread.currentThread();
    }

    /** Inside a call: its output will be written when it returns. */
    void announceOutput() {
        outputAnnounced = true;
    }

    /**
     * Passes the turn from its owner to a helper; returns null, because the owner then has nothing more to
     * run.
     */
    private Runnable handOver() {
        if (!group.help(this::runTasks)) {
            forfeit();
            connection.abort();
        }
        return null;
    }

    private void runTasks() {
        Runnable next = nextOrRelease();
        while (next != null) {
            boolean output = perform(next);
            connection.wake();
            next = nextOrRelease();
            if (output && next == null) {
                connection.writeFromHelper();
            } else if (output) {
                connection.startWriter();
            }
        }
    }

    /** Makes one call; returns true if it has announced output. */
    private boolean perform(Runnable call) {
        caller = Thread.currentThread();
        try {
            call.run();
            connection.lookAfterCall();
            startDelegatedTasks();
        } catch (Throwable e) {
            connection.crashed(e);
        } finally {
            caller = null;
            // An interrupt left by user code would close the socket in a virtual thread's next read.
            Thread.interrupted();
        }
        boolean output = outputAnnounced;
        outputAnnounced = false;
        return output;
    }

    private void startDelegatedTasks() {
        for (Runnable task = connection.pollTask(); task != null; task = connection.pollTask()) {
            Runnable delegated = task;
            if (!group.help(() -> runDelegated(delegated))) {
                connection.abort();
            }
        }
    }

    /** The empty call serves the queries and the poll that follow each call. */
    private void runDelegated(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            connection.crashed(e);
        }
        try {
            if (add(() -> {})) {
                runTasks();
            }
        } catch (Throwable e) {
            connection.crashed(e);
        }
    }

    // ---- the turn -----------------------------------------------------------------------------------------

    /**
     * Connection thread: takes the turn; if a helper has it, waits for the end of its current call, not for
     * all its tasks.
     */
    void take() {
        lock.lock();
        try {
            if (taken) {
                awaitTurn();
            }
            taken = true;
        } finally {
            lock.unlock();
        }
    }

    private void awaitTurn() {
        if (handedOver == null) {
            handedOver = lock.newCondition();
        }
        awaited = true;
        while (awaited) {
            handedOver.awaitUninterruptibly();
        }
    }

    /**
     * Any thread: adds a task.
     *
     * @return true if the turn was free: the caller has it now, and must pass it to a helper
     */
    boolean add(Runnable task) {
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            if (tasks == null) {
                tasks = new ArrayDeque<>(2);
            }
            tasks.add(task);
            if (taken) {
                return false;
            }
            taken = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Owner: the next task. If there is none, the caller has lost the turn: nothing is left to do, or the
     * waiting connection thread has it now.
     *
     * @return the task, or null
     */
    Runnable nextOrRelease() {
        lock.lock();
        try {
            if (awaited) {
                passToConnectionThread();
                return null;
            }
            Runnable task = tasks == null ? null : tasks.remove();
            if (task != null && tasks.isEmpty()) {
                tasks = null;
            }
            taken = task != null;
            return task;
        } finally {
            lock.unlock();
        }
    }

    private void passToConnectionThread() {
        awaited = false;
        handedOver.signal();
    }

    /** Owner: releases the turn although tasks may be left; for a helper that could not be started. */
    void forfeit() {
        lock.lock();
        try {
            taken = awaited;
            if (awaited) {
                passToConnectionThread();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Owner: the last turn. Tasks submitted from now on are dropped.
     *
     * @return the tasks that were submitted before
     */
    List<Runnable> end() {
        lock.lock();
        try {
            ended = true;
            List<Runnable> left = tasks == null ? List.of() : List.copyOf(tasks);
            tasks = null;
            return left;
        } finally {
            lock.unlock();
        }
    }
}
