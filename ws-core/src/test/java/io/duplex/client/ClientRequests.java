package io.duplex.client;

import io.duplex.internal.handshake.HandshakeRequest;
import io.duplex.internal.runtime.ClientConfig;
import io.duplex.internal.runtime.ConnectRequest;

/** The plain values behind a client's public types, for tests of the packages below. */
@SuppressWarnings("exports")
public final class ClientRequests {
    /** Direct connections to the addresses that the system resolves. */
    public static final ClientConfig.Routing DIRECT =
            routing(ProxyPolicy.none(), HostResolver.system(), DialOptions.DEFAULT);

    private ClientRequests() {}

    public static ConnectRequest config(ClientRequest request) {
        return request.config();
    }

    public static HandshakeRequest handshake(ClientRequest request) {
        return request.config().handshake();
    }

    public static ClientConfig.Routing routing(ProxyPolicy proxies, HostResolver resolver, DialOptions dial) {
        return new ClientConfig.Routing(proxies::choose, resolver::resolve, dial.attemptDelay(),
                dial.addressTimeout(), null);
    }
}
