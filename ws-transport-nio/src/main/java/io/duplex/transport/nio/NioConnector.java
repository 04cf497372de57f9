package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.Transport;
import java.net.SocketAddress;

/** Opens connections, and spreads them over its loops. */
final class NioConnector implements Transport.Connector {
    private final SocketSetup setup;
    private final LoopGroup group;

    NioConnector(SocketSetup setup, LoopGroup group) {
        this.setup = setup;
        this.group = group;
    }

    /** Throws before it has touched the layer: on the caller's thread no receiving call may be made. */
    @Override
    public void connect(SocketAddress remote, ByteLayer layer) {
        EventLoop loop = group.admit()
                .orElseThrow(() -> new IllegalStateException("the connector is closed"));
        loop.submit(new NioConnection(loop, Wire.to(remote, setup), layer)::start);
    }

    @Override
    public void close() {
        group.close();
    }
}
