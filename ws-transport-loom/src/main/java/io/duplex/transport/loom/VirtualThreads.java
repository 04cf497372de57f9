package io.duplex.transport.loom;

import io.duplex.transport.bio.driver.ThreadModel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** A virtual thread for each connection and each piece of short work. */
final class VirtualThreads implements ThreadModel {
    /** What most small messages fit in; a connection that receives more borrows a large buffer while it does. */
    private static final int IDLE_READ_BYTES = 512;

    @Override
    public Thread connectionThread(String name, boolean daemon, Runnable task) {
        return Thread.ofVirtual().name(name).unstarted(task);
    }

    @Override
    public ExecutorService helpers(String namePrefix) {
        return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(namePrefix, 1).factory());
    }

    /**
     * Virtual threads are not preempted, and a carrier takes what was queued on it before what came from
     * elsewhere: pollers, timers, other carriers. A thread that only yields comes back first. One that parks
     * is woken by a timer, so it comes from elsewhere too.
     */
    @Override
    public void giveWay() {
        LockSupport.parkNanos(1);
    }

    @Override
    public int idleReadBytes() {
        return IDLE_READ_BYTES;
    }
}
