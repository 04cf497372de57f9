package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.Cuts;
import io.duplex.tls.Peers.Pairing;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole layer, each provider with each: handshake, data, and the orderly end. */
class TlsLayerTest {
    static Stream<Pairing> all() {
        return Pairing.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void theLayersAboveAreConnectedWhenTlsIsAgreed(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        assertEquals(List.of("attach", "connected"), peers.clientCalls());
        assertEquals(List.of("attach", "connected"), peers.serverCalls());
    }

    @ParameterizedTest
    @MethodSource("all")
    void dataArrivesBothWays(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        peers.client.send("hello, server");
        peers.server.send("x".repeat(100_000));
        peers.link.run();
        assertEquals("hello, server", peers.server.received());
        assertEquals("x".repeat(100_000), peers.client.received());
    }

    @ParameterizedTest
    @MethodSource("all")
    void theEndIsCloseNotifyThenFin(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        peers.server.send("the last words");
        peers.server.end(OutputState.END);
        peers.link.run();
        assertEquals("the last words", peers.client.received());
        assertEquals(List.of("attach", "connected", "end"), peers.clientCalls());
        peers.client.end(OutputState.CLOSE);
        peers.link.run();
        assertEquals(List.of("attach", "connected", "end", "released FIN_EXCHANGED"), peers.serverCalls());
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peers.link.client().tcpEnd());
    }

    @ParameterizedTest
    @MethodSource("all")
    void everySizeOfReadGivesTheSame(Pairing pairing) {
        for (int size : new int[] { 1, 2, 3, 4, 5, 6, 7, 100, 1000 }) {
            Peers peers = pairing.peers();
            peers.link.cut(Cuts.every(size));
            peers.connect();
            peers.client.send("hello");
            peers.server.send("x".repeat(20_000));
            peers.link.run();
            assertEquals("hello", peers.server.received());
            assertEquals("x".repeat(20_000), peers.client.received());
        }
    }

    @Test
    void anAbortPassesThroughAtOnce() {
        Peers peers = Pairing.all().findFirst().orElseThrow().peers().connect();
        peers.client.send("lost");
        peers.client.end(OutputState.ABORT);
        peers.link.run();
        assertEquals(Optional.of(TcpEnd.RESET), peers.link.client().tcpEnd());
        assertEquals(Optional.of(TcpEnd.BROKEN), peers.link.server().tcpEnd());
        assertTrue(peers.serverCalls().contains("failure Connection reset"), peers.serverCalls().toString());
    }

}
