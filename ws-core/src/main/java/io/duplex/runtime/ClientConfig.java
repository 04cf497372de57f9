package io.duplex.runtime;

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

    /** How the client gets to its servers. */
    public record Way(ProxyChooser proxies, HostResolver resolver, DialOptions dial) {
        /** Straight, to what the system resolves. */
        public static final Way DEFAULT =
                new Way(ProxyChooser.none(), HostResolver.system(), DialOptions.DEFAULT);
    }
}
