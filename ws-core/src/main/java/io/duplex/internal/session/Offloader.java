package io.duplex.internal.session;

/**
 * Where callbacks run that do not run on the receiving thread. The session knows no executors: what stands
 * behind this is the application's choice.
 */
public interface Offloader {
    /**
     * Runs a task later or, if need be, at once, on any thread.
     *
     * @throws RuntimeException if it takes the task not
     */
    void offload(Runnable task);
}
