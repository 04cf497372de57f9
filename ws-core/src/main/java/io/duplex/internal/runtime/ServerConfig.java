package io.duplex.internal.runtime;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpHandler;
import io.duplex.internal.handshake.EndpointRoutes;
import io.duplex.server.AddressLimits;
import io.duplex.server.HostPolicy;
import io.duplex.server.OriginPolicy;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSettings;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What a server's builder has collected. */
public record ServerConfig(Transport transport, SocketAddress address, TransportSettings settings,
        EndpointRoutes routes,
        Optional<HttpHandler> http, HttpSettings httpSettings, ConnectionOptions options,
        HeadLimits headLimits,
        int maxConnections,
        Optional<ConnectionListener> listener, Optional<Executor> executor,
        Optional<TransportSecurity> secure,
        long memoryBudgetBytes, AddressLimits addressLimits) {
    /**
     * What holds for every request.
     *
     * @param hosts        the hosts that may be named; empty for the default of the address that the server
     * is bound to
     * @param origins      the pages that may send plain HTTP requests with a method other than GET, HEAD and
     * OPTIONS
     * @param maxBodyBytes the longest body
     */
    public record HttpSettings(Optional<HostPolicy> hosts, OriginPolicy origins, int maxBodyBytes) {}
}
