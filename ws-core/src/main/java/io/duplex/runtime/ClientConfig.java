package io.duplex.runtime;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.transport.SecureLayers;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What a client's builder has collected. */
public record ClientConfig(Transport transport, TransportSettings settings, ConnectionOptions options,
        Optional<ConnectionListener> listener, Optional<Executor> executor, Optional<SecureLayers> secure) {}
