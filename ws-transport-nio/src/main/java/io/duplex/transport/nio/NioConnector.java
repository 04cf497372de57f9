package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;

/** Opens connections, and distributes them to its loops. */
final class NioConnector implements Transport.Connector {
    private final SocketSetup setup;
    private final LoopGroup group;

    NioConnector(SocketSetup setup, LoopGroup group) {
        this.setup = setup;
        this.group = group;
    }

    @Override
    public void connect(SocketAddress remote, ByteLayer layer) {
        start(Wire.to(remote, setup), layer);
    }

    @Override
    public void adopt(SocketChannel channel, ByteLayer layer) throws IOException {
        boolean started = false;
        try {
            Wire.requireConnected(channel);
            start(Wire.accepted(channel, setup), layer);
            started = true;
        } finally {
            if (!started) {
                Wire.refuse(channel);
            }
        }
    }

    /** Throws before any call to the layer: the caller's thread must not make receiving calls. */
    private void start(Wire wire, ByteLayer layer) {
        EventLoop loop = group.admit()
                .orElseThrow(() -> new IllegalStateException("the connector is closed"));
        loop.submit(new NioConnection(loop, wire, layer)::start);
    }

    @Override
    public void close() {
        group.close();
    }
}
