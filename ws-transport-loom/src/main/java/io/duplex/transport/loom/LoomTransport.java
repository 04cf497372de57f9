package io.duplex.transport.loom;

import io.duplex.transport.SocketOption;
import io.duplex.transport.SocketRole;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import io.duplex.transport.bio.driver.BlockingDriver;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Set;

/**
 * Blocking sockets, one virtual thread a connection: callbacks may block, and there may be many thousands of
 * connections. It runs the same driver as {@code bio}; only the threads differ, and a waiting connection
 * holds a read buffer of 512 bytes.
 *
 * <p>Virtual threads are daemons: a server keeps the virtual machine alive by its acceptor thread only,
 * unless the settings ask for daemon threads.
 */
public final class LoomTransport implements Transport {
    private final BlockingDriver driver = new BlockingDriver("loom", new VirtualThreads());

    /** The transport has no configuration of its own. */
    public LoomTransport() {}

    @Override
    public String name() {
        return "loom";
    }

    /** This module depends on {@code bio}, so both are on the class path. */
    @Override
    public Set<String> supersedes() {
        return Set.of("bio");
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
