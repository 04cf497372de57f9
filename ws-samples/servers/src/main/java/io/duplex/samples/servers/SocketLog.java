package io.duplex.samples.servers;

import io.duplex.ConnectionListener;
import io.duplex.WebSocket;

/** Logs the effective socket options and the TLS session of each connection, for {@code -v}. */
final class SocketLog implements ConnectionListener {
    private static final System.Logger LOG = System.getLogger("io.duplex.samples");

    SocketLog() {}

    @Override
    public void opened(WebSocket ws) {
        if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(System.Logger.Level.DEBUG, "= #" + ws.id() + " socket: " + effective(ws));
            ws.tlsSession()
                    .ifPresent(session -> LOG.log(System.Logger.Level.DEBUG,
                            "= #" + ws.id() + " " + Terminal.harmless(TlsText.of(session))));
        }
    }

    private static String effective(WebSocket ws) {
        try {
            return ws.socketOptions().describe();
        } catch (IllegalStateException e) {
            return "closed already";
        }
    }
}
