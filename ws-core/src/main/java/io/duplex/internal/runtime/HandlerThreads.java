package io.duplex.internal.runtime;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The virtual threads on which a server's blocking handlers run, so that none of them outlives it.
 * Thread-safe.
 */
final class HandlerThreads {
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    /** Threads whose task has ended, but which may still be alive for an instant. */
    private final Set<Thread> leaving = ConcurrentHashMap.newKeySet();
    private final Runnable ended;

    /** @param ended called after each end, on the thread that ends */
    HandlerThreads(Runnable ended) {
        this.ended = ended;
    }

    /** Starts a thread; its end is the end of the task. */
    Thread start(String name, Runnable task) {
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                task.run();
            } finally {
                leaving.removeIf(earlier -> !earlier.isAlive());
                leaving.add(Thread.currentThread());
                running.remove(Thread.currentThread());
                ended.run();
            }
        });
        running.add(thread);
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                running.remove(thread);
            }
        }
        return thread;
    }

    /** Returns whether the current thread is one of these. */
    boolean isCurrent() {
        return running.contains(Thread.currentThread());
    }

    boolean isEmpty() {
        return running.isEmpty();
    }

    void interrupt() {
        running.forEach(Thread::interrupt);
    }

    /** Waits until the threads with finished tasks have terminated. They run no application code any more. */
    void joinLeaving() {
        boolean interrupted = false;
        for (Thread thread : leaving) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            leaving.remove(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the names of the running threads, for messages. */
    String names() {
        return running.stream().map(Thread::getName).sorted().limit(10).toList().toString();
    }
}
