package io.duplex.transport.nio;

import io.duplex.transport.CallbackThreads;

/**
 * A thread of a {@link LoopGroup}: an event loop or an acceptor. Its class is what tells it from all others.
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

    /** Whether the current thread is one of a group, this or another one. */
    static boolean isCurrent() {
        return Thread.currentThread() instanceof TransportThread;
    }

    /** Whether the current thread is one of the given group. */
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
