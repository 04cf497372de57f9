package io.duplex.transport.nio;

import io.duplex.transport.AcceptLoop;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The listening sockets of a server, one or one for each loop. Each connection from them or from the
 * application gets a layer and a loop, or is reset.
 */
final class NioListener implements Transport.Listener {
    private final List<ServerSocketChannel> sockets;
    private final SocketAddress address;
    private final SocketSetup setup;
    private final Optional<SocketFile> file;
    private final LoopGroup group;
    private final Transport.Admission admission;
    private final List<AcceptLoop> loops = new ArrayList<>();
    private final List<TransportThread> acceptors = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** Takes a bound socket in blocking mode, whose connections are assigned to the loops in turn. */
    NioListener(ServerSocketChannel socket, SocketSetup setup, LoopGroup group,
            Transport.Admission admission) throws IOException {
        this(new ListeningSockets(socket.getLocalAddress(), List.of(socket), Optional.empty(),
                Optional.empty()),
                setup, group, admission);
    }

    /**
     * Takes bound sockets in blocking mode.
     *
     * @param sockets none if connections are only adopted; one, for all loops; or one for each loop of the
     *                group
     * @param setup   of the connections
     */
    NioListener(ListeningSockets sockets, SocketSetup setup, LoopGroup group,
            Transport.Admission admission) {
        this.sockets = sockets.channels();
        this.address = sockets.address();
        this.file = sockets.file();
        this.setup = setup;
        this.group = group;
        this.admission = admission;
        boolean one = this.sockets.size() == 1;
        for (int i = 0; i < this.sockets.size(); i++) {
            int number = i;
            ServerSocketChannel socket = this.sockets.get(i);
            AcceptLoop loop = new AcceptLoop(socket, socket::isOpen,
                    () -> take(socket.accept(), one ? group::admit : () -> group.admit(number)), address,
                    Log.LOGGER);
            loops.add(loop);
            acceptors.add(new TransportThread(group, one ? "-accept" : "-accept-" + (i + 1), loop));
        }
    }

    void start() {
        acceptors.forEach(Thread::start);
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public SocketOptions effectiveOptions() {
        if (sockets.isEmpty()) {
            throw new IllegalStateException("there is no listening socket: connections are only adopted");
        }
        return SocketSetup.effective(KernelSocket.of(sockets.get(0)))
                .with(SocketOptions.BACKLOG, setup.backlog());
    }

    @Override
    public void stopAccepting() {
        if (!stopped.getAndSet(true)) {
            // Before the socket, so that no other server mistakes the file for that of a dead one.
            file.ifPresent(SocketFile::remove);
        }
        loops.forEach(AcceptLoop::stop);
    }

    @Override
    public void close() {
        stopAccepting();
        group.close();
        if (!TransportThread.isCurrentOf(group)) {
            acceptors.forEach(thread -> thread.joinKeepingInterrupt());
        }
    }

    @Override
    public void adopt(SocketChannel channel) throws IOException {
        try {
            Wire.requireConnected(channel);
        } catch (IllegalArgumentException e) {
            Wire.refuse(channel);
            throw e;
        }
        if (!take(channel, group::admit)) {
            throw new IOException("the connection was refused: the server is stopping, or has too many");
        }
    }

    /**
     * The kernel may have accepted one more while the listening socket was closing; there is no loop for it.
     */
    private boolean take(SocketChannel channel, Supplier<Optional<EventLoop>> loops) throws IOException {
        boolean admitted = false;
        boolean started = false;
        try {
            Optional<EventLoop> loop = stopped.get() ? Optional.empty() : loops.get();
            admitted = loop.isPresent();
            started = admitted && start(channel, loop.get());
            return started;
        } finally {
            if (!started) {
                Wire.refuse(channel);
                if (admitted) {
                    group.released();
                }
            }
        }
    }

    private boolean start(SocketChannel channel, EventLoop loop) {
        Optional<Wire> wire = wire(channel);
        Optional<ByteLayer> layer =
                wire.flatMap(known -> AcceptLoop.layer(admission, known.remote(), address, Log.LOGGER));
        if (layer.isEmpty()) {
            return false;
        }
        boolean started = false;
        try {
            loop.submit(new NioConnection(loop, wire.get(), layer.get())::start);
            started = true;
        } finally {
            if (!started) {
                layer.get().released(TcpEnd.NOT_CONNECTED, TransportClock.nanoTime());
            }
        }
        return true;
    }

    /** A peer that has disconnected already is not a failure of accepting. */
    private Optional<Wire> wire(SocketChannel channel) {
        try {
            return Optional.of(Wire.accepted(channel, setup));
        } catch (IOException e) {
            Log.LOGGER.debug("connection accepted on {} is gone", address, e);
            return Optional.empty();
        }
    }
}
