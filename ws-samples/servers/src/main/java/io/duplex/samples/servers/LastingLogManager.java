package io.duplex.samples.servers;

import java.util.logging.LogManager;

/**
 * The JDK's log manager takes all handlers away as soon as the virtual machine begins to end, while our
 * servers still say goodbye to their peers and log it. This one does not. It is public because the JDK makes
 * it, from its name.
 */
public final class LastingLogManager extends LogManager {
    /** Made by the JDK. */
    public LastingLogManager() {}

    /** The handlers write through: there is nothing to close. */
    @Override
    public void reset() {}
}
