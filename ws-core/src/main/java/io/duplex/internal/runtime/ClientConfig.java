package io.duplex.internal.runtime;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.client.DialOptions;
import io.duplex.client.HostResolver;
import io.duplex.client.ProxyPolicy;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSettings;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What a client's builder has collected. */
public record ClientConfig(Transport transport, TransportSettings settings, ConnectionOptions options,
        Optional<ConnectionListener> listener, Optional<Executor> executor,
        Optional<TransportSecurity> secure,
        Way way, long memoryBudgetBytes) {

    /** How the client gets to its servers; the TLS is for {@code https} proxies. */
    public record Way(ProxyPolicy proxies, HostResolver resolver, DialOptions dial,
            Optional<TransportSecurity> proxySecure) {
        /** Straight, to what the system resolves. */
        public static final Way DEFAULT =
                new Way(ProxyPolicy.none(), HostResolver.system(), DialOptions.DEFAULT);

        /** With the default TLS for proxies. */
        public Way(ProxyPolicy proxies, HostResolver resolver, DialOptions dial) {
            this(proxies, resolver, dial, Optional.empty());
        }
    }
}
