package io.duplex.tls;

import io.duplex.transport.ForwardingHost;
import io.duplex.transport.LayerHost;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** What the layer above TLS takes for its transport: the real one, and the TLS layer's ear at each wish. */
final class AboveHost extends ForwardingHost {
    private final LayerHost below;
    private final TlsLayer tls;

    AboveHost(LayerHost below, TlsLayer tls) {
        this.below = below;
        this.tls = tls;
    }

    @Override
    protected LayerHost below() {
        return below;
    }

    @Override
    public void outputReady() {
        tls.outputAsked();
        below.outputReady();
    }

    @Override
    public boolean secure() {
        return true;
    }

    @Override
    public Optional<SSLSession> tlsSession() {
        return tls.session();
    }
}
