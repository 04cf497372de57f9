package io.duplex.transport;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A logger for events above DEBUG that a peer can cause, however indirectly: at most {@link #BURST} entries
 * of one kind in {@link #WINDOW}, so that no peer can fill a disk. The others are DEBUG lines without a stack
 * trace, and the first entry after the window says how many there were. Thread-safe.
 */
public final class LimitedLog {
    /** The number of entries of one kind that are written at their own level in a window. */
    public static final int BURST = 10;
    /** How long a window lasts; it begins with an entry. */
    public static final Duration WINDOW = Duration.ofSeconds(60);

    private final Logger logger;
    private final LongSupplier nanoTime;
    private final Map<String, Window> windows = new ConcurrentHashMap<>();

    /** The entries of one kind. Guarded by its monitor, which is held for moments. */
    private static final class Window {
        private boolean begun;
        private long beginNanos;
        private int written;
        private long dropped;
    }

    /** Whether an entry may be written, and how many of the window before were not. */
    private record Admission(boolean admitted, long droppedBefore) {}

    /**
     * A log.
     *
     * @param logger where it writes
     */
    public LimitedLog(Logger logger) {
        this(logger, System::nanoTime);
    }

    /** A log with a clock of a test's choice. */
    LimitedLog(Logger logger, LongSupplier nanoTime) {
        this.logger = logger;
        this.nanoTime = nanoTime;
    }

    /**
     * Writes an entry, or a DEBUG line in its place. Throws nothing, whatever the logger or the line throws.
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
            // A line that cannot be written must not cost a connection, let alone a loop.
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
            debug(line, cause);
        }
    }

    /**
     * Writes a DEBUG line, without a bound. Throws nothing, whatever the logger or the line throws.
     *
     * @param line  makes the line
     * @param cause added to it without its stack trace; null if there is none
     */
    public void debug(Supplier<String> line, Throwable cause) {
        try {
            logger.log(Level.DEBUG, () -> line.get() + (cause == null ? "" : ": " + LogText.oneLine(cause)));
        } catch (Throwable lost) {
            // As above.
        }
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
}
