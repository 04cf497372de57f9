package io.duplex.internal.runtime;

import io.duplex.ConnectionOptions;
import io.duplex.ProxyServer;
import io.duplex.internal.handshake.HandshakeRequest;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * An application's request for a connection. Null means the client's default.
 *
 * @param handshake what the server is asked
 * @param options   how the connection behaves
 * @param executor  where its callbacks run
 * @param address   where to connect to instead of the target's host
 * @param proxies   chooses the proxy for a target
 */
public record ConnectRequest(HandshakeRequest handshake, ConnectionOptions options, Executor executor,
        SocketAddress address, Function<URI, Optional<ProxyServer>> proxies) {
    /**
     * Returns a copy with another handshake. The address is dropped for another host or port.
     */
    ConnectRequest with(HandshakeRequest next) {
        boolean sameHost = handshake.target().authority().equals(next.target().authority());
        return new ConnectRequest(next, options, executor, sameHost ? address : null, proxies);
    }
}
