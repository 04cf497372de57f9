package io.duplex.internal.runtime;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.FailureOrigin;
import io.duplex.OverflowPolicy;
import io.duplex.Refusal;
import io.duplex.WebSocket;

/** Calls counters, log and the application's own listeners, in this order. */
final class Listeners implements ConnectionListener {
    private final ConnectionListener[] all;

    Listeners(ConnectionListener... all) {
        this.all = all;
    }

    @Override
    public void opened(WebSocket ws) {
        for (ConnectionListener each : all) {
            each.opened(ws);
        }
    }

    @Override
    public void received(WebSocket ws, boolean text, long bytes) {
        for (ConnectionListener each : all) {
            each.received(ws, text, bytes);
        }
    }

    @Override
    public void sent(WebSocket ws, boolean text, long bytes) {
        for (ConnectionListener each : all) {
            each.sent(ws, text, bytes);
        }
    }

    @Override
    public void overflowed(WebSocket ws, OverflowPolicy policy) {
        for (ConnectionListener each : all) {
            each.overflowed(ws, policy);
        }
    }

    @Override
    public void failed(WebSocket ws, Throwable cause) {
        for (ConnectionListener each : all) {
            each.failed(ws, cause);
        }
    }

    @Override
    public void failed(WebSocket ws, FailureOrigin origin, Throwable cause) {
        for (ConnectionListener each : all) {
            each.failed(ws, origin, cause);
        }
    }

    @Override
    public void closed(WebSocket ws, CloseInfo info) {
        for (ConnectionListener each : all) {
            each.closed(ws, info);
        }
    }

    @Override
    public void refused(Refusal refusal) {
        for (ConnectionListener each : all) {
            each.refused(refusal);
        }
    }
}
