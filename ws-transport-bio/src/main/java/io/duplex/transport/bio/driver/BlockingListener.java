package io.duplex.transport.bio.driver;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A listening socket and its acceptor thread, which starts a connection for each socket it accepts. */
final class BlockingListener implements Transport.Listener {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerSocket socket;
    private final SocketAddress address;
    private final SocketSetup setup;
    private final ConnectionGroup group;
    private final Supplier<Optional<ByteLayer>> layers;
    private final Thread acceptor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopping = lock.newCondition();
    private long pauseNanos = FIRST_PAUSE_NANOS;

    BlockingListener(ServerSocket socket, SocketSetup setup, ConnectionGroup group,
            Supplier<Optional<ByteLayer>> layers) {
        this.socket = socket;
        this.setup = setup;
        this.address = socket.getLocalSocketAddress();
        this.group = group;
        this.layers = layers;
        this.acceptor = Thread.ofPlatform()
                .name(group.settings().threadName() + "-accept")
                .daemon(group.settings().daemon())
                .unstarted(() -> group.runAsMember(this::acceptAll));
    }

    void start() {
        acceptor.start();
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public SocketOptions effectiveOptions() {
        return SocketSetup.effective(KernelSocket.of(socket)).toBuilder().backlog(setup.backlog()).build();
    }

    @Override
    public void stopAccepting() {
        lock.lock();
        try {
            socket.close();
            stopping.signalAll();
        } catch (IOException e) {
            Log.failure("close of the listening socket " + address, e);
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
                accept(socket.accept());
                pauseNanos = FIRST_PAUSE_NANOS;
            } catch (Throwable e) {
                pauseAfter(e);
            }
        }
    }

    /** Out of file descriptors, memory or threads: accepting at once again would only spin. Logs the first of a burst. */
    private void pauseAfter(Throwable cause) {
        if (!socket.isClosed() && pauseNanos == FIRST_PAUSE_NANOS) {
            Log.failure("accepting on " + address + " fails; trying again", cause);
        }
        lock.lock();
        try {
            long left = pauseNanos;
            while (left > 0 && !socket.isClosed()) {
                left = stopping.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Log.failure("acceptor thread interrupted", e);
        } finally {
            lock.unlock();
        }
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }

    private void accept(Socket accepted) {
        Wire wire = Wire.accepted(accepted, setup);
        // The kernel may have accepted one more while the listening socket was being closed.
        Optional<ByteLayer> layer = socket.isClosed() ? Optional.empty() : newLayer();
        if (layer.isEmpty()) {
            wire.reset();
            return;
        }
        BlockingConnection connection = new BlockingConnection(group, wire, layer.get());
        boolean started = false;
        try {
            started = group.start(connection);
        } finally {
            if (!started) {
                connection.refuse();
            }
        }
    }

    private Optional<ByteLayer> newLayer() {
        try {
            return layers.get();
        } catch (Throwable e) {
            Log.failure("no layer for a connection accepted on " + address, e);
            return Optional.empty();
        }
    }
}
