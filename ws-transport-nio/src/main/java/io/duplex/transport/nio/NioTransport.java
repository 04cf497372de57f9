package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.SocketOption;
import io.duplex.transport.SocketRole;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Selectors: a few event loops, each one platform thread, carry any number of connections. Right for many connections and
 * for callbacks that do not block; a callback that blocks holds up every connection of its loop. A connection that is idle
 * holds no buffer: those for reading and writing belong to the loop.
 *
 * <p>A connection stays on one loop ({@code <threadName>-loop-N}), which makes all its callbacks. Each listener and each
 * connector has loops of its own, and a listener a thread that accepts ({@code <threadName>-accept}). Work that takes long
 * ({@link ByteLayer#pollTask}) runs on virtual threads.
 */
public final class NioTransport implements Transport {
    private final int loops;

    /** As many event loops as there are processors. */
    public NioTransport() {
        this(Runtime.getRuntime().availableProcessors());
    }

    /**
     * A chosen number of event loops. A listener starts all of them, a connector one with each connection until it has all.
     *
     * @param loops the event loops of each listener and of each connector, 1 at least
     * @throws IllegalArgumentException if there would be none
     */
    public NioTransport(int loops) {
        if (loops < 1) {
            throw new IllegalArgumentException("there must be an event loop at least: " + loops);
        }
        this.loops = loops;
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public Set<SocketOption> supportedOptions(SocketRole role) {
        try (NetworkChannel specimen = role == SocketRole.LISTENING
                ? ServerSocketChannel.open()
                : SocketChannel.open()) {
            return SocketSetup.supported(role, KernelSocket.of(specimen));
        } catch (IOException e) {
            throw noSocket(e);
        }
    }

    private static UncheckedIOException noSocket(IOException cause) {
        return new UncheckedIOException("cannot make a socket", cause);
    }

    @Override
    public Listener listen(SocketAddress address, TransportSettings settings,
            Supplier<Optional<ByteLayer>> layers)
            throws IOException {
        SocketSetup accepted = accepted(address, settings);
        ServerSocketChannel socket = NioListener.bind(address, accepted);
        LoopGroup group = new LoopGroup(settings, loops);
        boolean started = false;
        try {
            group.startAll();
            NioListener listener = new NioListener(socket, accepted, group, layers);
            listener.start();
            started = true;
            return listener;
        } finally {
            if (!started) {
                socket.close();
                group.close();
            }
        }
    }

    private SocketSetup accepted(SocketAddress address, TransportSettings settings) throws IOException {
        try (SocketChannel specimen = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open()) {
            return SocketSetup.accepted(name(), settings.sockets(), KernelSocket.of(specimen));
        }
    }

    @Override
    public Connector connector(TransportSettings settings) {
        try (SocketChannel specimen = SocketChannel.open()) {
            SocketSetup setup = SocketSetup.connecting(name(), settings.sockets(), KernelSocket.of(specimen));
            return new NioConnector(setup, new LoopGroup(settings, loops));
        } catch (IOException e) {
            throw noSocket(e);
        }
    }
}
