package io.duplex.internal.runtime;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.TransportClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The end of a server or client: asked for any number of times, by any thread, with any deadlines, of which
 * the earliest counts. A thread that may wait does the work; for one that must not, because it runs a
 * callback, another thread is started. Thread-safe.
 */
final class Stopping {
    private final String threadName;
    private final boolean daemon;
    private final BooleanSupplier idle;
    private final Runnable end;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicBoolean hasThread = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long deadlineNanos = ByteLayer.NEVER;

    /**
     * @param threadName of the thread that waits for those that must not
     * @param idle       whether there is nothing left to wait for
     * @param end        ends everything that is left, and waits for it; may run more than once, and on
     *                   several threads
     */
    Stopping(String threadName, boolean daemon, BooleanSupplier idle, Runnable end) {
        this.threadName = threadName;
        this.daemon = daemon;
        this.idle = idle;
        this.end = end;
    }

    /** Completes when everything has ended. */
    CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /** Something that was waited for may have ended. */
    void changed() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a deadline, which counts from now, unless an earlier one is known. */
    void within(Duration deadline) {
        lock.lock();
        try {
            deadlineNanos = Math.min(deadlineNanos, later(deadline));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static long later(Duration deadline) {
        long now = nanoTime();
        // Longer than a century is for ever, and would not fit.
        return deadline.toDays() > 36_500 ? ByteLayer.NEVER : now + deadline.toNanos();
    }

    private static long nanoTime() {
        return TransportClock.nanoTime();
    }

    /** Waits until all has ended, or the deadline has passed, and ends what is left. */
    void await() throws InterruptedException {
        try {
            awaitIdle();
        } finally {
            end.run();
            ended.complete(null);
        }
    }

    /** Does the same on a thread of its own. */
    void awaitElsewhere() {
        if (hasThread.compareAndSet(false, true)) {
            boolean started = false;
            try {
                Thread.ofPlatform().name(threadName).daemon(daemon).start(this::awaitQuietly);
                started = true;
            } finally {
                hasThread.set(started);
            }
        }
    }

    private void awaitQuietly() {
        try {
            await();
        } catch (InterruptedException e) {
            // There is no reason to interrupt this thread; everything has ended all the same.
            Thread.currentThread().interrupt();
        }
    }

    private void awaitIdle() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!idle.getAsBoolean() && nanoTime() < deadlineNanos) {
                // Long.MAX_VALUE nanoseconds are centuries.
                changed.awaitNanos(deadlineNanos - nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits a while longer, and keeps an interrupt for the caller. */
    void awaitUninterruptibly(BooleanSupplier condition, Duration time) {
        boolean interrupted = false;
        long until = nanoTime() + time.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean() && nanoTime() < until) {
                try {
                    changed.awaitNanos(until - nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
