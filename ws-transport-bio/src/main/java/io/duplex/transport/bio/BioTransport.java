package io.duplex.transport.bio;

import io.duplex.transport.SocketOption;
import io.duplex.transport.SocketRole;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import io.duplex.transport.bio.driver.BlockingDriver;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Set;

/**
 * Blocking sockets, one platform thread a connection. Right for hundreds of connections and for callbacks
 * that block; each connection costs a thread and a read buffer of 16 KiB, whether bytes flow or not.
 *
 * <p>A connection's callbacks run on its own thread ({@code <threadName>-conn-N}), or on a helper thread
 * ({@code <threadName>-helper-N}) while its own thread waits for bytes: never on two threads at once.
 */
public final class BioTransport implements Transport {
    private final BlockingDriver driver = new BlockingDriver("bio", new PlatformThreads());

    /** The transport has no configuration of its own. */
    public BioTransport() {}

    @Override
    public String name() {
        return "bio";
    }

    @Override
    public Set<SocketOption<?>> supportedOptions(SocketRole role) {
        return driver.supportedOptions(role);
    }

    @Override
    public Listener listen(SocketAddress address, TransportSettings settings, Admission admission)
            throws IOException {
        return driver.listen(address, settings, admission);
    }

    @Override
    public Connector connector(TransportSettings settings) {
        return driver.connector(settings);
    }
}
