package io.duplex.transport.bio;

import io.duplex.transport.bio.driver.ThreadModel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Platform threads: one for each connection, and a pool of helpers that shrinks to nothing when idle. */
final class PlatformThreads implements ThreadModel {
    private static final int IDLE_READ_BYTES = 16 * 1024;
    private static final int HELPER_KEEP_ALIVE_SECONDS = 2;

    @Override
    public Thread connectionThread(String name, boolean daemon, Runnable task) {
        return Thread.ofPlatform().name(name).daemon(daemon).unstarted(task);
    }

    @Override
    public ExecutorService helpers(String namePrefix) {
        ThreadFactory factory = Thread.ofPlatform().name(namePrefix, 1).daemon(true).factory();
        // Unbounded: a callback or a slow peer may block a helper, which must not delay those of other
        // connections.
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, HELPER_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
                new SynchronousQueue<>(), factory);
    }

    @Override
    public int idleReadBytes() {
        return IDLE_READ_BYTES;
    }
}
