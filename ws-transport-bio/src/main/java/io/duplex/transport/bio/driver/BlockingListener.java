package io.duplex.transport.bio.driver;

import io.duplex.transport.AcceptLoop;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;

/** A listening socket and its acceptor thread, which starts a connection for each socket it accepts. */
final class BlockingListener implements Transport.Listener {
    private final ServerSocket socket;
    private final SocketAddress address;
    private final SocketSetup setup;
    private final ConnectionGroup group;
    private final Transport.Admission admission;
    private final AcceptLoop loop;
    private final Thread acceptor;

    BlockingListener(ServerSocket socket, SocketSetup setup, ConnectionGroup group,
            Transport.Admission admission) {
        this.socket = socket;
        this.setup = setup;
        this.address = socket.getLocalSocketAddress();
        this.group = group;
        this.admission = admission;
        this.loop = new AcceptLoop(socket, () -> !socket.isClosed(), () -> accept(socket.accept()), address,
                Log.LOGGER);
        this.acceptor = Thread.ofPlatform()
                .name(group.settings().threadName() + "-accept")
                .daemon(group.settings().daemon())
                .unstarted(() -> group.runAsMember(loop));
    }

    void start() {
        group.timer().start();
        acceptor.start();
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public SocketOptions effectiveOptions() {
        return SocketSetup.effective(KernelSocket.of(socket)).with(SocketOptions.BACKLOG, setup.backlog());
    }

    @Override
    public void stopAccepting() {
        loop.stop();
    }

    @Override
    public void close() {
        stopAccepting();
        group.close();
        if (!group.ownsCurrentThread()) {
            Waiting.untilDone(acceptor::join);
        }
    }

    /** A socket without a connection is closed here, whatever the failure. */
    private void accept(Socket accepted) {
        boolean taken = false;
        try {
            taken = carry(Wire.accepted(accepted, setup));
        } finally {
            if (!taken) {
                reset(accepted);
            }
        }
    }

    /** Without a wire, because making the wire may have failed. */
    private static void reset(Socket accepted) {
        try (accepted) {
            accepted.setSoLinger(true, 0);
        } catch (IOException e) {
            Log.LOGGER.debug("reset of {}", accepted, e);
        }
    }

    private boolean carry(Wire wire) {
        // The kernel may have accepted one more while the listening socket was being closed.
        Optional<ByteLayer> layer = socket.isClosed()
                ? Optional.empty()
                : AcceptLoop.layer(admission, wire.remote(), address, Log.LOGGER);
        if (layer.isEmpty()) {
            return false;
        }
        start(newConnection(wire, layer.get()));
        return true;
    }

    private BlockingConnection newConnection(Wire wire, ByteLayer layer) {
        BlockingConnection connection = null;
        try {
            connection = new BlockingConnection(group, wire, layer);
            return connection;
        } finally {
            if (connection == null) {
                layer.released(TcpEnd.NOT_CONNECTED, TransportClock.nanoTime());
            }
        }
    }

    private void start(BlockingConnection connection) {
        boolean started = false;
        try {
            started = group.start(connection);
        } finally {
            if (!started) {
                connection.refuse();
            }
        }
    }
}
