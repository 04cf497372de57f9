package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.MemoryLink;
import io.duplex.testkit.PlainLayer;
import io.duplex.tls.Peers.Pairing;
import io.duplex.tls.TlsParameters.PeerCheck;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Engines that do what one does not expect of them. */
class TlsEngineTest {
    /** One byte of data in TLS 1.3: header, data, type, the JDK's padding, tag. */
    private static final int SMALL_RECORD_BYTES = 5 + 1 + 1 + 16 + 16;
    private static final TlsParameters PARAMETERS =
            new TlsParameters("the peer", PeerCheck.NONE, Duration.ofSeconds(10), false,
                    new HandshakeBudget(4));

    static Stream<Pairing> alike() {
        return Pairing.alike();
    }

    private static SSLEngine clientEngine(TlsProvider provider, String version) throws Exception {
        return new Engines(Peers.clientConfig(provider, version).build()).client(Peers.HOST, 443);
    }

    private static SSLEngine serverEngine(TlsProvider provider, String version) throws Exception {
        return new Engines(Peers.serverConfig(provider, version).build()).server();
    }

    /** Stands still from some call on. */
    private static final class Idler extends ForwardingEngine {
        private boolean idle;

        Idler(SSLEngine engine) {
            super(engine);
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer src, ByteBuffer[] dsts, int offset, int length)
                throws SSLException {
            return idle
                    ? new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, 0, 0)
                    : super.unwrap(src, dsts, offset, length);
        }

        @Override
        public SSLEngineResult wrap(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst)
                throws SSLException {
            return idle
                    ? new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, 0, 0)
                    : super.wrap(srcs, offset, length, dst);
        }
    }

    @Test
    void anUnwrapWithoutProgressFailsInsteadOfSpinning() throws Exception {
        Idler idler = new Idler(serverEngine(TlsProvider.JDK, "TLSv1.3"));
        PlainLayer client = new PlainLayer();
        PlainLayer server = new PlainLayer();
        MemoryLink link = new MemoryLink(
                new TlsLayer(clientEngine(TlsProvider.JDK, "TLSv1.3"), client, PARAMETERS),
                new TlsLayer(idler, server, PARAMETERS)).connect();
        idler.idle = true;
        client.send("x");
        link.client().run();
        link.server().run();
        assertTrue(
                server.calls()
                        .get(2)
                        .startsWith("failure the TLS engine made no progress in two calls of unwrap"),
                server.calls().toString());
    }

    @Test
    void aWrapWithoutProgressFailsInsteadOfSpinning() throws Exception {
        Idler idler = new Idler(serverEngine(TlsProvider.JDK, "TLSv1.3"));
        PlainLayer server = new PlainLayer();
        MemoryLink link = new MemoryLink(
                new TlsLayer(clientEngine(TlsProvider.JDK, "TLSv1.3"), new PlainLayer(), PARAMETERS),
                new TlsLayer(idler, server, PARAMETERS)).connect();
        idler.idle = true;
        server.send("x");
        link.server().run();
        assertTrue(
                server.calls()
                        .get(2)
                        .startsWith("failure the TLS engine made no progress in two calls of wrap"),
                server.calls().toString());
    }

    /** Lets two records out in one call, as Bouncy Castle's engine does when it renews its keys. */
    private static final class Doubler extends ForwardingEngine {
        private int doubled;

        Doubler(SSLEngine engine) {
            super(engine);
        }

        @Override
        public SSLEngineResult wrap(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst)
                throws SSLException {
            ByteBuffer src = srcs[offset];
            if (src.remaining() < 2) {
                return super.wrap(srcs, offset, length, dst);
            }
            int limit = src.limit();
            src.limit(src.position() + src.remaining() / 2);
            SSLEngineResult first = super.wrap(srcs, offset, length, dst);
            src.limit(limit);
            if (first.getStatus() != Status.OK) {
                return first;
            }
            SSLEngineResult second = super.wrap(srcs, offset, length, dst);
            doubled++;
            return new SSLEngineResult(Status.OK, second.getHandshakeStatus(),
                    first.bytesConsumed() + second.bytesConsumed(),
                    first.bytesProduced() + second.bytesProduced());
        }
    }

    @ParameterizedTest
    @MethodSource("alike")
    void twoRecordsOfOneWrapBothArrive(Pairing pairing) throws Exception {
        Doubler doubler = new Doubler(serverEngine(pairing.server(), pairing.version()));
        PlainLayer client = new PlainLayer();
        PlainLayer server = new PlainLayer();
        MemoryLink link = new MemoryLink(
                new TlsLayer(clientEngine(pairing.client(), pairing.version()), client, PARAMETERS),
                new TlsLayer(doubler, server, PARAMETERS)).connect();
        for (int i = 0; i < 10; i++) {
            server.send("twice " + i + ";");
            link.run();
        }
        assertEquals(10, doubler.doubled);
        assertTrue(client.received().endsWith("twice 8;twice 9;"), client.received());
    }

    /** Takes itself for a client, so that its layer lets it renegotiate. */
    private static final class Renegotiator extends ForwardingEngine {
        Renegotiator(SSLEngine engine) {
            super(engine);
        }

        @Override
        public boolean getUseClientMode() {
            return true;
        }
    }

    @Test
    void aHelloRequestIsAnsweredAndNoDataIsLost() throws Exception {
        SSLEngine engine = serverEngine(TlsProvider.JDK, "TLSv1.2");
        PlainLayer client = new PlainLayer();
        PlainLayer server = new PlainLayer();
        MemoryLink link = new MemoryLink(
                new TlsLayer(clientEngine(TlsProvider.JDK, "TLSv1.2"), client, PARAMETERS),
                new TlsLayer(new Renegotiator(engine), server, PARAMETERS)).connect();
        engine.beginHandshake();
        server.send("from the server");
        client.send("from the client");
        link.run();
        client.send(", again");
        link.run();
        assertEquals("from the server", client.received());
        assertEquals("from the client, again", server.received());
        assertEquals(HandshakeStatus.NOT_HANDSHAKING, engine.getHandshakeStatus());
    }

    @Test
    void aClientThatRenegotiatesIsRefusedByTheServer() throws Exception {
        SSLEngine engine = clientEngine(TlsProvider.JDK, "TLSv1.2");
        PlainLayer client = new PlainLayer();
        PlainLayer server = new PlainLayer();
        MemoryLink link = new MemoryLink(new TlsLayer(engine, client, PARAMETERS),
                new TlsLayer(serverEngine(TlsProvider.JDK, "TLSv1.2"), server, PARAMETERS)).connect();
        engine.beginHandshake();
        client.send("x");
        link.run();
        assertEquals("failure the client asked to negotiate TLS anew, which costs a server too much to allow",
                server.calls().get(2));
    }

    @ParameterizedTest
    @EnumSource
    void aKeyUpdateInTheMiddleOfDataGoesUnnoticed(TlsProvider receiver) throws Exception {
        // The JDK's engine renews its keys behind 64 MiB: see tls.security.
        PlainCounter sink = new PlainCounter();
        PlainCounter source = new PlainCounter();
        MemoryLink link = new MemoryLink(
                new TlsLayer(clientEngine(receiver, "TLSv1.3"), sink, PARAMETERS),
                new TlsLayer(serverEngine(TlsProvider.JDK, "TLSv1.3"), source, PARAMETERS)).connect();
        long before = link.toServer().bytesRead();
        source.send(70L << 20);
        link.run();
        assertEquals(70L << 20, sink.received);
        sink.send(1);
        link.run();
        assertEquals(1, source.received);
        // Bouncy Castle answers a KeyUpdate with the next data only, two records in one wrap.
        assertTrue(link.toServer().bytesRead() - before > SMALL_RECORD_BYTES, "no KeyUpdate");
    }

    @Test
    void bouncyCastlesNewKeysBehindAMillionRecordsGoUnnoticed() throws Exception {
        PlainCounter sink = new PlainCounter();
        PlainCounter source = new PlainCounter(1);
        MemoryLink link = new MemoryLink(
                new TlsLayer(clientEngine(TlsProvider.BC, "TLSv1.3"), sink, PARAMETERS),
                new TlsLayer(serverEngine(TlsProvider.BC, "TLSv1.3"), source, PARAMETERS)).connect();
        long records = (1L << 20) + 10;
        source.send(records);
        link.run();
        assertEquals(records, sink.received);
    }
}
