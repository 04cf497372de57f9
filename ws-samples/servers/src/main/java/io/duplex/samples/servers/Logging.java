package io.duplex.samples.servers;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Sends the library's log to standard error, one line a record. The library logs to {@link System.Logger},
 * behind which is {@code java.util.logging} here; an application may have any other there.
 */
final class Logging {
    /** Held, or else the garbage collector may take it with its level. */
    private static final Logger DUPLEX = Logger.getLogger("io.duplex");
    /**
     * Held too. Bouncy Castle tells much that is no news, some of it as warnings; what fails we say
     * ourselves.
     */
    private static final Logger BOUNCY_CASTLE = Logger.getLogger("org.bouncycastle");

    private Logging() {}

    /**
     * Shows the log.
     *
     * @param level warnings for a client, which hears of its failures otherwise; with {@code INFO} a server's
     *              operator is told what to act on, with {@code FINE} all that happens to connections
     */
    static void toStandardError(Level level) {
        BOUNCY_CASTLE.setLevel(Level.SEVERE);
        for (Handler old : DUPLEX.getHandlers()) {
            DUPLEX.removeHandler(old);
        }
        Handler handler = new ConsoleHandler();
        handler.setFormatter(new OneLine());
        handler.setLevel(level);
        DUPLEX.setUseParentHandlers(false);
        DUPLEX.addHandler(handler);
        DUPLEX.setLevel(level);
    }

    /** The message as it is, for the library's lines say with their first character what they are about. */
    private static final class OneLine extends Formatter {
        @Override
        public String format(LogRecord entry) {
            String cause = entry.getThrown() == null ? "" : ": " + entry.getThrown();
            return (formatMessage(entry) + cause).lines().reduce((a, b) -> a + " " + b).orElse("") + "\n";
        }
    }
}
