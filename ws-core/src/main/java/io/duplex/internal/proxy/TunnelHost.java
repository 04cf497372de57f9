package io.duplex.internal.proxy;

import io.duplex.transport.ForwardingHost;
import io.duplex.transport.LayerHost;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * The host of the layer above a tunnel with TLS to the proxy below: it hides the proxy's TLS session, which
 * proves nothing about the server.
 */
final class TunnelHost extends ForwardingHost {
    private final LayerHost below;

    TunnelHost(LayerHost below) {
        this.below = below;
    }

    @Override
    protected LayerHost below() {
        return below;
    }

    @Override
    public boolean secure() {
        return false;
    }

    @Override
    public Optional<SSLSession> tlsSession() {
        return Optional.empty();
    }
}
