package io.duplex.samples.servers;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Sends the library's log to standard error, one line per record. The library logs to {@link System.Logger},
 * which uses {@code java.util.logging} here; an application may use another back end.
 */
final class Logging {
    /** A strong reference, because a collected logger loses its level. */
    private static final Logger DUPLEX = Logger.getLogger("io.duplex");
    /**
     * Limited to severe messages: Bouncy Castle logs normal events as warnings, and the library reports
     * failures itself.
     */
    private static final Logger BOUNCY_CASTLE = Logger.getLogger("org.bouncycastle");

    private Logging() {}

    /**
     * Configures the log.
     *
     * @param level {@code WARNING} for a client, which reports failures otherwise; {@code INFO} for messages
     * to
     *              a server's operator; {@code FINE} for all events of connections
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

    /** Prints the message only. The first character of the library's lines is their category. */
    private static final class OneLine extends Formatter {
        @Override
        public String format(LogRecord entry) {
            String cause = entry.getThrown() == null ? "" : ": " + entry.getThrown();
            return (formatMessage(entry) + cause).lines().reduce((a, b) -> a + " " + b).orElse("") + "\n";
        }
    }
}
