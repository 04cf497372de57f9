package io.duplex.transport.bio.driver;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may make receiving calls on a connection: at most one thread at a time has the turn. Tasks that come
 * while it is taken are left to its owner; a task that comes while it is free takes the turn for the helper
 * that will run it.
 *
 * <p>The lock inside guards the few fields here and is held for a few instructions, never during a call; so
 * no two connections can wait for each other through it. Only the connection thread ever waits for a turn.
 */
final class Turn {
    private final ReentrantLock lock = new ReentrantLock();
    /** Null until the connection thread has had to wait. */
    private Condition handedOver;
    /** Null while none waits. */
    private ArrayDeque<Runnable> tasks;
    private boolean taken;
    private boolean awaited;
    private boolean ended;

    /**
     * Connection thread: takes the turn; waits for the call, not for all the tasks, of a helper that has it.
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
     * @return true if the turn was free and is now the caller's to give to a helper
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
     * Owner: the next task; or else the turn is no longer the caller's, because nothing is left to do or
     * because the connection thread, which waits for it, has it now.
     *
     * @return the task, or null
     */
    Runnable nextOrRelease() {
        lock.lock();
        try {
            if (awaited) {
                awaited = false;
                handedOver.signal();
                return null;
            }
            Runnable task = nextTask();
            taken = task != null;
            return task;
        } finally {
            lock.unlock();
        }
    }

    private Runnable nextTask() {
        if (tasks == null) {
            return null;
        }
        Runnable task = tasks.remove();
        tasks = tasks.isEmpty() ? null : tasks;
        return task;
    }

    /** Owner: gives the turn up though tasks may be left; for a helper that could not be started. */
    void forfeit() {
        lock.lock();
        try {
            taken = awaited;
            if (awaited) {
                awaited = false;
                handedOver.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Owner: the last turn. Tasks that come from now on are dropped.
     *
     * @return the tasks that came before
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
