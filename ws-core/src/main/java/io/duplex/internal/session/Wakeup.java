package io.duplex.internal.session;

/**
 * When to wake the transport for output: once for a burst, and at the end of a callback for what the
 * callback sends ("corked"). In the table, <i>announced</i> means that the transport was woken since it last
 * drained all output, and <i>deferred</i> that a wake-up is due when the corked callback returns:
 *
 * <pre>
 *                       not announced            announced
 * output                wake                     –
 * output, corked        defer                    –
 * state changed         wake                     wake
 * state changed, corked defer                    defer
 * uncork                wake if deferred         wake if deferred
 * all drained           –                        not announced, not deferred
 * </pre>
 *
 * Guarded by the session's lock, except for {@link #cork} and {@link #isCorked}.
 */
final class Wakeup {
    /** The thread inside a callback off the transport's thread; null if there is none. */
    private volatile Thread corkedBy;
    private boolean announced;
    private boolean deferred;

    /**
     * The current thread holds its output back until {@link #uncork}. Output of other threads takes it along.
     */
    void cork() {
        corkedBy = Thread.currentThread();
    }

    boolean isCorked() {
        // Racy, and only compared with the current thread, so a stale value is harmless.
        return corkedBy == Thread.currentThread();
    }

    /** Returns whether to wake the transport now: the current thread holds nothing back any more. */
    boolean uncork() {
        corkedBy = null;
        return deferred && stateChanged(false);
    }

    /**
     * Returns whether to wake the transport now, for output that was appended.
     *
     * @param urgent even if the current thread is corked, because the output is another thread's
     */
    boolean output(boolean urgent) {
        return !announced && stateChanged(urgent);
    }

    /** Returns whether to wake the transport now, for a new state or deadline. */
    boolean stateChanged(boolean urgent) {
        deferred = !urgent && isCorked();
        announced |= !deferred;
        return !deferred;
    }

    /** All output was drained. */
    void drained() {
        announced = false;
        deferred = false;
    }
}
