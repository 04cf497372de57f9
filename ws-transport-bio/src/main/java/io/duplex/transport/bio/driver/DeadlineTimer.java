package io.duplex.transport.bio.driver;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.MemoryReserve;
import io.duplex.transport.TimerWheel;
import io.duplex.transport.TransportClock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calls connections at their deadlines, with one thread for all, started by the first deadline. It sleeps
 * until the next one, however distant, and runs no user code: a deadline only starts a helper. Thread-safe.
 *
 * <p>When a deadline moves to a later time, its entry stays: at the old time its owner checks the deadline
 * and schedules it again. So a deadline that traffic extends all the time costs one comparison a message.
 */
final class DeadlineTimer {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TimerWheel wheel = new TimerWheel(TICK_NANOS);
    private final Thread thread;
    private long wakeNanos = ByteLayer.NEVER;
    private boolean started;
    private boolean stopped;

    DeadlineTimer(String threadName) {
        this.thread = Thread.ofPlatform().name(threadName).daemon(true).unstarted(this::run);
    }

    /** A deadline that can be scheduled. */
    abstract static class Deadline extends TimerWheel.Entry {
        /** The time in the wheel, readable without the timer's lock. */
        private volatile long armedNanos = ByteLayer.NEVER;

        /**
         * Timer thread: the scheduled time has expired, and nothing is scheduled any more. Must not block.
         */
        abstract void passed(long nanoTime);
    }

    /** Ensures that {@link Deadline#passed} is called at the given time or earlier. */
    void arm(Deadline deadline, long nanos) {
        if (nanos >= deadline.armedNanos) {
            return;
        }
        lock.lock();
        try {
            if (nanos < deadline.armedNanos && !stopped) {
                wakeFor(nanos);
                wheel.schedule(deadline, nanos);
                deadline.armedNanos = nanos;
            }
        } finally {
            lock.unlock();
        }
    }

    private void wakeFor(long nanos) {
        if (!started) {
            startThread();
        } else if (nanos < wakeNanos) {
            changed.signal();
        }
    }

    /** Permanently: a concurrent thread that schedules the deadline later has no effect. */
    void cancel(Deadline deadline) {
        lock.lock();
        try {
            wheel.cancel(deadline);
            deadline.armedNanos = Long.MIN_VALUE;
        } finally {
            lock.unlock();
        }
    }

    private void startThread() {
        thread.start();
        started = true;
    }

    /** Starts the thread now, so that no connection fails later for lack of a thread. */
    void start() {
        lock.lock();
        try {
            if (!started) {
                startThread();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread; nothing can be scheduled any more. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the thread has ended. */
    void join() throws InterruptedException {
        if (thread.getState() != Thread.State.NEW) {
            thread.join();
        }
    }

    private void run() {
        boolean goesOn = true;
        while (goesOn) {
            try {
                goesOn = runNextOrPause();
            } catch (Throwable e) {
                // Without memory any instruction may throw, including those in a catch block.
            }
        }
    }

    private boolean runNextOrPause() {
        try {
            Deadline due = awaitNext();
            if (due != null) {
                due.passed(TransportClock.nanoTime());
            }
            MemoryReserve.refill();
            return due != null;
        } catch (Throwable e) {
            MemoryReserve.relieve(e);
            // Without this thread no connection would have a deadline.
            LockSupport.parkNanos(TICK_NANOS);
            Log.LOGGER.warning("{} continues after a failure", thread.getName(), e);
            return true;
        }
    }

    /** Sleeps until a deadline has passed; null when the timer is stopped. */
    private Deadline awaitNext() {
        lock.lock();
        try {
            while (!stopped) {
                long now = TransportClock.nanoTime();
                if (wheel.poll(now) instanceof Deadline due) {
                    due.armedNanos = ByteLayer.NEVER;
                    return due;
                }
                sleep(now);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void sleep(long now) {
        wakeNanos = wheel.nextDueNanos();
        try {
            if (wakeNanos == ByteLayer.NEVER) {
                changed.await();
            } else {
                changed.awaitNanos(wakeNanos - now);
            }
        } catch (InterruptedException e) {
            // There is no reason to interrupt this thread; the loop checks the time again.
            Log.LOGGER.warning("{} interrupted", thread.getName(), e);
        } finally {
            wakeNanos = Long.MIN_VALUE;
        }
    }
}
