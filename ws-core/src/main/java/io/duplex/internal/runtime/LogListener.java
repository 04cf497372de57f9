package io.duplex.internal.runtime;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.FailureOrigin;
import io.duplex.OverflowPolicy;
import io.duplex.Refusal;
import io.duplex.WebSocket;
import io.duplex.transport.LogText;
import java.lang.System.Logger.Level;

/**
 * Writes what happens to connections to the logger {@code io.duplex}: {@code =} a state, {@code <} in,
 * {@code >} out, {@code !} an error. What a peer causes is a DEBUG line without a stack trace; what it wrote
 * can forge no line.
 */
final class LogListener implements ConnectionListener {
    private static final System.Logger LOG = System.getLogger("io.duplex");

    private final ApplicationLog application;

    /** A listener that reports failures of the application there. */
    LogListener(ApplicationLog application) {
        this.application = application;
    }

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
        LOG.log(Level.DEBUG, () -> "! " + ws + " outbound queue full: " + policy);
    }

    @Override
    public void failed(WebSocket ws, FailureOrigin origin, Throwable cause) {
        if (origin == FailureOrigin.APPLICATION) {
            application.failed(ws, cause);
        } else {
            LOG.log(Level.DEBUG, () -> "! " + ws + ' ' + LogText.oneLine(cause));
        }
    }

    @Override
    public void closed(WebSocket ws, CloseInfo info) {
        LOG.log(Level.DEBUG, () -> "= " + ws + " closed: " + LogText.oneLine(info));
    }

    @Override
    public void refused(Refusal refusal) {
        LOG.log(Level.DEBUG, () -> "! refused " + LogText.oneLine(refusal));
    }
}
