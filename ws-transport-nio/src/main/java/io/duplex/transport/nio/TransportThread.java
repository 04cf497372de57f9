package io.duplex.transport.nio;

import io.duplex.transport.CallbackThreads;

/**
 * A thread of a {@link LoopGroup}: an event loop or an acceptor. The class identifies such threads.
 */
final class TransportThread extends Thread {
    private final LoopGroup group;

    TransportThread(LoopGroup group, String nameSuffix, Runnable task) {
        super(null, () -> runFor(group, task), group.settings().threadName() + nameSuffix, 0, false);
        this.group = group;
        setDaemon(group.settings().daemon());
    }

    private static void runFor(LoopGroup group, Runnable task) {
        Object before = CallbackThreads.enter(group);
        try {
            task.run();
        } finally {
            CallbackThreads.leave(before);
        }
    }

    /** Returns whether the current thread belongs to any group. */
    static boolean isCurrent() {
        return Thread.currentThread() instanceof TransportThread;
    }

    /** Returns whether the current thread belongs to the given group. */
    static boolean isCurrentOf(LoopGroup group) {
        return Thread.currentThread() instanceof TransportThread thread && thread.group == group;
    }

    /** Waits for the end of this thread; an interrupt is kept for the caller. */
    void joinKeepingInterrupt() {
        joinKeepingInterrupt(this);
    }

    /** Waits for the end of any thread; an interrupt is kept for the caller. */
    static void joinKeepingInterrupt(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
