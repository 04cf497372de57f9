package io.duplex.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The records of the logger {@code io.duplex} and those below it while this is open; nothing reaches the
 * console.
 */
public final class CapturedLog extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("io.duplex");
    private final Level before = logger.getLevel();
    private final List<LogRecord> records = Collections.synchronizedList(new ArrayList<>());

    /** Captures from this level up. */
    public CapturedLog(Level level) {
        logger.setLevel(level);
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
    }

    /** The records so far. */
    public List<LogRecord> records() {
        synchronized (records) {
            return List.copyOf(records);
        }
    }

    /** Those above DEBUG. */
    public List<LogRecord> aboveDebug() {
        return records().stream().filter(each -> each.getLevel().intValue() > Level.FINE.intValue()).toList();
    }

    /** Level and text of each record. */
    public List<String> lines() {
        return lines(records());
    }

    /** Level and text of these. */
    public static List<String> lines(List<LogRecord> records) {
        return records.stream().map(each -> each.getLevel() + " " + each.getMessage()).toList();
    }

    /** Discards the records so far. */
    public void clear() {
        records.clear();
    }

    @Override
    public void publish(LogRecord entry) {
        records.add(entry);
    }

    @Override
    public void flush() {
        // Nothing is kept back.
    }

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(before);
        logger.setUseParentHandlers(true);
    }
}
