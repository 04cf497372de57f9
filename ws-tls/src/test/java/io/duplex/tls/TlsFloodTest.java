package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.MemoryLink;
import io.duplex.testkit.Pipe;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.VirtualClock;
import io.duplex.tls.TlsParameters.PeerCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ServerOnlyTlsAuthentication;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A peer, the JDK's engine, that sends records without data on an open connection. */
class TlsFloodTest {
    private static final int MOST = 32;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** The attacked end, with its provider, and the flooding peer's engine and way to it. */
    private record Attack(PlainLayer attacked, PlainLayer peer, SSLEngine engine, MemoryLink link,
            boolean onServer) {
        static Attack on(TlsProvider provider, boolean server, String version) throws Exception {
            Engines client = new Engines(
                    Peers.clientConfig(server ? TlsProvider.JDK : provider, version).build());
            Engines serving =
                    new Engines(Peers.serverConfig(server ? provider : TlsProvider.JDK, version).build());
            SSLEngine ofClient = client.client(Peers.HOST, 443);
            SSLEngine ofServer = serving.server();
            PlainLayer[] above = { new PlainLayer(), new PlainLayer() };
            MemoryLink link = new MemoryLink(layer(client, ofClient, above[0]),
                    layer(serving, ofServer, above[1])).connect();
            Attack attack = new Attack(above[server ? 1 : 0], above[server ? 0 : 1],
                    server ? ofClient : ofServer, link, server);
            attack.data();
            return attack;
        }

        private static TlsLayer layer(Engines engines, SSLEngine engine, PlainLayer above) {
            return new TlsLayer(engine, above, new TlsParameters("the peer", PeerCheck.NONE,
                    Duration.ofSeconds(10), engines.halfCloses(), new HandshakeBudget(1)));
        }

        /** Asks for new keys, which the other end has to compute and to answer (RFC 8446 section 4.6.3). */
        void keyUpdate() throws SSLException {
            engine.beginHandshake();
            record();
        }

        void record() throws SSLException {
            ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(NOTHING, record);
            assertTrue(record.flip().hasRemaining(), "no record");
            Pipe way = onServer ? link.toServer() : link.toClient();
            way.write(record);
            link.run();
        }

        /** In both directions: the peer counts the answers to its updates, too. */
        void data() {
            peer.send("data ");
            attacked.send("data ");
            link.run();
        }

        String failure() {
            return attacked.calls()
                    .stream()
                    .filter(call -> call.startsWith("failure"))
                    .findFirst()
                    .orElse("none");
        }
    }

    @ParameterizedTest
    @CsvSource({ "JDK, true", "BC, true", "JDK, false", "BC, false" })
    void keyUpdatesWithoutDataEndTheConnection(TlsProvider provider, boolean server) throws Exception {
        Attack attack = Attack.on(provider, server, "TLSv1.3");
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < MOST; i++) {
                attack.keyUpdate();
            }
            attack.data();
        }
        assertEquals("none", attack.failure());
        assertEquals("data data data data ", attack.attacked.received());
        for (int i = 0; i <= MOST; i++) {
            attack.keyUpdate();
        }
        assertEquals("failure more than 32 TLS records in a row brought no data", attack.failure());
        attack.link.advance(Duration.ofSeconds(20));
        assertTrue((server ? attack.link.server() : attack.link.client()).isReleased());
    }

    /**
     * RFC 5246 section 6.2.1 allows empty records of data; engines send none, so this peer is Bouncy Castle's
     * own protocol. The JDK's engine takes an empty one of TLS 1.3 for a forged one.
     */
    @ParameterizedTest
    @CsvSource({ "BC, TLSv1.3", "JDK, TLSv1.2", "BC, TLSv1.2" })
    void emptyRecordsEndTheConnection(TlsProvider provider, String version) throws Exception {
        PlainLayer above = new PlainLayer();
        Pipe toServer = new Pipe();
        Pipe toClient = new Pipe();
        MemoryHost host = new MemoryHost(Peers.tls(Peers.serverConfig(provider, version)).accepting(above),
                new VirtualClock(), toServer, toClient);
        host.connect();
        EmptyRecords peer = new EmptyRecords();
        peer.connect(new Careless());
        for (int i = 0; i < 20; i++) {
            peer.exchange(host, toServer, toClient);
        }
        assertTrue(above.calls().contains("connected"), above.calls()::toString);
        for (int i = 0; i < MOST; i++) {
            peer.sendEmpty();
            peer.exchange(host, toServer, toClient);
        }
        peer.writeApplicationData("data".getBytes(StandardCharsets.US_ASCII), 0, 4);
        peer.exchange(host, toServer, toClient);
        assertEquals("data", above.received());
        for (int i = 0; i <= MOST; i++) {
            assertFalse(above.calls().getLast().startsWith("failure"), above.calls()::toString);
            peer.sendEmpty();
            peer.exchange(host, toServer, toClient);
        }
        assertTrue(above.calls().contains("failure more than 32 TLS records in a row brought no data"),
                above.calls()::toString);
    }

    /** A client that can send empty records. */
    private static final class EmptyRecords extends TlsClientProtocol {
        void sendEmpty() throws IOException {
            safeWriteRecord(ContentType.application_data, new byte[0], 0, 0);
        }

        void exchange(MemoryHost server, Pipe toServer, Pipe toClient) throws IOException {
            byte[] bytes = new byte[getAvailableOutputBytes()];
            readOutput(bytes, 0, bytes.length);
            toServer.write(ByteBuffer.wrap(bytes));
            server.run();
            ByteBuffer answer = ByteBuffer.allocate(1 << 16);
            if (toClient.read(answer) > 0) {
                offerInput(answer.array(), 0, answer.position());
            }
        }
    }

    /** Accepts any certificate. */
    private static final class Careless extends DefaultTlsClient {
        Careless() {
            super(new JcaTlsCryptoProvider().setProvider(new BouncyCastleProvider())
                    .create(new SecureRandom()));
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new ServerOnlyTlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate) {
                    // Any will do.
                }
            };
        }
    }
}
