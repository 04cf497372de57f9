package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.duplex.contract.layer.LayerFixture;
import io.duplex.contract.layer.TestLayer;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportClock;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The names and the lives of the event loops. */
class NioThreadTest extends LayerFixture {
    @Override
    protected Transport transport() {
        return new NioTransport(2);
    }

    @Test
    void aConnectorStartsALoopWithEachConnectionUntilItHasAll() throws IOException {
        TransportSettings settings = new TransportSettings("lazy", true);
        Transport.Listener listener = listen(() -> Optional.of(watch(new TestLayer())));
        try (Transport.Connector connector = transport().connector(settings)) {
            for (int loops : new int[] { 1, 2, 2 }) {
                TestLayer layer = watch(new TestLayer());
                connector.connect(listener.address(), layer);
                layer.awaitEvent("connected");
                assertEquals(loops, threadsOf("lazy-").size());
            }
        }
        assertEquals(List.of(), threadsOf("lazy-"));
    }

    @Test
    void threadsAreNamedAndDaemonsAsSettingsSay() throws IOException {
        TestLayer layer = watch(new TestLayer());
        TransportSettings settings = new TransportSettings("named", false);
        Transport.Listener listener = closing(transport()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings,
                        (remote, nanoTime) -> Optional.of(layer)));
        layer.deadlineNanos = TransportClock.nanoTime() + 1_000_000;
        peer(listener.address());
        layer.awaitEvent("deadline");
        List<Thread> threads = threadsOf("named-");
        List<String> expected = List.of("named-accept", "named-loop-1", "named-loop-2");
        assertEquals(expected, threads.stream().map(Thread::getName).sorted().toList());
        for (Thread thread : threads) {
            assertFalse(thread.isDaemon(), thread.getName());
        }
    }
}
