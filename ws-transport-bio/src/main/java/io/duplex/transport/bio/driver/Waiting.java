package io.duplex.transport.bio.driver;

/**
 * Waits that an interrupt does not cut short, for calls that promise to come back only when something is
 * done.
 */
final class Waiting {
    private Waiting() {}

    /** Something that waits, and can be begun again. */
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
