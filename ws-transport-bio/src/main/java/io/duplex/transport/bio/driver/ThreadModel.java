package io.duplex.transport.bio.driver;

import java.io.IOException;
import java.util.concurrent.ExecutorService;

/** The threads that a blocking transport runs on, and the memory that a waiting one may hold. */
public interface ThreadModel {
    /**
     * A thread that will carry one connection from its first call to its last.
     *
     * @param name   the thread's name
     * @param daemon whether the thread should let the virtual machine end
     * @param task   what it runs
     * @return the thread, not started
     */
    Thread connectionThread(String name, boolean daemon, Runnable task);

    /**
     * Where short work runs: callbacks while the connection thread waits for bytes, writing while it must
     * not. Both may block, so each task needs a thread of its own, at once. The caller shuts it down.
     *
     * @param namePrefix the names of the threads without their number
     * @return an executor that never queues a task
     */
    ExecutorService helpers(String namePrefix);

    /**
     * Lets other connections run, on a thread that has had its share and has more to do; it may block for a
     * moment. By default it returns at once: the operating system preempts platform threads.
     */
    default void giveWay() {
        // Nothing to do.
    }

    /**
     * Makes ready what the first thread that waits for a socket would otherwise be the first to use.
     *
     * @throws IOException if there are no descriptors for it now; a later call tries again
     */
    default void prepare() throws IOException {}

    /**
     * The size of the buffer that a connection holds while it waits for bytes; when reads fill it, a larger
     * one is borrowed for as long as there is more to read.
     *
     * @return a number of bytes, 1 at least
     */
    int idleReadBytes();
}
