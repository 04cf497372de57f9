package io.duplex.transport.bio.driver;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.Transport;
import java.net.SocketAddress;

/** Opens connections. Each has its own thread, which starts by connecting. */
final class BlockingConnector implements Transport.Connector {
    private final SocketSetup setup;
    private final ConnectionGroup group;

    BlockingConnector(SocketSetup setup, ConnectionGroup group) {
        this.setup = setup;
        this.group = group;
    }

    /** Throws before any call to the layer: the caller's thread must not make receiving calls. */
    @Override
    public void connect(SocketAddress remote, ByteLayer layer) {
        Wire wire = Wire.to(remote, setup);
        boolean started = false;
        try {
            started = group.start(new BlockingConnection(group, wire, layer));
        } finally {
            if (!started) {
                wire.close();
            }
        }
        if (!started) {
            throw new IllegalStateException("the connector is closed");
        }
    }

    @Override
    public void close() {
        group.close();
    }
}
