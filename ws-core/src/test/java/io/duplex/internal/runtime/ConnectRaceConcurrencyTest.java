package io.duplex.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import io.duplex.client.ClientRequests;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.Transport.Connector;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Attempts that end at the same time, on threads of their own. The test holds the monitor until both threads
 * wait for it, so that each section that they take from then on competes with the other's.
 */
class ConnectRaceConcurrencyTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int ROUNDS = 200;

    private final AtomicReference<IOException> reported = new AtomicReference<>();
    private final List<AddressAttempt> attempts = new CopyOnWriteArrayList<>();
    private final LayerHost host = mock(withSettings().stubOnly());
    private final ByteLayer stack = mock(withSettings().stubOnly());

    @BeforeEach
    void listen() {
        when(stack.successor()).thenReturn(stack);
        doAnswer(call -> reported.compareAndSet(null, call.getArgument(0)) ? null : "twice").when(stack)
                .receiveFailure(any(), anyLong());
    }

    private ConnectRace race(int addresses, Connector connector) {
        List<SocketAddress> all = IntStream.rangeClosed(1, addresses)
                .<SocketAddress>mapToObj(i -> new InetSocketAddress("192.0.2." + i, 7))
                .toList();
        reported.set(null);
        attempts.clear();
        return new ConnectRace(connector, new Route("many.example", all, Optional.empty()),
                ClientRequests.DIRECT,
                DEADLINE,
                stack);
    }

    private ConnectRace race(int addresses) {
        return race(addresses, new Attaching());
    }

    /** A connector whose attempts wait for the test. */
    private class Attaching implements Connector {
        @Override
        public void connect(SocketAddress remote, ByteLayer layers) {
            AddressAttempt attempt = (AddressAttempt) layers;
            attempt.attach(host, 0);
            attempts.add(attempt);
        }

        @Override
        public void close() {
            // Has no threads.
        }
    }

    @Test
    @DisplayName("the attempt that wins gives its place to the stack, one that loses does not")
    void theWinnerLeavesTheStack() {
        ConnectRace race = race(2);
        race.start();
        AddressAttempt first = attempts.get(0);
        first.onDeadline(ClientRequests.DIRECT.attemptDelay().toNanos());
        AddressAttempt second = attempts.get(1);
        assertSame(first, first.successor());
        second.connected(0);
        first.connected(0);
        assertSame(stack, second.successor());
        assertSame(first, first.successor());
    }

    private static void fail(AddressAttempt attempt) {
        attempt.receiveFailure(new ConnectException("refused"), 0);
    }

    private static void atOnce(ConnectRace race, Runnable... calls) throws InterruptedException {
        List<Thread> threads;
        synchronized (race) {
            threads = List.of(calls).stream().map(call -> Thread.ofPlatform().daemon().start(call)).toList();
            for (Thread thread : threads) {
                while (thread.getState() != Thread.State.BLOCKED) {
                    Thread.onSpinWait();
                }
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    @DisplayName("two addresses that fail at once leave the third its chance")
    void twoFailuresAtOnce() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            oneMoreAddress();
        }
    }

    private void oneMoreAddress() throws InterruptedException {
        ConnectRace race = race(3);
        race.start();
        attempts.get(0).onDeadline(ClientRequests.DIRECT.attemptDelay().toNanos());
        atOnce(race, () -> fail(attempts.get(0)), () -> fail(attempts.get(1)));
        assertNull(reported.get());
        assertEquals(3, attempts.size());
        fail(attempts.get(2));
        assertEquals(3, assertInstanceOf(ConnectException.class, reported.get()).getSuppressed().length);
    }

    @Test
    @DisplayName("of two addresses whose time expires at once, one has the rest of the deadline")
    void twoTimeOutsAtOnce() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            oneHasTheRest();
        }
    }

    private void oneHasTheRest() throws InterruptedException {
        ConnectRace race = race(2);
        race.start();
        attempts.get(0).onDeadline(ClientRequests.DIRECT.attemptDelay().toNanos());
        long expired = ClientRequests.DIRECT.addressTimeout().toNanos();
        atOnce(race, () -> attempts.get(0).onDeadline(expired), () -> attempts.get(1).onDeadline(expired));
        assertNull(reported.get());
        AddressAttempt left = attempts.stream()
                .filter(attempt -> attempt.nextDeadlineNanos() == DEADLINE.toNanos())
                .findFirst()
                .orElseThrow();
        fail(left);
        assertEquals(2, assertInstanceOf(ConnectException.class, reported.get()).getSuppressed().length);
    }

    @Test
    @DisplayName("a connector that takes no further attempt ends the race once, with all addresses")
    void theConnectorIsClosedMeanwhile() {
        ConnectRace race = race(3, new Attaching() {
            @Override
            public void connect(SocketAddress remote, ByteLayer layers) {
                if (!attempts.isEmpty()) {
                    throw new IllegalStateException("the connector is closed");
                }
                super.connect(remote, layers);
            }
        });
        race.start();
        fail(attempts.get(0));
        assertEquals(
                "cannot connect to many.example at any of its 3 addresses: refused; the connector is closed;"
                        + " the connector is closed",
                reported.get().getMessage());
    }
}
