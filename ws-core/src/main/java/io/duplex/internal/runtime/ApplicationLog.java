package io.duplex.internal.runtime;

import io.duplex.transport.LogText;
import io.duplex.transport.SafeLog;
import java.lang.System.Logger.Level;

/**
 * Says in the log {@code io.duplex} that code of the application threw: a WARNING with the stack trace for
 * each, up to the bound of {@link SafeLog}, because a peer may know how to provoke it. One for each server
 * and client.
 */
final class ApplicationLog {
    private final SafeLog log = SafeLog.of("io.duplex");

    /** A callback, or a handler in blocking style. */
    void failed(Object connection, Throwable thrown) {
        log.log(Level.WARNING, "the application failed",
                () -> "! " + LogText.oneLine(connection) + " the application failed", thrown);
    }

    /** A handler in blocking style let out what it was told about the end of its connection. */
    void ended(Object connection, Throwable thrown) {
        log.debug(() -> "! " + LogText.oneLine(connection) + " its handler ended with it", thrown);
    }

    /**
     * Code that is asked about a request: a policy, an authorizer, a handler of plain HTTP, the factory of
     * handlers.
     */
    void failedToAnswer(Throwable thrown) {
        log.log(Level.WARNING, "the application failed to answer a request",
                () -> "! the application failed to answer a request", thrown);
    }

    /** The application's listener. */
    void failedToHear(Throwable thrown) {
        log.log(Level.WARNING, "the listener failed to hear of a refusal",
                () -> "! the listener failed to hear of a refusal", thrown);
    }
}
