package io.duplex.transport.bio.driver;

import io.duplex.transport.AddressText;
import io.duplex.transport.CauseText;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.Preparation;
import io.duplex.transport.SocketOption;
import io.duplex.transport.SocketRole;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import io.duplex.transport.UnsupportedOptionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;

/**
 * Opens listeners and connectors on blocking sockets for a {@link Transport}. It holds configuration only.
 * The threads that carry connections come from its {@link ThreadModel}; the acceptor and the timer are
 * platform threads in any case.
 */
public final class BlockingDriver {
    private final String transport;
    private final ThreadModel threads;

    /**
     * A driver.
     *
     * @param transport the name of the transport, for messages
     * @param threads   the threads of its connections
     */
    public BlockingDriver(String transport, ThreadModel threads) {
        this.transport = transport;
        this.threads = threads;
    }

    /**
     * As {@link Transport#supportedOptions}.
     *
     * @param role the kind of sockets
     * @return the options
     */
    public Set<SocketOption<?>> supportedOptions(SocketRole role) {
        try (ServerSocket listening = new ServerSocket(); Socket connected = new Socket()) {
            return SocketSetup.supported(role, role == SocketRole.LISTENING
                    ? KernelSocket.of(listening)
                    : KernelSocket.of(connected));
        } catch (IOException e) {
            throw noSocket(e);
        }
    }

    private static UncheckedIOException noSocket(IOException cause) {
        return new UncheckedIOException("cannot make a socket", cause);
    }

    /**
     * As {@link Transport#listen}.
     *
     * @param address   where to bind
     * @param settings  names, limits and socket settings
     * @param admission asked on the acceptor thread about each accepted connection
     * @return the listener, accepting
     * @throws IOException                if the address cannot be bound; the message names it
     * @throws UnsupportedOptionException if a socket option cannot be set
     */
    public Transport.Listener listen(SocketAddress address, TransportSettings settings,
            Transport.Admission admission) throws IOException {
        prepare();
        SocketSetup accepted = accepted(settings);
        ServerSocket socket = new ServerSocket();
        try {
            Wire.requireInternet(address);
            accepted.listening(KernelSocket.of(socket));
            socket.bind(address, accepted.backlog());
        } catch (UnsupportedOptionException e) {
            socket.close();
            throw e;
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot listen on " + AddressText.of(address) + ": " + CauseText.of(e), e);
        }
        BlockingListener listener = new BlockingListener(socket, accepted,
                new ConnectionGroup(settings, threads), admission);
        listener.start();
        return listener;
    }

    private void prepare() throws IOException {
        Preparation.load(BlockingDriver.class);
        Preparation.load(threads.getClass());
        threads.prepare();
    }

    private SocketSetup accepted(TransportSettings settings) throws IOException {
        try (Socket specimen = new Socket()) {
            return SocketSetup.accepted(transport, settings.sockets(), KernelSocket.of(specimen));
        }
    }

    /**
     * As {@link Transport#connector}.
     *
     * @param settings names, limits and socket settings
     * @return the connector, without threads yet
     * @throws UnsupportedOptionException if a socket option cannot be set
     */
    public Transport.Connector connector(TransportSettings settings) {
        try (Socket specimen = new Socket()) {
            prepare();
            SocketSetup setup = SocketSetup.connecting(transport, settings.sockets(),
                    KernelSocket.of(specimen));
            return new BlockingConnector(setup, new ConnectionGroup(settings, threads));
        } catch (IOException e) {
            throw noSocket(e);
        }
    }
}
