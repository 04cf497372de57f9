package io.duplex.transport;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * A logger for the places where an exception would cost more than a lost line: event loops, acceptors, the
 * end of a connection. No method throws, whatever the message's subject, the logger or one of its handlers
 * throws, an {@link Error} included. The message is put together inside, so that a caller allocates nothing.
 * Log after releasing, not before: a handler may block. Warnings of one kind are bounded, as
 * {@link LimitedLog} says, because a peer may provoke them. Thread-safe.
 */
public final class SafeLog {
    /** Where a message names its subject. */
    private static final String SUBJECT = "{}";

    private final LimitedLog log;

    private SafeLog(Logger logger) {
        this.log = new LimitedLog(logger);
    }

    /**
     * A log.
     *
     * @param name the logger's name
     * @return the log
     */
    public static SafeLog of(String name) {
        Logger logger = System.getLogger(name);
        // The JDK finds the logger behind this one at its first use, which may need descriptors and memory.
        logger.isLoggable(Level.WARNING);
        return new SafeLog(logger);
    }

    /**
     * Logs a warning.
     *
     * @param what    the message, with {@code {}} where the subject goes
     * @param subject what the message is about; its {@code toString} is called here
     */
    public void warning(String what, Object subject) {
        log(Level.WARNING, what, subject, null);
    }

    /**
     * Logs a warning with its cause.
     *
     * @param what    the message, with {@code {}} where the subject goes
     * @param subject what the message is about; its {@code toString} is called here
     * @param cause   logged with its stack trace
     */
    public void warning(String what, Object subject, Throwable cause) {
        log(Level.WARNING, what, subject, cause);
    }

    /**
     * Logs what only a developer wants to know, on one line.
     *
     * @param what    the message, with {@code {}} where the subject goes
     * @param subject what the message is about; its {@code toString} is called here
     * @param cause   added to the line, without its stack trace
     */
    public void debug(String what, Object subject, Throwable cause) {
        try {
            log.debug(() -> "! " + what.replace(SUBJECT, LogText.oneLine(subject)), cause);
        } catch (Throwable lost) {
            // As above.
        }
    }

    private void log(Level level, String what, Object subject, Throwable cause) {
        try {
            // What is the same in all messages of a kind; a message that is all subject has none.
            String kind = what.equals(SUBJECT) ? "warnings" : what;
            log.log(level, kind, () -> "! " + what.replace(SUBJECT, LogText.oneLine(subject)), cause);
        } catch (Throwable lost) {
            // Too little memory even to ask.
        }
    }
}
