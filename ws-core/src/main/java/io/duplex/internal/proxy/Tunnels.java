package io.duplex.internal.proxy;

import io.duplex.ProxyException;
import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.TransportSecurity;
import java.util.Optional;

/**
 * Adds the layers for a proxy below those of a connection: its protocol, and TLS with the proxy itself if it
 * uses TLS.
 */
public final class Tunnels {
    private Tunnels() {}

    /**
     * Returns the layers of a connection through a proxy.
     *
     * @param proxy  the proxy
     * @param target where the tunnel leads
     * @param secure the client's TLS for proxies
     * @param above  what gets the tunnel, new
     * @return the layer to be given to a transport that connects to the proxy
     * @throws ProxyException if this proxy cannot be asked for this target, or wants TLS and there is none
     */
    public static ByteLayer through(ProxyServer proxy, TunnelTarget target,
            Optional<TransportSecurity> secure,
            ByteLayer above) throws ProxyException {
        return switch (proxy.protocol()) {
            case HTTP -> new HttpConnectLayer(above, proxy, target);
            case HTTPS -> secure
                    .orElseThrow(() -> new ProxyException(Reason.TLS, proxy,
                            "the proxy " + proxy
                                    + " needs TLS, which this client was not given by proxySecure()"))
                    .connecting(new HttpConnectLayer(above, proxy, target), proxy.host(), proxy.port());
            case SOCKS5 -> new Socks5Layer(above, proxy, target);
        };
    }
}
