package io.duplex.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is written to the logger {@code io.duplex} while this is open; nothing of it reaches the console. */
final class CapturedLog extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("io.duplex");
    private final Level before = logger.getLevel();
    final List<LogRecord> records = Collections.synchronizedList(new ArrayList<>());

    CapturedLog(Level level) {
        logger.setLevel(level);
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
    }

    /** Level and text of each record. */
    List<String> lines() {
        return List.copyOf(records).stream().map(each -> each.getLevel() + " " + each.getMessage()).toList();
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
