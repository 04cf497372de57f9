package io.duplex.testkit;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.CallbackThreads;
import io.duplex.transport.ForwardingHost;
import io.duplex.transport.ForwardingLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A network in one process: servers and clients joined by {@link MemoryHost}s, so that whole servers and
 * clients run without sockets. One thread moves everything, and after each thing that was asked of it, it
 * goes on until nothing moves; time passes by {@link #advance} only. What a test asks by {@link #run} or
 * {@link #ask} so sees all that followed from what it did before.
 *
 * <p>The network and its thread live until {@link #close}, which reports what went wrong on that thread.
 * Thread-safe.
 */
public final class MemoryTransport implements Transport, AutoCloseable {
    private static final int FIRST_PORT = 49152;
    private static final int CAPACITY_BYTES = 64 << 10;

    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final Map<Integer, Port> ports = new ConcurrentHashMap<>();
    private volatile SocketAddress source = new InetSocketAddress("127.0.0.1", 1);
    private final Set<InetAddress> silent = ConcurrentHashMap.newKeySet();
    private final Set<InetAddress> refusing = ConcurrentHashMap.newKeySet();
    private final List<SocketAddress> dialled = new CopyOnWriteArrayList<>();
    private final List<MemoryHost> hosts = new ArrayList<>();
    private final VirtualClock clock = new VirtualClock();
    private final Thread thread = Thread.ofPlatform().daemon().name("memory-network").unstarted(this::loop);
    private volatile long nowNanos = clock.nanoTime();
    private volatile boolean closed;
    private volatile Throwable failure;
    private int nextPort = FIRST_PORT;

    /** An empty network. */
    public MemoryTransport() {
        thread.start();
    }

    private void loop() {
        CallbackThreads.enter(this);
        try {
            while (!closed) {
                work.take().run();
                settle();
            }
        } catch (Throwable thrown) {
            failure = thrown;
        } finally {
            CallbackThreads.leave(null);
        }
    }

    private void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (MemoryHost host : List.copyOf(hosts)) {
                moved |= host.step();
            }
            hosts.removeIf(MemoryHost::isReleased);
        }
    }

    // ---- for tests ----------------------------------------------------------------------------------------

    /**
     * Runs something on the network's thread, and returns when nothing moves any more.
     *
     * @param task what to do
     */
    public void run(Runnable task) {
        ask(() -> {
            task.run();
            settle();
            return null;
        });
    }

    /**
     * Asks something on the network's thread, when nothing moves.
     *
     * @param <T>      the kind of answer
     * @param question what to ask
     * @return the answer
     */
    public <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        work.add(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error thrown) {
                answer.completeExceptionally(thrown);
            }
        });
        try {
            return answer.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new AssertionError("the network does not answer", failure == null ? e : failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /**
     * Lets time pass, deadline by deadline.
     *
     * @param duration how long
     */
    public void advance(Duration duration) {
        run(() -> {
            long end = clock.nanoTime() + duration.toNanos();
            for (long next = nextDeadline(); next <= end; next = nextDeadline()) {
                moveClock(next);
            }
            moveClock(end);
        });
    }

    private void moveClock(long nanos) {
        clock.advanceNanos(Math.max(0, nanos - clock.nanoTime()));
        nowNanos = clock.nanoTime();
        settle();
    }

    private long nextDeadline() {
        return hosts.stream().mapToLong(MemoryHost::deadlineNanos).min().orElse(ByteLayer.NEVER);
    }

    /**
     * Connects a peer that speaks no protocol. It is to be used by {@link #run} and {@link #ask} only.
     *
     * @param address where to
     * @return the peer
     */
    public PlainLayer dial(SocketAddress address) {
        PlainLayer peer = new PlainLayer();
        connector(new TransportSettings("raw", true)).connect(address, peer);
        run(() -> {
            // All that the connecting brings about has come to rest then.
        });
        return peer;
    }

    /**
     * Sets the address that servers see as their peer's, for connections from now on. By default it is a
     * loopback address.
     *
     * @param address any
     */
    public void connectFrom(InetAddress address) {
        source = new InetSocketAddress(address, 1);
    }

    /**
     * Makes an address unresponsive: connections to it hang.
     *
     * @param address any; a network in memory has no other addresses of its own
     */
    public void silence(InetAddress address) {
        silent.add(address);
    }

    /**
     * Makes an address one that refuses, whatever listens on its ports.
     *
     * @param address any
     */
    public void refuse(InetAddress address) {
        refusing.add(address);
    }

    /**
     * Returns the addresses of all attempts to connect.
     *
     * @return the addresses in the order of the attempts
     */
    public List<SocketAddress> dialled() {
        return List.copyOf(dialled);
    }

    /**
     * Returns the number of endpoints of connections, including pending ones.
     *
     * @return a count, when nothing moves
     */
    public int ends() {
        return ask(hosts::size);
    }

    /** Ends the network's thread. Open connections are dropped. */
    @Override
    public void close() {
        closed = true;
        work.add(() -> {
            // Wakes the thread.
        });
        if (failure != null) {
            throw new AssertionError("the network broke", failure);
        }
    }

    // ---- the transport ------------------------------------------------------------------------------------

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public synchronized Listener listen(SocketAddress address, TransportSettings settings,
            Admission admission) throws IOException {
        InetSocketAddress wanted = (InetSocketAddress) address;
        int number = wanted.getPort() == 0 ? nextPort++ : wanted.getPort();
        Port port = new Port(new InetSocketAddress(wanted.getAddress(), number), admission);
        if (ports.putIfAbsent(number, port) != null) {
            throw new BindException("already in use: " + wanted);
        }
        return port;
    }

    @Override
    public Connector connector(TransportSettings settings) {
        return new Dialler();
    }

    private MemoryHost host(ByteLayer layer, Pipe in, Pipe out) {
        MemoryHost host = new MemoryHost(new OnNetwork(layer), clock, in, out, 4096);
        hosts.add(host);
        return host;
    }

    /** Resets, and waits for it unless this is the network's own thread. */
    private void reset(List<MemoryHost> left) {
        Runnable reset = () -> left.stream().filter(host -> !host.isReleased()).forEach(MemoryHost::reset);
        if (Thread.currentThread() == thread) {
            work.add(reset);
        } else {
            run(reset);
        }
    }

    private final class Port implements Listener {
        private final InetSocketAddress address;
        private final Admission admission;
        private final List<MemoryHost> accepted = new ArrayList<>();

        Port(InetSocketAddress address, Admission admission) {
            this.address = address;
            this.admission = admission;
        }

        void accept(SocketAddress from, Pipe in, Pipe out) {
            Optional<ByteLayer> layer = admitted(from);
            if (layer.isEmpty()) {
                out.reset();
                return;
            }
            MemoryHost host = host(layer.get(), in, out);
            accepted.add(host);
            host.connect();
        }

        /** An exception of admission refuses the connection, as on every transport. */
        private Optional<ByteLayer> admitted(SocketAddress from) {
            try {
                return admission.accept(from, nowNanos);
            } catch (RuntimeException | Error e) {
                return Optional.empty();
            }
        }

        @Override
        public SocketAddress address() {
            return address;
        }

        @Override
        public void stopAccepting() {
            ports.remove(address.getPort(), this);
        }

        @Override
        public void close() {
            stopAccepting();
            reset(accepted);
        }
    }

    private final class Dialler implements Connector {
        private final List<MemoryHost> made = new ArrayList<>();

        @Override
        public void connect(SocketAddress remote, ByteLayer layer) {
            work.add(() -> {
                Pipe there = new Pipe(CAPACITY_BYTES);
                Pipe back = new Pipe(CAPACITY_BYTES);
                MemoryHost host = host(layer, back, there);
                made.add(host);
                dialled.add(remote);
                host.attach();
                InetAddress address = ((InetSocketAddress) remote).getAddress();
                if (silent.contains(address) || host.isReleased()) {
                    return;
                }
                Port port = ports.get(((InetSocketAddress) remote).getPort());
                if (port == null || refusing.contains(address)) {
                    host.fail(new ConnectException("Connection refused: " + remote),
                            TcpEnd.NOT_CONNECTED);
                    return;
                }
                port.accept(source, there, back);
                host.connected();
            });
        }

        @Override
        public void close() {
            reset(made);
        }
    }

    /** Hands a layer a host that may be used from any thread. */
    private final class OnNetwork extends ForwardingLayer {
        private final ByteLayer layer;

        OnNetwork(ByteLayer layer) {
            this.layer = layer;
        }

        @Override
        protected ByteLayer above() {
            return layer;
        }

        @Override
        public void attach(LayerHost host, long nanoTime) {
            super.attach(new AnyThreadHost(host), nanoTime);
        }

        @Override
        public ByteLayer successor() {
            return layer.successor();
        }
    }

    private final class AnyThreadHost extends ForwardingHost {
        private final LayerHost host;

        AnyThreadHost(LayerHost host) {
            this.host = host;
        }

        @Override
        protected LayerHost below() {
            return host;
        }

        private void onNetwork(Runnable call) {
            if (Thread.currentThread() == thread) {
                call.run();
            } else {
                work.add(call);
            }
        }

        @Override
        public void outputReady() {
            onNetwork(host::outputReady);
        }

        @Override
        public void inputReady() {
            onNetwork(host::inputReady);
        }

        @Override
        public void execute(Runnable task) {
            onNetwork(() -> host.execute(task));
        }

        @Override
        public void flush() {
            onNetwork(host::flush);
        }

        @Override
        public boolean inTransportThread() {
            return Thread.currentThread() == thread;
        }

        @Override
        public long nanoTime() {
            return nowNanos;
        }
    }
}
