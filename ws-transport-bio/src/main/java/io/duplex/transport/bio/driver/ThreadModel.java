package io.duplex.transport.bio.driver;

import java.io.IOException;
import java.util.concurrent.ExecutorService;

/** The threads that a blocking transport runs on, and the memory that a waiting one may hold. */
public interface ThreadModel {
    /**
     * Returns a thread for one connection, from its first call to its last.
     *
     * @param name   the thread's name
     * @param daemon whether the thread is a daemon
     * @param task   what it runs
     * @return the thread, not started
     */
    Thread connectionThread(String name, boolean daemon, Runnable task);

    /**
     * Returns the executor of short work: callbacks while the connection thread waits for bytes, and writing
     * when it must not write. Both may block, so each task needs its own thread at once. The caller shuts it
     * down.
     *
     * @param namePrefix prefix of the names of the threads; a number follows
     * @return an executor that never queues a task
     */
    ExecutorService helpers(String namePrefix);

    /**
     * Lets other connections run, on a thread that has used its share and has more to do; it may block for a
     * moment. The default returns at once: the operating system preempts platform threads.
     */
    default void giveWay() {
        // Nothing to do.
    }

    /**
     * Initializes what the first thread that waits for a socket would otherwise initialize.
     *
     * @throws IOException if there are no descriptors for it now; a later call tries again
     */
    default void prepare() throws IOException {}

    /**
     * Returns the size of the buffer that a connection holds while it waits for bytes; when reads fill it,
     * the connection borrows a larger one while there is more to read.
     *
     * @return a number of bytes, 1 at least
     */
    int idleReadBytes();
}
