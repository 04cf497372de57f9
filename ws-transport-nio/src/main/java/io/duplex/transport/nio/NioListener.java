package io.duplex.transport.nio;

import io.duplex.transport.AddressText;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.Transport;
import io.duplex.transport.UnsupportedOptionException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A listening socket and the thread that accepts on it and deals the connections out to the loops. The thread is its own, and
 * blocks: so a callback that holds up a loop does not hold up accepting, and {@link #stopAccepting} closes the socket at once,
 * without a selector that would have to let go of it first.
 */
final class NioListener implements Transport.Listener {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerSocketChannel socket;
    private final SocketAddress address;
    private final SocketSetup setup;
    private final LoopGroup group;
    private final Supplier<Optional<ByteLayer>> layers;
    private final TransportThread acceptor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopping = lock.newCondition();
    private long pauseNanos = FIRST_PAUSE_NANOS;

    /** Takes a bound socket in blocking mode. */
    NioListener(ServerSocketChannel socket, SocketSetup setup, LoopGroup group,
            Supplier<Optional<ByteLayer>> layers)
            throws IOException {
        this.socket = socket;
        this.setup = setup;
        this.address = socket.getLocalAddress();
        this.group = group;
        this.layers = layers;
        this.acceptor = new TransportThread(group, "-accept", this::acceptAll);
    }

    /** A listening socket, whose accepted ones will be set up so. */
    static ServerSocketChannel bind(SocketAddress address, SocketSetup accepted) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            accepted.listening(KernelSocket.of(socket));
            return socket.bind(address, accepted.backlog());
        } catch (UnsupportedOptionException e) {
            socket.close();
            throw e;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw new IOException("cannot listen on " + AddressText.of(address) + ": " + e.getMessage(), e);
        }
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
        if (!TransportThread.isCurrentOf(group)) {
            acceptor.joinKeepingInterrupt();
        }
    }

    private void acceptAll() {
        while (socket.isOpen()) {
            try {
                accept(socket.accept());
                pauseNanos = FIRST_PAUSE_NANOS;
            } catch (Throwable e) {
                pauseAfter(e);
            }
            // Left behind by user code, it would close the socket under the next accept.
            Thread.interrupted();
        }
    }

    /** Out of file descriptors or memory: accepting at once again would only spin. Logs the first of a burst. */
    private void pauseAfter(Throwable cause) {
        if (!socket.isOpen()) {
            return;
        }
        if (pauseNanos == FIRST_PAUSE_NANOS) {
            Log.failure("accepting on " + address + " fails; trying again", cause);
        }
        lock.lock();
        try {
            long left = pauseNanos;
            while (left > 0 && socket.isOpen()) {
                left = stopping.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Log.failure("acceptor thread interrupted", e);
        } finally {
            lock.unlock();
        }
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }

    /** The kernel may have accepted one more while the listening socket was being closed; then there is no loop for it. */
    private void accept(SocketChannel channel) throws IOException {
        Optional<EventLoop> loop = socket.isOpen() ? group.admit() : Optional.empty();
        boolean started = false;
        try {
            started = loop.isPresent() && start(channel, loop.get());
        } finally {
            if (!started) {
                loop.ifPresent(l -> group.released());
                Wire.refuse(channel);
            }
        }
    }

    private boolean start(SocketChannel channel, EventLoop loop) {
        Optional<Wire> wire = wire(channel);
        Optional<ByteLayer> layer = wire.isPresent() ? newLayer() : Optional.empty();
        layer.ifPresent(l -> loop.submit(new NioConnection(loop, wire.orElseThrow(), l)::start));
        return layer.isPresent();
    }

    /** A peer that has gone again already is no failure of accepting. */
    private Optional<Wire> wire(SocketChannel channel) {
        try {
            return Optional.of(Wire.accepted(channel, setup));
        } catch (IOException e) {
            Log.LOGGER.log(System.Logger.Level.DEBUG, "! accepted on " + address + " and gone", e);
            return Optional.empty();
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
