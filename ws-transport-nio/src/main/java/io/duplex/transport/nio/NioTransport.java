package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.Preparation;
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
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Selectors: a few event loops, each one platform thread, carry any number of connections. Right for many
 * connections and for callbacks that do not block; a callback that blocks delays every connection of its
 * loop. An idle connection holds no buffer: those for reading and writing belong to the loop.
 *
 * <p>A connection stays on one loop ({@code <threadName>-loop-N}), which makes all its callbacks. Each
 * listener and each connector has loops of its own, and a listener threads that accept ({@code
 * <threadName>-accept}). Long work ({@link ByteLayer#pollTask}) runs on virtual threads.
 *
 * <p>It supports Internet addresses and, for servers and clients, Unix domain sockets ({@link
 * java.net.UnixDomainSocketAddress}). A server removes the file that it created when it stops accepting. Such
 * a connection cannot be reset: an abort is a plain close.
 */
public final class NioTransport implements Transport {
    /**
     * The time for which a callback may hold its event loop without a warning: 2 s. See {@link
     * #slowCallback}.
     */
    public static final Duration DEFAULT_SLOW_CALLBACK = Duration.ofSeconds(2);

    private final int loops;
    private final Accepting accepting;
    private final Optional<GivenSocket> given;
    private final Duration slowCallback;

    /** As many event loops as there are processors. */
    public NioTransport() {
        this(Runtime.getRuntime().availableProcessors());
    }

    /**
     * A chosen number of event loops. A listener starts all of them, a connector one with each connection
     * until it has all.
     *
     * @param loops the event loops of each listener and of each connector, 1 at least
     * @throws IllegalArgumentException if it is less than 1
     */
    public NioTransport(int loops) {
        this(loops, Accepting.ONE_ACCEPTOR, Optional.empty(), DEFAULT_SLOW_CALLBACK);
        if (loops < 1) {
            throw new IllegalArgumentException("at least one event loop is needed: " + loops);
        }
    }

    private NioTransport(int loops, Accepting accepting, Optional<GivenSocket> given, Duration slowCallback) {
        this.loops = loops;
        this.accepting = Objects.requireNonNull(accepting, "accepting");
        this.given = given;
        this.slowCallback = slowCallback;
    }

    /**
     * Returns a transport that accepts connections in another way.
     *
     * @param value how servers accept
     * @return a new transport
     */
    public NioTransport accepting(Accepting value) {
        return new NioTransport(loops, value, given, slowCallback);
    }

    /**
     * Returns a transport for one server, which accepts on this socket instead of binding one: its bind
     * address and its backlog are not used. The server closes the socket when it stops accepting, and, if it
     * is a Unix domain socket, leaves its file alone.
     *
     * @param socket bound, and not registered with a selector
     * @return a new transport
     */
    public NioTransport on(ServerSocketChannel socket) {
        return new NioTransport(loops, accepting, Optional.of(GivenSocket.listening(socket)), slowCallback);
    }

    /**
     * Returns a transport for one server, which uses the socket that this process inherited as its standard
     * input ({@link System#inheritedChannel}): a listening socket, as from inetd's {@code wait} or systemd's
     * {@code StandardInput=socket}, or a single connection, as from inetd's {@code nowait} or systemd's
     * {@code Accept=yes}. The server's bind address is not used, and the server closes the socket. A server
     * of a single connection accepts nothing else; the application stops it when that connection has ended.
     *
     * @return a new transport
     * @throws IOException if no stream socket was inherited
     */
    public NioTransport onInherited() throws IOException {
        return new NioTransport(loops, accepting,
                Optional.of(GivenSocket.inherited(System.inheritedChannel())), slowCallback);
    }

    /**
     * Returns a transport with another limit for the time that a callback may hold its event loop. When it is
     * exceeded, one warning with the stack of the thread is logged while the callback still runs (logger
     * {@code io.duplex.transport.nio}); it has no other effect. Callbacks on an executor and handlers in
     * blocking style hold no loop. A thread {@code <threadName>-watch} checks four times in that period.
     *
     * @param limit how long, from 1 ms on; {@link Duration#ZERO} switches the warning off
     * @return a new transport
     * @throws IllegalArgumentException if it is negative, or shorter than 1 ms and not zero
     */
    public NioTransport slowCallback(Duration limit) {
        if (!limit.isZero() && limit.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("the limit must be 0 (off), or 1 ms at least: " + limit);
        }
        return new NioTransport(loops, accepting, given, limit);
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public Set<SocketOption<?>> supportedOptions(SocketRole role) {
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
            Admission admission) throws IOException {
        Preparation.load(NioTransport.class);
        ListeningSockets sockets = given.isPresent() ? given.get().take() : bind(address, settings);
        LoopGroup group = new LoopGroup(settings, loops, StallWatch.of(settings, slowCallback));
        boolean started = false;
        try {
            group.startAll();
            NioListener listener =
                    new NioListener(sockets, accepted(sockets.address(), settings), group, admission);
            listener.start();
            started = true;
            if (sockets.connection().isPresent()) {
                listener.adopt(sockets.connection().get());
            }
            return listener;
        } finally {
            if (!started) {
                sockets.close();
                group.close();
            }
        }
    }

    private ListeningSockets bind(SocketAddress address, TransportSettings settings) throws IOException {
        return ListeningSockets.bind(address, accepted(address, settings), accepting, loops);
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
            Preparation.load(NioTransport.class);
            SocketSetup setup = SocketSetup.connecting(name(), settings.sockets(), KernelSocket.of(specimen));
            return new NioConnector(setup,
                    new LoopGroup(settings, loops, StallWatch.of(settings, slowCallback)));
        } catch (IOException e) {
            throw noSocket(e);
        }
    }
}
