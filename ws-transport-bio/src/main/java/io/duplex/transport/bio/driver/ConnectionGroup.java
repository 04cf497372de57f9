package io.duplex.transport.bio.driver;

import io.duplex.transport.CallbackThreads;
import io.duplex.transport.LingeringCloses;
import io.duplex.transport.TransportSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections of one listener or connector, with their shared threads and timer. It ends its threads when
 * it is closed and its last connection has been released. Thread-safe.
 */
final class ConnectionGroup {
    private final TransportSettings settings;
    private final ThreadModel threads;
    private final ExecutorService helpers;
    private final DeadlineTimer timer;
    private final LingeringCloses lingering;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<BlockingConnection> live = new HashSet<>();
    private long count;
    private boolean closed;

    ConnectionGroup(TransportSettings settings, ThreadModel threads) {
        this.settings = settings;
        this.threads = threads;
        this.helpers = threads.helpers(settings.threadName() + "-helper-");
        this.timer = new DeadlineTimer(settings.threadName() + "-timer");
        this.lingering = new LingeringCloses(settings.threadName());
    }

    TransportSettings settings() {
        return settings;
    }

    DeadlineTimer timer() {
        return timer;
    }

    LingeringCloses lingering() {
        return lingering;
    }

    InputBuffer newInputBuffer() {
        return new InputBuffer(threads.idleReadBytes(), Buffers.POOL);
    }

    /** As {@link ThreadModel#giveWay}. */
    void giveWay() {
        threads.giveWay();
    }

    /** Runs a task as one of this group's threads. */
    void runAsMember(Runnable task) {
        Object before = CallbackThreads.enter(this);
        try {
            task.run();
        } catch (Throwable e) {
            // A task that fails ends its own connection; an Error does not end a thread of the transport.
            Log.LOGGER.warning("{} failed", Thread.currentThread().getName(), e);
        } finally {
            CallbackThreads.leave(before);
        }
    }

    /**
     * Runs a task on a helper thread.
     *
     * @return false if there is no thread for it
     */
    boolean help(Runnable task) {
        try {
            helpers.execute(() -> runAsMember(task));
            return true;
        } catch (Throwable e) {
            // The JDK throws OutOfMemoryError if the system has no more threads.
            Log.LOGGER.warning("no helper thread for {}", settings.threadName(), e);
            return false;
        }
    }

    /**
     * Starts a connection on a thread of its own.
     *
     * @return false if the group is closed
     * @throws OutOfMemoryError if there is no thread for it
     */
    boolean start(BlockingConnection connection) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            String name = settings.threadName() + "-conn-" + ++count;
            Thread thread = threads.connectionThread(name, settings.daemon(), connection);
            connection.carriedBy(thread);
            live.add(connection);
            boolean started = false;
            try {
                thread.start();
                started = true;
            } finally {
                if (!started) {
                    live.remove(connection);
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A started connection's last act. */
    void ended(BlockingConnection connection) {
        lock.lock();
        try {
            live.remove(connection);
            endThreadsIfIdle();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Resets all connections, and waits for the end of all threads unless the current one is among them.
     * Idempotent.
     */
    void close() {
        List<BlockingConnection> last = shut();
        last.forEach(BlockingConnection::abort);
        lingering.cut();
        if (!ownsCurrentThread()) {
            Waiting.untilDone(() -> awaitThreads(last));
        }
    }

    boolean ownsCurrentThread() {
        return CallbackThreads.owner() == this;
    }

    private List<BlockingConnection> shut() {
        lock.lock();
        try {
            closed = true;
            endThreadsIfIdle();
            return List.copyOf(live);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Helpers are needed until the end: a connection's last receiving calls may wait for a helper's call.
     */
    private void endThreadsIfIdle() {
        if (closed && live.isEmpty()) {
            helpers.shutdown();
            timer.stop();
        }
    }

    /** A callback that does not return delays the end of its thread, and so this call. */
    private void awaitThreads(List<BlockingConnection> last) throws InterruptedException {
        for (BlockingConnection connection : last) {
            connection.thread().join();
        }
        while (!helpers.awaitTermination(1, TimeUnit.HOURS)) {
            Log.LOGGER.warning("a callback of {} has not returned for an hour", settings.threadName());
        }
        timer.join();
    }
}
