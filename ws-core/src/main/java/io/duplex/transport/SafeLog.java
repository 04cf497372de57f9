package io.duplex.transport;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A logger for event loops, acceptors and the end of a connection, where an exception would cost more than a
 * lost line, and for events that a peer can cause.
 *
 * <p>No method throws, even if the message's subject, the logger or one of its handlers throws an
 * {@link Error}. The message is built inside, so the caller allocates nothing. Log after releasing resources,
 * not before: a handler may block.
 *
 * <p>At most {@link #BURST} entries of one kind are written in {@link #WINDOW}, so that no peer can fill a
 * disk. The others are DEBUG lines without a stack trace, and the first entry after the window says how many
 * there were. Thread-safe.
 */
public final class SafeLog {
    /** The maximum number of entries of one kind that are written at their own level in a window. */
    public static final int BURST = 10;
    /** The length of a window, which begins with an entry. */
    public static final Duration WINDOW = Duration.ofSeconds(60);

    /** Longer texts are truncated by {@link #oneLine}. */
    static final int MAX_CHARS = 500;

    /** The place of the subject in a message. */
    private static final String SUBJECT = "{}";

    private final Logger logger;
    private final LongSupplier nanoTime;
    private final Map<String, Window> windows = new ConcurrentHashMap<>();

    /** The entries of one kind. Guarded by its monitor, which is held briefly. */
    private static final class Window {
        private boolean begun;
        private long beginNanos;
        private int written;
        private long dropped;
    }

    /** Whether an entry may be written, and how many of the window before were not. */
    private record Admission(boolean admitted, long droppedBefore) {}

    /** A log with a test's logger and clock. */
    SafeLog(Logger logger, LongSupplier nanoTime) {
        this.logger = logger;
        this.nanoTime = nanoTime;
    }

    /**
     * Creates a log.
     *
     * @param name the logger's name
     * @return the log
     */
    public static SafeLog of(String name) {
        Logger logger = System.getLogger(name);
        // The JDK finds the logger behind this one at its first use, which may need descriptors and memory.
        logger.isLoggable(Level.WARNING);
        return new SafeLog(logger, System::nanoTime);
    }

    /**
     * Logs a warning.
     *
     * @param what    the message, with {@code {}} in the place of the subject
     * @param subject what the message is about; its {@code toString} is called here
     */
    public void warning(String what, Object subject) {
        warning(what, subject, null);
    }

    /**
     * Logs a warning with its cause.
     *
     * @param what    the message, with {@code {}} in the place of the subject
     * @param subject what the message is about; its {@code toString} is called here
     * @param cause   logged with its stack trace; null if there is none
     */
    public void warning(String what, Object subject, Throwable cause) {
        try {
            // The constant part of the message; a message that is only a subject has none.
            String kind = what.equals(SUBJECT) ? "warnings" : what;
            write(Level.WARNING, kind, () -> line(what, subject), cause);
        } catch (Throwable lost) {
            // A line that cannot be written must not cost a connection, let alone a loop.
        }
    }

    /**
     * Logs a line for developers.
     *
     * @param what    the message, with {@code {}} in the place of the subject
     * @param subject what the message is about; its {@code toString} is called here
     * @param cause   added to the line, without its stack trace; null if there is none
     */
    public void debug(String what, Object subject, Throwable cause) {
        try {
            writeDebug(() -> line(what, subject), cause);
        } catch (Throwable lost) {
            // As above.
        }
    }

    private static String line(String what, Object subject) {
        return "! " + what.replace(SUBJECT, oneLine(subject));
    }

    /**
     * Logs an entry, or a DEBUG line if there are too many of its kind.
     *
     * @param level the level
     * @param kind  what is counted together, and named in the summary: a constant, so that there are few
     * @param line  makes the line
     * @param cause logged with its stack trace if the entry is written; null if there is none
     */
    public void log(Level level, String kind, Supplier<String> line, Throwable cause) {
        try {
            write(level, kind, line, cause);
        } catch (Throwable lost) {
            // As above.
        }
    }

    /**
     * Logs a DEBUG line, without a limit.
     *
     * @param line  makes the line
     * @param cause added to it without its stack trace; null if there is none
     */
    public void debug(Supplier<String> line, Throwable cause) {
        try {
            writeDebug(line, cause);
        } catch (Throwable lost) {
            // As above.
        }
    }

    private void write(Level level, String kind, Supplier<String> line, Throwable cause) {
        Admission admission = admit(kind);
        if (admission.droppedBefore > 0) {
            logger.log(level, () -> "! " + admission.droppedBefore + " more in the last " + WINDOW.toSeconds()
                    + " s, not shown: " + kind);
        }
        if (admission.admitted) {
            logger.log(level, line, cause);
        } else {
            writeDebug(line, cause);
        }
    }

    private void writeDebug(Supplier<String> line, Throwable cause) {
        logger.log(Level.DEBUG, () -> line.get() + (cause == null ? "" : ": " + oneLine(cause)));
    }

    private Admission admit(String kind) {
        Window window = windows.computeIfAbsent(kind, unused -> new Window());
        synchronized (window) {
            long now = nanoTime.getAsLong();
            long droppedBefore = 0;
            if (!window.begun || now - window.beginNanos >= WINDOW.toNanos()) {
                droppedBefore = window.dropped;
                window.begun = true;
                window.beginNanos = now;
                window.written = 0;
                window.dropped = 0;
            }
            if (window.written < BURST) {
                window.written++;
                return new Admission(true, droppedBefore);
            }
            window.dropped++;
            return new Admission(false, droppedBefore);
        }
    }

    /**
     * Makes text from a peer safe for a log: one line of limited length.
     *
     * @param subject its {@code toString} is taken; may be null
     * @return its text without control and format characters, so that it cannot forge a log line or control
     *         a terminal; at most 500 characters, and a mark if it was truncated
     */
    public static String oneLine(Object subject) {
        String text = String.valueOf(subject);
        StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_CHARS));
        for (int i = 0; i < text.length() && i < MAX_CHARS; i++) {
            char c = text.charAt(i);
            line.append(isPlain(c) ? c : ' ');
        }
        return text.length() > MAX_CHARS ? line.append("...").toString() : line.toString();
    }

    private static boolean isPlain(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
