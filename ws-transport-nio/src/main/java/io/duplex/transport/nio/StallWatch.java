package io.duplex.transport.nio;

import io.duplex.transport.Durations;
import io.duplex.transport.TransportClock;
import io.duplex.transport.TransportSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * Reports a callback that does not return, once and while it runs, with the stack of its loop's thread: it
 * delays every connection of that loop, without any other symptom. It only reports. One thread for a group of
 * loops checks a few times in each period; the loops only mark their calls ({@link CallMark}) and read no
 * clock for it. Thread-safe.
 */
final class StallWatch {
    /** Checks within the time that a call may take. */
    private static final int LOOKS = 4;

    private final BiConsumer<String, Throwable> report;
    private final Duration limit;
    private final long limitNanos;
    private final long periodNanos;
    private final List<Loop> loops = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private long lastLookNanos;
    private volatile boolean stopped;

    /** One loop, as seen by the watching thread. */
    private static final class Loop {
        private final Thread thread;
        private final CallMark mark;
        private long call;
        private long heldNanos;
        private boolean reported;

        Loop(Thread thread, CallMark mark) {
            this.thread = thread;
            this.mark = mark;
        }
    }

    /**
     * A watch over no loop yet.
     *
     * @param limit  how long a call may take, positive
     * @param report gets the text of a warning, and the stack of the loop as a throwable
     */
    StallWatch(String threadName, Duration limit, BiConsumer<String, Throwable> report) {
        this.limit = limit;
        this.limitNanos = Durations.nanos(limit);
        this.periodNanos = Math.max(1, limitNanos / LOOKS);
        this.report = report;
        this.thread = Thread.ofPlatform().name(threadName).daemon(true).unstarted(this::run);
    }

    /** The watch of a group of loops, which logs warnings; empty if the limit is zero. */
    static Optional<StallWatch> of(TransportSettings settings, Duration limit) {
        return limit.isZero()
                ? Optional.empty()
                : Optional.of(new StallWatch(settings.threadName() + "-watch", limit,
                        (what, stack) -> Log.LOGGER.warning("{}", what, stack)));
    }

    /**
     * Adds a loop; the thread starts with the first one. Not for concurrent calls.
     */
    void add(Thread loopThread, CallMark mark) {
        boolean first = loops.isEmpty();
        loops.add(new Loop(loopThread, mark));
        if (first) {
            thread.start();
        }
    }

    /** Ends the thread. Idempotent. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    /** Waits until the thread has ended; an interrupt is kept for the caller. */
    void join() {
        TransportThread.joinKeepingInterrupt(thread);
    }

    private void run() {
        lastLookNanos = TransportClock.nanoTime();
        while (!stopped) {
            LockSupport.parkNanos(this, periodNanos);
            look(TransportClock.nanoTime());
        }
    }

    /** Checks all loops. */
    void look(long nanoTime) {
        // If this thread was stalled, so was the machine, and the loops with it.
        long sinceNanos = Math.min(nanoTime - lastLookNanos, 2 * periodNanos);
        lastLookNanos = nanoTime;
        loops.forEach(loop -> look(loop, sinceNanos));
    }

    private void look(Loop loop, long sinceNanos) {
        long call = loop.mark.number();
        if (call != loop.call || !CallMark.isCall(call)) {
            loop.call = call;
            loop.heldNanos = 0;
            loop.reported = false;
            return;
        }
        loop.heldNanos += sinceNanos;
        if (loop.heldNanos >= limitNanos && !loop.reported) {
            loop.reported = true;
            report(loop);
        }
    }

    private void report(Loop loop) {
        Throwable here = new Throwable("the callback is here");
        here.setStackTrace(loop.thread.getStackTrace());
        if (loop.mark.number() == loop.call) {
            tell(loop.thread.getName() + " has been held by a callback for more than " + text(limit)
                    + "; all connections of this loop wait for it", here);
        }
    }

    private void tell(String what, Throwable here) {
        try {
            report.accept(what, here);
        } catch (RuntimeException | Error e) {
            // A failure of the log cannot be reported; the watch continues.
            lastLookNanos = TransportClock.nanoTime();
        }
    }

    private static String text(Duration time) {
        return time.getNano() == 0 ? time.toSeconds() + " s" : Durations.nanos(time) / 1_000_000 + " ms";
    }
}
