package io.duplex.transport.bio.driver;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.MemoryReserve;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** A listening socket and its acceptor thread, which starts a connection for each socket it accepts. */
final class BlockingListener implements Transport.Listener {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerSocket socket;
    private final SocketAddress address;
    private final SocketSetup setup;
    private final ConnectionGroup group;
    private final Transport.Admission admission;
    private final Thread acceptor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopping = lock.newCondition();
    private long pauseNanos = FIRST_PAUSE_NANOS;

    BlockingListener(ServerSocket socket, SocketSetup setup, ConnectionGroup group,
            Transport.Admission admission) {
        this.socket = socket;
        this.setup = setup;
        this.address = socket.getLocalSocketAddress();
        this.group = group;
        this.admission = admission;
        this.acceptor = Thread.ofPlatform()
                .name(group.settings().threadName() + "-accept")
                .daemon(group.settings().daemon())
                .unstarted(() -> group.runAsMember(this::acceptAll));
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
        lock.lock();
        try {
            socket.close();
            stopping.signalAll();
        } catch (IOException e) {
            Log.LOGGER.warning("close of the listening socket {}", address, e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        stopAccepting();
        group.close();
        if (!group.ownsCurrentThread()) {
            Waiting.untilDone(acceptor::join);
        }
    }

    private void acceptAll() {
        while (!socket.isClosed()) {
            try {
                acceptOrPause();
            } catch (Throwable e) {
                // Without memory any instruction may throw, including those in a catch block.
            }
        }
    }

    private void acceptOrPause() {
        try {
            MemoryReserve.refill();
            accept(socket.accept());
            pauseNanos = FIRST_PAUSE_NANOS;
        } catch (Throwable e) {
            MemoryReserve.relieve(e);
            LockSupport.parkNanos(FIRST_PAUSE_NANOS);
            pauseAfter(e);
        }
    }

    /**
     * Out of file descriptors, memory or threads: accepting again at once would only spin. Logs the first
     * failure of a burst.
     */
    private void pauseAfter(Throwable cause) {
        if (!socket.isClosed() && pauseNanos == FIRST_PAUSE_NANOS) {
            Log.LOGGER.warning("accepting on {} fails; trying again", address, cause);
        }
        lock.lock();
        try {
            long left = pauseNanos;
            while (left > 0 && !socket.isClosed()) {
                left = stopping.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Log.LOGGER.warning("acceptor thread of {} interrupted", address, e);
        } finally {
            lock.unlock();
        }
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
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
        Optional<ByteLayer> layer = socket.isClosed() ? Optional.empty() : newLayer(wire);
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

    private Optional<ByteLayer> newLayer(Wire wire) {
        try {
            return admission.accept(wire.remote(), TransportClock.nanoTime());
        } catch (Throwable e) {
            Log.LOGGER.warning("no layer for a connection accepted on {}", address, e);
            return Optional.empty();
        }
    }
}
