package io.duplex.transport.bio.driver;

import io.duplex.transport.AddressText;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Opens listeners and connectors on blocking sockets for a {@link Transport}. It holds configuration only. The threads that
 * carry connections come from its {@link ThreadModel}; the acceptor and the timer are platform threads in any case.
 */
public final class BlockingDriver {
    private final ThreadModel threads;

    /**
     * A driver.
     *
     * @param threads what its connections run on
     */
    public BlockingDriver(ThreadModel threads) {
        this.threads = threads;
    }

    /**
     * As {@link Transport#listen}.
     *
     * @param address  where to bind
     * @param settings names, limits and socket settings
     * @param layers   called on the acceptor thread for each accepted connection
     * @return the listener, accepting
     * @throws IOException if the address cannot be bound; the message names it
     */
    public Transport.Listener listen(SocketAddress address, TransportSettings settings,
            Supplier<Optional<ByteLayer>> layers) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            Wire.requireInternet(address);
            socket.setReuseAddress(true);
            socket.bind(address, settings.backlog());
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot listen on " + AddressText.of(address) + ": " + e.getMessage(), e);
        }
        BlockingListener listener = new BlockingListener(socket, new ConnectionGroup(settings, threads),
                layers);
        listener.start();
        return listener;
    }

    /**
     * As {@link Transport#connector}.
     *
     * @param settings names, limits and socket settings
     * @return the connector, without threads yet
     */
    public Transport.Connector connector(TransportSettings settings) {
        return new BlockingConnector(new ConnectionGroup(settings, threads));
    }
}
