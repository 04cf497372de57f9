package io.duplex.internal.runtime;

import io.duplex.client.ClientRequests;
import io.duplex.races.Exploration;
import io.duplex.races.QuietHost;
import io.duplex.races.QuietLayer;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.Transport.Connector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Three addresses that accept, fail or wait, each on a thread of its own, while the application may cancel.
 * The stack learns one result, each attempt that is not the winner is given up, and no result is missing.
 */
public final class ConnectRaceInterleavingTest {
    private static final int ADDRESSES = 3;
    private static final ClientConfig.Routing ROUTING = ClientRequests.DIRECT;
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final LayerHost HOST = new QuietHost();
    private static final List<SocketAddress> ALL = IntStream.rangeClosed(1, ADDRESSES)
            .<SocketAddress>mapToObj(i -> new InetSocketAddress("192.0.2." + i, 7))
            .toList();
    private static final IOException REFUSED = new IOException("refused");

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean cancelled;
    private final List<Attempted> attempts = new CopyOnWriteArrayList<>();
    private final ConnectRace race = new ConnectRace(new Collecting(),
            new Route("many.example", ALL, Optional.empty()), ROUTING, DEADLINE, new Stack());

    /** Starts with the first address, and with the second when the first has not answered for a while. */
    public ConnectRaceInterleavingTest() {
        race.start();
        attempts.getFirst().expire(ROUTING.attemptDelay());
    }

    private final class Stack extends QuietLayer {
        @Override
        public void attach(LayerHost host, long nanoTime) {
            // Attached by the attempt that reports.
        }

        @Override
        public void connected(long nanoTime) {
            connections.incrementAndGet();
        }

        @Override
        public void receiveFailure(IOException cause, long nanoTime) {
            failures.incrementAndGet();
        }
    }

    /** A connector whose connections are driven by the operations. */
    private final class Collecting implements Connector {
        @Override
        public void connect(SocketAddress remote, ByteLayer layers) {
            attempts.add(new Attempted((AddressAttempt) layers));
        }

        @Override
        public void close() {
            // Has no threads.
        }
    }

    /** What a transport does with one attempt, on one thread at a time. */
    private static final class Attempted {
        private final AddressAttempt attempt;
        private boolean attached;
        private boolean connected;
        private boolean released;

        Attempted(AddressAttempt attempt) {
            this.attempt = attempt;
        }

        void attach() {
            if (!attached) {
                attached = true;
                attempt.attach(HOST, 0);
            }
        }

        void call(Consumer<AddressAttempt> event) {
            attach();
            if (!released && attempt.outputState() != OutputState.ABORT) {
                event.accept(attempt);
            }
            if (!released && attempt.outputState() == OutputState.ABORT) {
                release();
            }
        }

        void connect() {
            if (!connected) {
                connected = true;
                call(known -> known.connected(0));
            }
        }

        void fail() {
            if (!connected) {
                call(known -> known.receiveFailure(REFUSED, 0));
            }
        }

        void release() {
            released = true;
            attempt.released(TcpEnd.RESET, 0);
        }

        void expire(Duration time) {
            call(known -> {
                if (!connected) {
                    known.onDeadline(time.toNanos());
                }
            });
        }
    }

    private void with(int index, Consumer<Attempted> event) {
        if (index < attempts.size()) {
            event.accept(attempts.get(index));
        }
    }

    // ---- each attempt has a thread of its own, at any moment any one --------------------------------------

    @Operation(nonParallelGroup = "first")
    public void connectFirst() {
        with(0, Attempted::connect);
    }

    @Operation(nonParallelGroup = "first")
    public void failFirst() {
        with(0, Attempted::fail);
    }

    @Operation(nonParallelGroup = "first")
    public void expireFirst() {
        with(0, attempted -> attempted.expire(ROUTING.addressTimeout()));
    }

    @Operation(nonParallelGroup = "second")
    public void connectSecond() {
        with(1, Attempted::connect);
    }

    @Operation(nonParallelGroup = "second")
    public void failSecond() {
        with(1, Attempted::fail);
    }

    @Operation(nonParallelGroup = "second")
    public void expireSecond() {
        with(1, attempted -> attempted.expire(ROUTING.addressTimeout()));
    }

    @Operation(nonParallelGroup = "third")
    public void connectThird() {
        with(2, Attempted::connect);
    }

    @Operation(nonParallelGroup = "third")
    public void overdueThird() {
        with(2, attempted -> attempted.expire(DEADLINE));
    }

    @Operation
    public void cancel() {
        cancelled = true;
        race.cancel();
    }

    @Validate
    public void oneResultAndNoAttemptLeftRunning() {
        boolean over = cancelled || connections.get() + failures.get() > 0;
        int running = 0;
        for (Attempted attempted : attempts) {
            attempted.attach();
            running += attempted.attempt.outputState() == OutputState.ABORT ? 0 : 1;
        }
        // A stack that stands has the default state of a layer that goes on.
        if (over && running > connections.get()) {
            throw new AssertionError(running + " attempts run on");
        }
        for (int i = 0; !over && i < attempts.size(); i++) {
            attempts.get(i).fail();
        }
        int results = connections.get() + failures.get();
        if (failures.get() > 0 && attempts.size() < ADDRESSES) {
            throw new AssertionError("a failure before all addresses were tried");
        }
        if (results > 1 || results == 0 && !cancelled) {
            throw new AssertionError(connections + " connections and " + failures + " failures");
        }
    }

    @Test
    void theStackLearnsOneResult() {
        Exploration.explore(ConnectRaceInterleavingTest.class, 2, 40, 100);
    }
}
