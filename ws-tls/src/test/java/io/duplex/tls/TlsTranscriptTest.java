package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.Cuts;
import io.duplex.tls.Peers.Pairing;
import io.duplex.transport.OutputState;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A whole connection, from the handshake to the FINs, cut at every offset of either direction: where the
 * network cuts must not matter. The last flight of the handshake and the first data travel together.
 */
class TlsTranscriptTest {
    static Stream<Pairing> alike() {
        return Pairing.alike();
    }

    private static Peers converse(Tls client, Tls server, Cuts cuts) {
        Peers peers = new Peers(client, server);
        peers.link.cut(cuts);
        peers.connect();
        peers.client.send("GET / HTTP/1.1");
        peers.server.send("HTTP/1.1 101");
        peers.link.run();
        peers.client.end(OutputState.END);
        peers.link.run();
        peers.server.end(OutputState.CLOSE);
        peers.link.run();
        return peers;
    }

    private static void assertWhole(Peers peers, String where) {
        assertEquals("GET / HTTP/1.1", peers.server.received(), where);
        assertEquals("HTTP/1.1 101", peers.client.received(), where);
        assertEquals(List.of("attach", "connected", "end", "released FIN_EXCHANGED"), peers.serverCalls(),
                where);
        assertEquals(2, peers.clientCalls().indexOf("end"), where);
    }

    @ParameterizedTest
    @MethodSource("alike")
    void aConnectionCutAtEveryOffsetIsTheSame(Pairing pairing) {
        Tls client = Peers.tls(Peers.clientConfig(pairing.client(), pairing.version()));
        Tls server = Peers.tls(Peers.serverConfig(pairing.server(), pairing.version()));
        assertWhole(converse(client, server, Cuts.WHOLE), "whole");
        Peers whole = converse(client, server, Cuts.WHOLE);
        long longer = Math.max(whole.link.toServer().bytesRead(), whole.link.toClient().bytesRead());
        assertTrue(longer > 200, "a transcript of " + longer + " bytes");
        // Handshakes are resumed here where the provider can.
        for (long cut = longer; cut > 0; cut--) {
            assertWhole(converse(client, server, Cuts.at(cut)), "cut at " + cut);
        }
    }

    @Test
    void aFullHandshakeCutAtEveryOffsetIsTheSame() {
        Pairing pairing = new Pairing(TlsProvider.JDK, TlsProvider.JDK, "TLSv1.3");
        Tls client = Peers.tls(Peers.clientConfig(pairing.client(), pairing.version()).resumption(false));
        Tls server = Peers.tls(Peers.serverConfig(pairing.server(), pairing.version()).resumption(false));
        Peers whole = converse(client, server, Cuts.WHOLE);
        assertWhole(whole, "whole");
        long longer = Math.max(whole.link.toServer().bytesRead(), whole.link.toClient().bytesRead());
        for (long cut = 1; cut <= longer; cut++) {
            assertWhole(converse(client, server, Cuts.at(cut)), "cut at " + cut);
        }
    }
}
