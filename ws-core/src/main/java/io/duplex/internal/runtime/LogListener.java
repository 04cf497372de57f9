package io.duplex.internal.runtime;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.FailureOrigin;
import io.duplex.OverflowPolicy;
import io.duplex.Refusal;
import io.duplex.WebSocket;
import io.duplex.transport.SafeLog;
import java.lang.System.Logger.Level;

/**
 * Writes the events of connections to the logger {@code io.duplex}: {@code =} a state, {@code <} in, {@code
 * >} out, {@code !} an error. Events caused by a peer are DEBUG lines without a stack trace; its text cannot
 * forge a line. Failures of application code are WARNINGs with the stack trace, up to the bound of {@link
 * SafeLog}. One for each server and client.
 */
final class LogListener implements ConnectionListener {
    private static final System.Logger LOG = System.getLogger("io.duplex");

    /** Bounded, because a peer may know how to make application code throw. */
    private final SafeLog failures = SafeLog.of("io.duplex");

    @Override
    public void opened(WebSocket ws) {
        LOG.log(Level.DEBUG, () -> "= " + ws + " opened");
    }

    @Override
    public void received(WebSocket ws, boolean text, long bytes) {
        if (LOG.isLoggable(Level.TRACE)) {
            LOG.log(Level.TRACE, "< " + ws + ' ' + kind(text) + ' ' + bytes + " bytes");
        }
    }

    @Override
    public void sent(WebSocket ws, boolean text, long bytes) {
        if (LOG.isLoggable(Level.TRACE)) {
            LOG.log(Level.TRACE, "> " + ws + ' ' + kind(text) + ' ' + bytes + " bytes");
        }
    }

    private static String kind(boolean text) {
        return text ? "text" : "binary";
    }

    @Override
    public void overflowed(WebSocket ws, OverflowPolicy policy) {
        LOG.log(Level.DEBUG, () -> "! " + ws + " send queue full: " + policy);
    }

    @Override
    public void failed(WebSocket ws, FailureOrigin origin, Throwable cause) {
        if (origin == FailureOrigin.APPLICATION) {
            applicationFailed(ws, cause);
        } else {
            LOG.log(Level.DEBUG, () -> "! " + ws + ' ' + SafeLog.oneLine(cause));
        }
    }

    @Override
    public void closed(WebSocket ws, CloseInfo info) {
        LOG.log(Level.DEBUG, () -> "= " + ws + " closed: " + SafeLog.oneLine(info));
    }

    @Override
    public void refused(Refusal refusal) {
        LOG.log(Level.DEBUG, () -> "! refused " + SafeLog.oneLine(refusal));
    }

    /** A callback or a handler in blocking style threw. */
    void applicationFailed(Object connection, Throwable thrown) {
        failures.log(Level.WARNING, "the application failed",
                () -> "! " + SafeLog.oneLine(connection) + " the application failed", thrown);
    }

    /** A handler in blocking style propagated the exception that reported the end of its connection. */
    void handlerEnded(Object connection, Throwable thrown) {
        failures.debug(() -> "! " + SafeLog.oneLine(connection) + " its handler ended with it", thrown);
    }

    /**
     * Application code for a request threw: a policy, an authorizer, a handler of plain HTTP, the factory of
     * handlers.
     */
    void answerFailed(Throwable thrown) {
        failures.log(Level.WARNING, "the application failed to answer a request",
                () -> "! the application failed to answer a request", thrown);
    }

    /** The application's listener threw. */
    void listenerFailed(Throwable thrown) {
        failures.log(Level.WARNING, "the listener threw an exception for a refusal",
                () -> "! the listener threw an exception for a refusal", thrown);
    }
}
