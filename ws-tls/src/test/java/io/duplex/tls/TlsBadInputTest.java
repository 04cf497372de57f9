package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.MemoryLink;
import io.duplex.testkit.PlainLayer;
import io.duplex.tls.Peers.Pairing;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that no peer should send. */
class TlsBadInputTest {
    static Stream<Pairing> alike() {
        return Pairing.alike();
    }

    private static Peers rawClient(TlsProvider provider) {
        return Peers.withRawClient(Peers.tls(Peers.serverConfig(provider, "TLSv1.3", "TLSv1.2"))).connect();
    }

    private static String failure(PlainLayer layer) {
        return layer.calls()
                .stream()
                .filter(call -> call.startsWith("failure"))
                .findFirst()
                .orElse("no failure");
    }

    @ParameterizedTest
    @EnumSource
    void plainHttpOnTheTlsPortIsAnsweredInClear(TlsProvider provider) {
        Peers peers = rawClient(provider);
        peers.client.send("GET /chat HTTP/1.1\r\nHost: a\r\n\r\n");
        peers.link.run();
        assertTrue(peers.client.received().startsWith("HTTP/1.1 400 Bad Request\r\n"),
                peers.client.received());
        assertTrue(peers.client.received().endsWith("use https or wss.\n"), peers.client.received());
        assertEquals("failure expected a TLS handshake, but the client sent \"GET /chat HTTP/1.1\"",
                failure(peers.server));
        assertEquals("end", peers.clientCalls().get(2));
    }

    @ParameterizedTest
    @EnumSource
    void garbageOnTheTlsPortIsNotAnswered(TlsProvider provider) {
        Peers peers = rawClient(provider);
        peers.client.send("\u0001\u0002\u0003");
        peers.link.run();
        assertEquals("", peers.client.received());
        assertEquals("failure expected a TLS handshake, but the client sent other bytes",
                failure(peers.server));
        assertEquals("end", peers.clientCalls().get(2), "half-closed at once");
        peers.link.advance(Duration.ofSeconds(3));
        assertTrue(peers.link.server().isReleased());
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatSpeaksNoTlsIsNamedAndQuoted(TlsProvider provider) {
        PlainLayer above = new PlainLayer();
        PlainLayer server = new PlainLayer();
        Tls tls = Peers.tls(Peers.clientConfig(provider, "TLSv1.3"));
        MemoryLink link = new MemoryLink(tls.connecting(above, "example.com", 8080), server).connect();
        server.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        link.run();
        assertEquals("failure expected example.com:8080 to speak TLS, but it answered with"
                + " \"HTTP/1.1 400 Bad Request\"; is it a ws port?", failure(above));
    }

    @ParameterizedTest
    @EnumSource
    void anOversizedRecordIsRefusedBeforeItHasCome(TlsProvider provider) {
        Peers peers = rawClient(provider);
        peers.client.send("\u0016\u0003\u0003\u0048\u0001");
        peers.link.run();
        assertEquals("failure a TLS record of 18433 bytes came, and the longest that TLS allows has 18432",
                failure(peers.server));
    }

    @ParameterizedTest
    @EnumSource
    void aMalformedHandshakeMessageIsAFailureOfThisConnectionOnly(TlsProvider provider) {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            Peers peers = rawClient(provider);
            StringBuilder body = new StringBuilder("\u0016\u0003\u0001\u0000\u0040\u0001\u0000\u0000\u003c");
            for (int j = 0; j < 60; j++) {
                body.append((char) random.nextInt(128));
            }
            peers.client.send(body.toString());
            peers.link.run();
            peers.link.advance(Duration.ofSeconds(20));
            assertTrue(failure(peers.server).startsWith("failure "), "no failure");
            assertTrue(peers.link.server().isReleased());
            assertTrue(peers.link.server().taskFailure().isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("alike")
    void garbageBetweenTheRecordsOfAnOpenConnectionIsAnsweredWithAnAlert(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        peers.link.toServer()
                .write(java.nio.ByteBuffer.wrap(new byte[] { 23, 3, 3, 0, 30, 1, 2, 3, 4, 5, 6, 7, 8, 9,
                    10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 }));
        peers.link.run();
        assertTrue(failure(peers.server).startsWith("failure the peer broke a rule of TLS"),
                failure(peers.server));
        assertTrue(failure(peers.client).contains("refused"), failure(peers.client));
        assertTrue(peers.link.client().isReleased());
        assertTrue(peers.link.server().isReleased());
    }

    @Test
    void whatComesBehindAFailureIsDrainedWithinBounds() {
        Peers peers = rawClient(TlsProvider.JDK);
        peers.client.send("\u0001" + "x".repeat((int) CloseLadder.MAX_DRAIN_BYTES + 10));
        peers.link.run();
        assertEquals("RESET", peers.link.server().tcpEnd().orElseThrow().name());
    }
}
