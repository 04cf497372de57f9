package io.duplex.internal.runtime;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.ProxyServer;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The values that a client's builder has collected. The listener and the executor are null if there is none,
 * the TLS is null for that of the only TLS module.
 */
public record ClientConfig(Transport transport, TransportSettings settings, ConnectionOptions options,
        ConnectionListener listener, Executor executor, TransportSecurity secure, Routing routing,
        long memoryBudgetBytes) {
    /** Finds the addresses of a host name; may block. */
    @FunctionalInterface
    public interface Resolver {
        /** Returns the addresses, the best one first. */
        List<InetAddress> resolve(String host) throws IOException;
    }

    /**
     * The routing of connections to servers.
     *
     * @param proxies        chooses the proxy for a target; empty for a direct connection
     * @param resolver       resolves the names of servers and proxies
     * @param attemptDelay the time before the next address is tried in parallel
     * @param addressTimeout how long an address may take in all
     * @param proxySecure    TLS with {@code https} proxies; null for that of the only TLS module
     */
    public record Routing(Function<URI, Optional<ProxyServer>> proxies, Resolver resolver,
            Duration attemptDelay, Duration addressTimeout, TransportSecurity proxySecure) {}
}
