package io.duplex.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.transport.OutputState;
import io.duplex.transport.Transport.Listener;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The network in memory with layers that only pass bytes. */
class MemoryTransportTest {
    private static final TransportSettings SETTINGS = new TransportSettings("t", true);
    private final MemoryTransport transport = new MemoryTransport();
    private final PlainLayer server = new PlainLayer();

    @AfterEach
    void close() {
        transport.close();
    }

    private Listener listen(int port) throws IOException {
        return transport.listen(new InetSocketAddress("127.0.0.1", port), SETTINGS,
                (remote, nanoTime) -> Optional.of(server));
    }

    @Test
    void bytesGoBothWaysAndThenTheEnd() throws IOException {
        PlainLayer client = transport.dial(listen(0).address());
        transport.run(() -> client.send("ping"));
        transport.run(() -> server.send("pong"));
        assertEquals("ping", transport.ask(server::received));
        assertEquals("pong", transport.ask(client::received));
        transport.run(() -> client.end(OutputState.END));
        transport.run(() -> server.end(OutputState.END));
        List<String> calls = List.of("attach", "connected", "end", "released FIN_EXCHANGED");
        assertEquals(calls, transport.ask(client::calls));
        assertEquals(calls, transport.ask(server::calls));
    }

    @Test
    void nobodyThereAndARefusalAreToldApart() throws IOException {
        assertEquals(List.of("attach", "failure Connection refused: /127.0.0.1:1", "released NOT_CONNECTED"),
                transport.dial(new InetSocketAddress("127.0.0.1", 1)).calls());
        Listener full = transport.listen(new InetSocketAddress("127.0.0.1", 0), SETTINGS,
                (remote, nanoTime) -> Optional.empty());
        assertEquals(List.of("attach", "connected", "failure Connection reset", "released BROKEN"),
                transport.dial(full.address()).calls());
    }

    @Test
    void aPortIsTakenUntilItsListenerStops() throws IOException {
        Listener first = listen(80);
        assertThrows(BindException.class, () -> listen(80));
        first.stopAccepting();
        assertEquals(new InetSocketAddress("127.0.0.1", 80), listen(80).address());
    }

    @Test
    void closingResetsBothEnds() throws IOException {
        Listener listener = listen(0);
        PlainLayer client = transport.dial(listener.address());
        listener.close();
        assertEquals("released RESET", transport.ask(server::calls).getLast());
        assertEquals("released BROKEN", transport.ask(client::calls).getLast());
    }

    @Test
    void timePassesWhenATestSaysSo() throws IOException {
        PlainLayer client = transport.dial(listen(0).address());
        long deadline = new VirtualClock().nanoTime() + 5;
        transport.run(() -> client.deadline(deadline));
        transport.advance(Duration.ofNanos(4));
        assertEquals("connected", transport.ask(client::calls).getLast());
        transport.advance(Duration.ofNanos(1));
        assertEquals("deadline", transport.ask(client::calls).getLast());
    }
}
