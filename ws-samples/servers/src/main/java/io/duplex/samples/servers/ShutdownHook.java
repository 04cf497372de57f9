package io.duplex.samples.servers;

import java.util.concurrent.Callable;

/**
 * Ends the process gracefully on SIGTERM and ^C, with an exit code of its own.
 *
 * <p>On a signal the virtual machine runs its hooks and then exits with 128 and the signal's number (143,
 * 130), which to a service manager is a failure; {@code System.exit} cannot be called again by then. So the
 * hook, when the work is done, halts the machine with the code that it wants. The other way, a handler of
 * {@code sun.misc.Signal}, is none of Java's supported interfaces. Halting skips what other hooks still do,
 * which is nothing here.
 */
final class ShutdownHook {
    private final Thread thread;

    private ShutdownHook(Thread thread) {
        this.thread = thread;
    }

    /**
     * Installs it.
     *
     * @param stop runs on a thread of its own when the process is to end, and answers its exit code; a
     * failure exits with 1
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

    /** Takes it away: the process ends otherwise. */
    void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook says how: System.exit waits for it.
        }
    }
}
