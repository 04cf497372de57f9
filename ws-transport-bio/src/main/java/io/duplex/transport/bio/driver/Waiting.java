package io.duplex.transport.bio.driver;

/**
 * Waits that an interrupt does not end early, for calls that must return only when something is done.
 */
final class Waiting {
    private Waiting() {}

    /** A wait that can be repeated. */
    interface Wait {
        void run() throws InterruptedException;
    }

    /** Waits to the end; an interrupt is kept for the caller. */
    static void untilDone(Wait wait) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    wait.run();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
