package io.duplex.transport.nio;

import io.duplex.transport.LingeringCloses;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The event loops of one listener or connector, with the count of their connections. It ends its loops when
 * it is closed and its last connection has been released. Thread-safe; the lock is held for a few
 * instructions, never during a call to a layer.
 */
final class LoopGroup {
    private final TransportSettings settings;
    private final int size;
    /** Watches the calls of all loops; empty if the watch is switched off. */
    private final Optional<StallWatch> watch;
    private final LingeringCloses lingering;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<EventLoop> loops = new ArrayList<>();
    private int next;
    private long admitted;
    /**
     * Written under the lock; a loop reads it without the lock, to detect a connection that comes too late.
     */
    private volatile boolean closed;

    /** A group without loops yet, and without a watch. */
    LoopGroup(TransportSettings settings, int size) {
        this(settings, size, Optional.empty());
    }

    /**
     * A group without loops yet.
     *
     * @param watch new; the group ends it with its loops
     */
    LoopGroup(TransportSettings settings, int size, Optional<StallWatch> watch) {
        this.settings = settings;
        this.size = size;
        this.watch = watch;
        this.lingering = new LingeringCloses(settings.threadName());
    }

    TransportSettings settings() {
        return settings;
    }

    LingeringCloses lingering() {
        return lingering;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Starts the loops now, so that no connection fails later for lack of a thread or descriptor.
     */
    void startAll() throws IOException {
        lock.lock();
        try {
            while (loops.size() < size) {
                startOne();
            }
        } finally {
            lock.unlock();
        }
    }

    private void startOne() throws IOException {
        EventLoop loop = new EventLoop(this, loops.size() + 1);
        loop.start();
        loops.add(loop);
        watch.ifPresent(watching -> watching.add(loop.thread(), loop.mark()));
    }

    /**
     * Admits a connection: it must be passed to the loop, or {@link #released} must be called.
     *
     * @return the next loop in turn; empty if the group is closed
     * @throws UncheckedIOException if a loop must be started and the system has no descriptors left for it
     */
    Optional<EventLoop> admit() {
        lock.lock();
        try {
            if (closed) {
                return Optional.empty();
            }
            if (next == loops.size()) {
                startOne();
            }
            int number = next;
            next = (next + 1) % size;
            return admit(number);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start an event loop", e);
        } finally {
            lock.unlock();
        }
    }

    /** As above, for a loop that was started. */
    Optional<EventLoop> admit(int number) {
        lock.lock();
        try {
            if (closed) {
                return Optional.empty();
            }
            admitted++;
            return Optional.of(loops.get(number));
        } finally {
            lock.unlock();
        }
    }

    /** An admitted connection has been released. */
    void released() {
        lock.lock();
        try {
            admitted--;
            endLoopsIfIdle();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Resets all connections, and waits for the end of the loops unless the current thread is one of them.
     * Idempotent.
     */
    void close() {
        List<EventLoop> all;
        lock.lock();
        try {
            closed = true;
            endLoopsIfIdle();
            all = List.copyOf(loops);
        } finally {
            lock.unlock();
        }
        all.forEach(EventLoop::abortAll);
        lingering.cut();
        if (!TransportThread.isCurrentOf(this)) {
            all.forEach(EventLoop::join);
            watch.ifPresent(StallWatch::join);
        }
    }

    private void endLoopsIfIdle() {
        if (closed && admitted == 0) {
            loops.forEach(EventLoop::stop);
            watch.ifPresent(StallWatch::stop);
        }
    }
}
