package io.duplex.runtime;

import io.duplex.AddressLimits;
import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.handshake.EndpointRoutes;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpHandler;
import io.duplex.transport.SecureLayers;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What a server's builder has collected. */
public record ServerConfig(Transport transport, SocketAddress address, TransportSettings settings,
        EndpointRoutes routes,
        Optional<HttpHandler> http, ConnectionOptions options, HeadLimits headLimits, int maxConnections,
        Optional<ConnectionListener> listener, Optional<Executor> executor, Optional<SecureLayers> secure,
        AddressLimits addressLimits) {}
