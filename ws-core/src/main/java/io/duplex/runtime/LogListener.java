package io.duplex.runtime;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.OverflowPolicy;
import io.duplex.WebSocket;
import java.lang.System.Logger.Level;

/**
 * Writes what happens to connections to the logger {@code io.duplex}: {@code =} a state, {@code <} in, {@code >} out, {@code !} an
 * error. A peer that goes away or breaks a rule is no reason for a stack trace.
 */
final class LogListener implements ConnectionListener {
    private static final System.Logger LOG = System.getLogger("io.duplex");

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
    public void failed(WebSocket ws, Throwable cause) {
        boolean ours = cause instanceof RuntimeException || cause instanceof Error;
        if (ours) {
            LOG.log(Level.WARNING, "! " + ws + " the application failed", cause);
        } else {
            LOG.log(Level.DEBUG, () -> "! " + ws + ' ' + cause);
        }
    }

    @Override
    public void closed(WebSocket ws, CloseInfo info) {
        LOG.log(Level.DEBUG, () -> "= " + ws + " closed: " + info);
    }

    @Override
    public void refused(int status) {
        LOG.log(Level.DEBUG, () -> "! refused with " + status);
    }
}
