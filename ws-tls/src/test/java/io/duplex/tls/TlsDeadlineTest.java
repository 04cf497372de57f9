package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.tls.Peers.Pairing;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.TcpEnd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The deadline of the handshake, beside that of the layer above. */
class TlsDeadlineTest {
    private static final Pairing PAIRING = new Pairing(TlsProvider.JDK, TlsProvider.JDK, "TLSv1.3");
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private static Peers silentClient() {
        return Peers.withRawClient(
                Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3").handshakeTimeout(TIMEOUT)))
                .connect();
    }

    @Test
    void aPeerThatNeverSpeaksTlsIsGoneAtTheDeadline() {
        Peers peers = silentClient();
        peers.link.advance(TIMEOUT.minusNanos(1));
        assertFalse(peers.link.server().isReleased());
        peers.link.advance(Duration.ofNanos(1));
        assertEquals(Optional.of(TcpEnd.RESET), peers.link.server().tcpEnd());
        assertEquals("failure the TLS handshake was not over within 3 s", peers.serverCalls().get(1));
    }

    @Test
    void aPeerThatDripsItsHandshakeIsGoneAtTheDeadlineToo() {
        Peers peers = silentClient();
        peers.client.send("\u0016\u0003\u0001");
        peers.link.advance(Duration.ofSeconds(2));
        peers.client.send("\u0001");
        peers.link.advance(Duration.ofSeconds(1));
        assertTrue(peers.link.server().isReleased());
    }

    @Test
    void theDeadlineOfTheLayerAboveRunsMeanwhile() {
        Peers peers = silentClient();
        peers.server.deadline(peers.link.clock().nanoTime() + Duration.ofSeconds(1).toNanos());
        peers.link.advance(Duration.ofSeconds(1));
        assertEquals(List.of("attach", "deadline"), peers.serverCalls());
    }

    @Test
    void anOpenConnectionHasNoDeadlineOfTls() {
        Peers peers = PAIRING.peers().connect();
        assertEquals(ByteLayer.NEVER, peers.link.server().deadlineNanos());
        assertEquals(ByteLayer.NEVER, peers.link.client().deadlineNanos());
        peers.link.advance(Duration.ofHours(1));
        peers.client.send("still here");
        peers.link.run();
        assertEquals("still here", peers.server.received());
    }
}
