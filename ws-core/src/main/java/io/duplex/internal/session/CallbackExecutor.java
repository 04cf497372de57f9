package io.duplex.internal.session;

/**
 * Where callbacks run that do not run on the receive thread. The session knows no executors: the application
 * chooses what runs the tasks.
 */
public interface CallbackExecutor {
    /**
     * Runs a task later or, if need be, at once, on any thread.
     *
     * @throws RuntimeException if the task is rejected
     */
    void execute(Runnable task);
}
