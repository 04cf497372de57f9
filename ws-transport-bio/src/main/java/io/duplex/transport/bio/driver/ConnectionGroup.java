package io.duplex.transport.bio.driver;

import io.duplex.transport.LingeringCloses;
import io.duplex.transport.TransportSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections of one listener or connector, and what they share: threads, timer, buffers. It ends its threads when it is
 * closed and its last connection has gone. Thread-safe.
 */
final class ConnectionGroup {
    /** Which group's work the threads of this class loader do right now. */
    private static final Map<Thread, ConnectionGroup> MEMBERS = new ConcurrentHashMap<>();

    private final TransportSettings settings;
    private final ThreadModel threads;
    private final ExecutorService helpers;
    private final DeadlineTimer timer;
    private final LingeringCloses lingering;
    private final BufferPool buffers = new BufferPool();
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

    BufferPool buffers() {
        return buffers;
    }

    InputBuffer newInputBuffer() {
        return new InputBuffer(threads.idleReadBytes(), buffers);
    }

    /** As {@link ThreadModel#giveWay}. */
    void giveWay() {
        threads.giveWay();
    }

    /** Whether the current thread works for a group, this or another one. */
    static boolean inMemberThread() {
        return MEMBERS.containsKey(Thread.currentThread());
    }

    /** Runs a task as one of this group's threads. */
    void runAsMember(Runnable task) {
        join();
        try {
            task.run();
        } finally {
            leave();
        }
    }

    /** From now on the current thread is one of this group's. */
    void join() {
        MEMBERS.put(Thread.currentThread(), this);
    }

    /** The current thread is nobody's any more. */
    static void leave() {
        MEMBERS.remove(Thread.currentThread());
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
        } catch (RuntimeException | OutOfMemoryError e) {
            // OutOfMemoryError is how the JDK says that the system has no more threads.
            Log.failure("no helper thread", e);
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
            thread.start();
            live.add(connection);
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

    /** Resets all connections, and waits for the end of all threads unless the current one is among them. Idempotent. */
    void close() {
        List<BlockingConnection> last = shut();
        last.forEach(BlockingConnection::abort);
        lingering.cut();
        if (!ownsCurrentThread()) {
            Waiting.untilDone(() -> awaitThreads(last));
        }
    }

    boolean ownsCurrentThread() {
        return MEMBERS.get(Thread.currentThread()) == this;
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

    /** Helpers are needed to the end: a connection's last receiving calls may have to wait for a helper's turn. */
    private void endThreadsIfIdle() {
        if (closed && live.isEmpty()) {
            helpers.shutdown();
            timer.stop();
        }
    }

    /** A callback that does not return holds up the end of its thread, and so this call. */
    private void awaitThreads(List<BlockingConnection> last) throws InterruptedException {
        for (BlockingConnection connection : last) {
            connection.thread().join();
        }
        while (!helpers.awaitTermination(1, TimeUnit.HOURS)) {
            Log.LOGGER.log(System.Logger.Level.WARNING, "! a callback has not returned for an hour");
        }
        timer.join();
    }
}
