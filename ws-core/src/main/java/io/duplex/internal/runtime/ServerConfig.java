package io.duplex.internal.runtime;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.http.Authority;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpHandler;
import io.duplex.http.RequestHead;
import io.duplex.internal.handshake.EndpointRoutes;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSettings;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;

/**
 * The values that a server's builder has collected. The handler of plain HTTP, the listener, the executor and
 * the TLS are null if there is none.
 */
public record ServerConfig(Transport transport, SocketAddress address, TransportSettings settings,
        EndpointRoutes routes, HttpHandler http, HttpSettings httpSettings,
        ConnectionOptions options, HeadLimits headLimits, int maxConnections,
        ConnectionListener listener, Executor executor, TransportSecurity secure, long memoryBudgetBytes,
        PerAddress perAddress) {
    /**
     * The rules for every request.
     *
     * @param hosts        allows a host that a request names, given the address that the server listens on
     * @param origins      allows the pages that send plain HTTP requests with a method other than GET, HEAD
     *                     and OPTIONS, given whether the request came over TLS
     * @param maxBodyBytes the longest body
     */
    public record HttpSettings(BiPredicate<SocketAddress, Authority> hosts,
            BiPredicate<RequestHead, Boolean> origins, int maxBodyBytes) {}

    /**
     * The bounds of one remote address.
     *
     * @param maxConnections      connections at once
     * @param handshakesPerSecond connections that may begin in a second
     */
    public record PerAddress(int maxConnections, int handshakesPerSecond) {}
}
