package io.duplex.internal.runtime;

import io.duplex.ProxyServer;
import io.duplex.internal.handshake.WebSocketUri;
import io.duplex.internal.proxy.TunnelTarget;
import io.duplex.internal.proxy.Tunnels;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.TransportSecurity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * The route of one connection to its server.
 *
 * @param hop       what the addresses belong to, for messages: the server or the proxy
 * @param addresses where TCP may connect to, in the order of trying
 * @param proxy     whom to ask for a tunnel there
 */
record Route(String hop, List<SocketAddress> addresses, Optional<ProxyServer> proxy) {

    /** Returns the route of a connected channel. */
    static final Route STANDING = new Route("", List.of(), Optional.empty());

    /**
     * TLS with the server (for wss) is inside the tunnel, if there is one; TLS with the proxy is below the
     * tunnel.
     */
    ByteLayer layers(WebSocketUri target, ClientSecurity security, ClientSecurity proxySecurity,
            ByteLayer connection) throws IOException {
        ByteLayer secured = target.secure()
                ? security.layers().connecting(connection, target.host(), target.port())
                : connection;
        return proxy.isPresent() ? through(proxy.get(), target, proxySecurity, secured) : secured;
    }

    private static ByteLayer through(ProxyServer proxy, WebSocketUri target, ClientSecurity security,
            ByteLayer secured) throws IOException {
        Optional<TransportSecurity> toProxy =
                proxy.protocol() == ProxyServer.Protocol.HTTPS ? security.found() : Optional.empty();
        return Tunnels.through(proxy, tunnelTo(target), toProxy, secured);
    }

    private static TunnelTarget tunnelTo(WebSocketUri target) {
        return new TunnelTarget(target.host(), target.port(),
                Literals.address(target.host()).map(InetAddress::getAddress));
    }
}
