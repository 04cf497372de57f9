package io.duplex.internal.proxy;

import io.duplex.transport.ForwardingHost;
import io.duplex.transport.LayerHost;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * What the layer above a tunnel takes for its transport. TLS below is with the proxy and says nothing about
 * the server.
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
