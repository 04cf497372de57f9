package io.duplex.samples.servers;

import java.util.concurrent.Callable;

/**
 * Ends the process gracefully on SIGTERM and ^C, with an exit code of its own.
 *
 * <p>On a signal the virtual machine runs its hooks and then exits with 128 plus the signal's number (143,
 * 130). A service manager treats that as a failure, and {@code System.exit} cannot be called at that point.
 * So the hook halts the virtual machine with its own code when it is done. Halting skips other hooks; there
 * are none here. The alternative, {@code sun.misc.Signal}, is not a supported interface.
 */
final class ShutdownHook {
    private final Thread thread;

    private ShutdownHook(Thread thread) {
        this.thread = thread;
    }

    /**
     * Installs a hook.
     *
     * @param stop runs on its own thread when the process ends, and returns its exit code; a failure exits
     * with 1
     */
    static ShutdownHook install(Callable<Integer> stop) {
        Thread thread = new Thread(() -> {
            int code = 1;
            try {
                code = stop.call();
            } catch (Exception e) {
                System.err.println("ws: stopping failed: " + e);
            } finally {
                Runtime.getRuntime().halt(code);
            }
        }, "ws-stop");
        Runtime.getRuntime().addShutdownHook(thread);
        return new ShutdownHook(thread);
    }

    /** Removes the hook. */
    void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // The process is ending already, and System.exit waits for the hook.
        }
    }
}
