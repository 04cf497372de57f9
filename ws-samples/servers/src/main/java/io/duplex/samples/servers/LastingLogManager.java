package io.duplex.samples.servers;

import java.util.logging.LogManager;

/**
 * A log manager that keeps its handlers during shutdown. The JDK's log manager removes them at once, while
 * our servers still close their connections and log it. Public because the JDK creates it by name.
 */
public final class LastingLogManager extends LogManager {
    /** Called by the JDK. */
    public LastingLogManager() {}

    /** Does nothing: the handlers do not buffer. */
    @Override
    public void reset() {}
}
