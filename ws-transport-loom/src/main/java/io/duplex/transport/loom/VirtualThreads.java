package io.duplex.transport.loom;

import io.duplex.transport.bio.driver.ThreadModel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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

    @Override
    public int idleReadBytes() {
        return IDLE_READ_BYTES;
    }
}
