package io.duplex.transport.nio;

import io.duplex.contract.layer.TestLayer;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.KernelSocket;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketSetup;
import io.duplex.transport.TransportClock;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A single event loop without a listener, whose connections a test makes itself; and ways to look at it and
 * to hold it.
 */
final class OneLoop implements AutoCloseable {
    static final long PATIENCE_SECONDS = 20;

    private final LoopGroup group;
    private final List<SocketChannel> toClose = new ArrayList<>();
    private final EventLoop loop;

    OneLoop() throws IOException {
        this(Optional.empty());
    }

    OneLoop(Optional<StallWatch> watch) throws IOException {
        group = new LoopGroup(new TransportSettings("one", true), 1, watch);
        group.startAll();
        loop = group.admit().orElseThrow();
        group.released();
    }

    EventLoop loop() {
        return loop;
    }

    /** Both ends of a connection, one of which the loop carries. */
    record Pair(SocketChannel peer, Wire wire, NioConnection connection) {}

    /** What a listener sets on what it accepts, if nothing was asked for. */
    static SocketSetup setup() throws IOException {
        try (SocketChannel specimen = SocketChannel.open()) {
            return SocketSetup.accepted("nio", SocketOptions.DEFAULT, KernelSocket.of(specimen));
        }
    }

    Pair connect(ByteLayer layer) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            SocketChannel peer = SocketChannel.open(server.getLocalAddress());
            toClose.add(peer);
            group.admit().orElseThrow();
            Wire wire = Wire.accepted(server.accept(), setup());
            NioConnection connection = new NioConnection(loop, wire, layer);
            loop.submit(connection::start);
            return new Pair(peer, wire, connection);
        }
    }

    /** Evaluates something on the loop's thread, after the current turn. */
    <T> T ask(Callable<T> question) throws Exception {
        FutureTask<T> task = new FutureTask<>(question);
        loop.submit(() -> runBehind(loop.turns(), task));
        return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * A task that is submitted by another one may still run in the same turn, before what that turn has to
     * settle.
     */
    private void runBehind(long turn, Runnable task) {
        loop.submit(() -> {
            if (loop.turns() > turn) {
                task.run();
            } else {
                runBehind(turn, task);
            }
        });
    }

    /** Keeps the loop busy until the returned latch is counted down. */
    CountDownLatch hold() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        loop.submit(() -> {
            held.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        held.await();
        return go;
    }

    /** How many turns the loop takes until a deadline of the layer, which is some time away, has passed. */
    long turnsWhileNothingHappens(TestLayer layer) throws Exception {
        ask(() -> true);
        long before = loop.turns();
        layer.setDeadline(TransportClock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(150));
        layer.awaitEvent("deadline");
        return loop.turns() - before;
    }

    @Override
    public void close() throws IOException {
        group.close();
        for (SocketChannel peer : toClose) {
            peer.close();
        }
    }
}
