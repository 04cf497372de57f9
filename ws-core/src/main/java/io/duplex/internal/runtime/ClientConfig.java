package io.duplex.internal.runtime;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.DialOptions;
import io.duplex.HostResolver;
import io.duplex.ProxyChooser;
import io.duplex.transport.SecureLayers;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What a client's builder has collected. */
public record ClientConfig(Transport transport, TransportSettings settings, ConnectionOptions options,
        Optional<ConnectionListener> listener, Optional<Executor> executor, Optional<SecureLayers> secure,
        Way way, long memoryBudgetBytes) {

    /** How the client gets to its servers; the TLS is for {@code https} proxies. */
    public record Way(ProxyChooser proxies, HostResolver resolver, DialOptions dial,
            Optional<SecureLayers> proxySecure) {
        /** Straight, to what the system resolves. */
        public static final Way DEFAULT =
                new Way(ProxyChooser.none(), HostResolver.system(), DialOptions.DEFAULT);

        /** With the default TLS for proxies. */
        public Way(ProxyChooser proxies, HostResolver resolver, DialOptions dial) {
            this(proxies, resolver, dial, Optional.empty());
        }
    }
}
