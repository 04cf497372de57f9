package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.FaultyLayer;
import io.duplex.testkit.FaultyLayer.Faults;
import io.duplex.tls.Peers.Pairing;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How connections end, and who hears what of it. */
class TlsEndingTest {
    private static final String TRUNCATED =
            "failure the connection ended without TLS's close_notify, so something may be missing";

    static Stream<Pairing> all() {
        return Pairing.all();
    }

    static Stream<Pairing> alike() {
        return Pairing.alike();
    }

    private static UnaryOperator<ByteLayer> with(Faults faults) {
        return layer -> new FaultyLayer(layer, faults);
    }

    /** How many bytes each end receives in a handshake. */
    private static long[] handshakeBytes(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        return new long[] { peers.link.toClient().bytesRead(), peers.link.toServer().bytesRead() };
    }

    @ParameterizedTest
    @MethodSource("alike")
    void aServerCutOffInTheMiddleOfTheHandshakeIsToldAsThat(Pairing pairing) {
        long half = handshakeBytes(pairing)[1] / 2;
        Peers peers = pairing.peers(UnaryOperator.identity(), with(Faults.endAfter(half))).connect();
        peers.link.advance(Duration.ofSeconds(10));
        assertEquals(List.of("attach",
                "failure the peer ended the connection in the middle of the TLS handshake"),
                peers.serverCalls().subList(0, 2));
        assertTrue(peers.link.server().isReleased());
    }

    @ParameterizedTest
    @MethodSource("alike")
    void aClientCutOffInTheMiddleOfTheHandshakeIsToldAsThat(Pairing pairing) {
        long half = handshakeBytes(pairing)[0] / 2;
        Peers peers = pairing.peers(with(Faults.endAfter(half)), UnaryOperator.identity()).connect();
        peers.link.advance(Duration.ofSeconds(10));
        assertEquals(List.of("attach",
                "failure the peer ended the connection in the middle of the TLS handshake"),
                peers.clientCalls().subList(0, 2));
        assertTrue(peers.link.client().isReleased());
    }

    @ParameterizedTest
    @MethodSource("all")
    void aServerThatGivesUpInTheMiddleOfTheHandshakeSaysSo(Pairing pairing) {
        Peers peers = pairing.peers();
        peers.link.server().connect();
        peers.link.client().connect();
        peers.link.client().run();
        peers.link.server().run();
        // The server has answered the first flight, and does not see the next.
        peers.server.end(OutputState.CLOSE);
        peers.link.server().run();
        peers.link.run();
        // In TLS 1.3 the client was ready with its own half.
        List<String> calls = pairing.version().equals("TLSv1.3")
                ? List.of("connected", "end")
                : List.of("failure the peer closed TLS in the middle of the handshake",
                        "released FIN_EXCHANGED");
        assertEquals(calls, peers.clientCalls().subList(1, 3));
        peers.client.end(OutputState.CLOSE);
        peers.link.run();
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peers.link.server().tcpEnd());
    }

    @Test
    void aPeerThatEndsBeforeItHasSaidAnythingIsToldAsThat() {
        Peers peers =
                Peers.withRawClient(Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3"))).connect();
        peers.client.end(OutputState.END);
        peers.link.run();
        assertEquals(
                "failure the peer ended the connection before it had said anything, and a TLS handshake was"
                        + " expected",
                peers.serverCalls().get(1));
        assertTrue(peers.link.server().isReleased());
    }

    @ParameterizedTest
    @MethodSource("alike")
    void aPeerCutOffInTheMiddleOfARecordIsATruncation(Pairing pairing) {
        long toServer = handshakeBytes(pairing)[1];
        Peers peers =
                pairing.peers(UnaryOperator.identity(), with(Faults.endAfter(toServer + 2000))).connect();
        peers.client.send("x".repeat(10_000));
        peers.link.run();
        assertEquals(List.of("attach", "connected", TRUNCATED), peers.serverCalls().subList(0, 3));
        assertEquals("", peers.server.received());
    }

    @ParameterizedTest
    @MethodSource("alike")
    void aFinWithoutCloseNotifyIsATruncation(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        peers.client.send("all of it");
        peers.link.run();
        peers.link.toServer().end();
        peers.link.server().run();
        assertEquals("all of it", peers.server.received());
        assertEquals(TRUNCATED, peers.serverCalls().get(2));
    }

    @ParameterizedTest
    @MethodSource("alike")
    void aFinWithoutCloseNotifyIsNoErrorForWhomItIsOver(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        peers.server.end(OutputState.END);
        peers.link.server().run();
        peers.link.toServer().end();
        peers.link.server().run();
        assertEquals(List.of("attach", "connected", "end", "released FIN_EXCHANGED"), peers.serverCalls());
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatWasSentBeforeThePeersCloseNotifyStillLeaves(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        // In one segment: data that is answered, and close_notify.
        peers.client.send("question");
        peers.client.end(OutputState.END);
        peers.link.client().run();
        long before = peers.link.toClient().bytesWritten();
        peers.server.send("answer".repeat(50_000));
        peers.link.run();
        assertEquals("question", peers.server.received());
        assertEquals(List.of("attach", "connected", "end"), peers.serverCalls());
        assertTrue(peers.link.toClient().bytesWritten() - before > 300_000);
        // Bouncy Castle's client hears nothing after its own close_notify.
        assertEquals(pairing.client() == TlsProvider.JDK ? 300_000 : 0, peers.client.received().length());
        peers.server.end(OutputState.CLOSE);
        peers.link.run();
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peers.link.client().tcpEnd());
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peers.link.server().tcpEnd());
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsSentBehindThePeersCloseNotifyHarmsNobody(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        peers.client.end(OutputState.END);
        peers.link.run();
        peers.server.send("too late for some");
        peers.server.end(OutputState.CLOSE);
        peers.link.run();
        assertEquals(List.of("attach", "connected", "end", "released FIN_EXCHANGED"), peers.serverCalls());
        assertTrue(List.of("", "too late for some").contains(peers.client.received()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void whoClosesWaitsForTheFinBehindThePeersCloseNotify(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        peers.client.end(OutputState.END);
        peers.link.client().run();
        peers.link.server().run();
        peers.server.end(OutputState.CLOSE);
        peers.link.server().run();
        peers.link.run();
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peers.link.server().tcpEnd());
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peers.link.client().tcpEnd());
    }

    @Test
    void aPeerThatSendsCloseNotifyAndNeverAFinIsNotWaitedForLong() {
        Peers peers = new Pairing(TlsProvider.JDK, TlsProvider.JDK, "TLSv1.3").peers(
                UnaryOperator.identity(), layer -> layer).connect();
        peers.server.end(OutputState.END);
        peers.link.server().run();
        // The server's end is seen by the client's TLS as close_notify, but no FIN follows as long as the
        // server reads on.
        peers.client.end(OutputState.CLOSE);
        peers.link.client().run();
        assertFalse(peers.link.server().isReleased());
        peers.link.advance(Duration.ofSeconds(3));
        assertTrue(peers.link.client().isReleased());
    }

    @ParameterizedTest
    @MethodSource("alike")
    void aResetPassesThrough(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        peers.link.client().reset();
        peers.link.run();
        assertEquals(List.of("attach", "connected", "failure Connection reset", "released BROKEN"),
                peers.serverCalls());
    }
}
