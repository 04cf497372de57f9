package io.duplex.transport.bio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.duplex.contract.layer.LayerFixture;
import io.duplex.contract.layer.TestLayer;
import io.duplex.transport.OutputState;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportClock;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The names and the lives of the platform threads. */
class BioThreadTest extends LayerFixture {
    @Override
    protected Transport transport() {
        return new BioTransport();
    }

    @Test
    void anEndedConnectionLeavesNoThread() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onEnd() {
                state = OutputState.END;
            }
        };
        Socket peer = peerOf(layer);
        peer.shutdownOutput();
        layer.awaitEvent("released");
        awaitNoMore("connection threads", () -> !threadsOf("test-conn-").isEmpty());
        assertFalse(threadsOf("test-accept").isEmpty());
    }

    @Test
    void threadsAreNamedAndDaemonsAsSettingsSay() throws IOException {
        TestLayer layer = watch(new TestLayer());
        TransportSettings settings = new TransportSettings("named", false);
        Transport.Listener listener = closing(transport()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings,
                        (remote, nanoTime) -> Optional.of(layer)));
        // Far away: it is there for the timer's thread.
        layer.deadlineNanos = TransportClock.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        peer(listener.address());
        layer.awaitEvent("connected");
        // Until a task meets the connection's own thread waiting for bytes; then a helper runs it.
        while (threadsOf("named-helper-").isEmpty()) {
            CompletableFuture<Void> ran = new CompletableFuture<>();
            layer.host.execute(() -> ran.complete(null));
            ran.join();
        }
        List<Thread> threads = threadsOf("named-");
        List<String> expected = List.of("named-accept", "named-conn-1", "named-helper-1", "named-timer");
        assertEquals(expected, threads.stream().map(Thread::getName).sorted().toList());
        for (Thread thread : threads) {
            boolean carries = thread.getName().contains("conn") || thread.getName().contains("accept");
            assertEquals(!carries, thread.isDaemon(), thread.getName());
        }
    }
}
