package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.ConnectionClosedException;
import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.WebSocketClient;
import io.duplex.server.Authorization;
import io.duplex.server.Endpoint;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.CapturedLog;
import io.duplex.testkit.MemoryTransport;
import io.duplex.testkit.Recorder;
import io.duplex.tls.Peers.Pairing;
import io.duplex.transport.SafeLog;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers and clients over TLS, on a network in memory. */
class SecureServerTest {
    private final MemoryTransport network = new MemoryTransport();

    static Stream<Pairing> all() {
        return Pairing.all();
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    private WebSocketServer server(Tls tls, Endpoint endpoint) throws IOException {
        return WebSocketServer.builder()
                .transport(network)
                .bind("127.0.0.1", 0)
                .secure(tls)
                .endpoint("/echo", endpoint)
                .start();
    }

    private static Endpoint echo() {
        return Endpoint.of(new WebSocketHandler() {
            @Override
            public void onText(WebSocket ws, String text) {
                ws.send(text);
            }
        });
    }

    private WebSocketClient client(Tls tls) {
        return WebSocketClient.builder().transport(network).secure(tls).build();
    }

    private static CloseInfo closeInfo(WebSocket ws) throws Exception {
        return ws.closeFuture().get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
    }

    @ParameterizedTest
    @MethodSource("all")
    void anEchoOverTlsIsOneInClear(Pairing pairing) throws Exception {
        try (WebSocketServer server =
                server(Peers.tls(Peers.serverConfig(pairing.server(), pairing.version())), echo());
                WebSocketClient client =
                        client(Peers.tls(Peers.clientConfig(pairing.client(), pairing.version())))) {
            assertEquals("wss", server.uri("/echo").getScheme());
            WebSocket ws = client.connect(server.uri("/echo"));
            assertTrue(ws.secure());
            assertEquals(pairing.version(), ws.tlsSession().orElseThrow().getProtocol());
            ws.send("x".repeat(100_000));
            assertEquals(new Message.Text("x".repeat(100_000)), ws.receive());
            ws.close();
            CloseInfo info = closeInfo(ws);
            assertTrue(info.clean(), info.toString());
            assertEquals("FIN_EXCHANGED", info.tcpEnd().toString());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void theServersCloseIsCleanToo(Pairing pairing) throws Exception {
        CompletableFuture<CloseInfo> atServer = new CompletableFuture<>();
        Endpoint closing = Endpoint.of(new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                ws.send("bye");
                ws.close(4000, "enough");
            }

            @Override
            public void onClose(WebSocket ws, CloseInfo info) {
                atServer.complete(info);
            }
        });
        try (WebSocketServer server =
                server(Peers.tls(Peers.serverConfig(pairing.server(), pairing.version())), closing);
                WebSocketClient client =
                        client(Peers.tls(Peers.clientConfig(pairing.client(), pairing.version())))) {
            WebSocket ws = client.connect(server.uri("/echo"));
            assertEquals(new Message.Text("bye"), ws.receive());
            // The Close frame is answered once the application asks for more.
            assertThrows(ConnectionClosedException.class, ws::receive);
            assertTrue(closeInfo(ws).clean());
            CloseInfo info = atServer.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
            assertTrue(info.clean(), info.toString());
            assertEquals("FIN_EXCHANGED", info.tcpEnd().toString());
        }
    }

    @Test
    void theAuthorizerAndTheHandlerSeeThePeersCertificate() throws Exception {
        CompletableFuture<X509Certificate> authorized = new CompletableFuture<>();
        Endpoint endpoint = Endpoint.builder().authorizer(request -> {
            try {
                authorized.complete(
                        (X509Certificate) request.tlsSession().orElseThrow().getPeerCertificates()[0]);
            } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
                authorized.completeExceptionally(e);
            }
            return CompletableFuture.completedStage(Authorization.granted());
        }).handler(new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                ws.send(ws.tlsSession().orElseThrow().getCipherSuite());
            }
        }).build();
        SelfSigned mine = SelfSigned.of("me");
        Tls tls = Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3")
                .trust(mine.certificate())
                .clientAuthentication(ClientAuthentication.NEED));
        try (WebSocketServer server = server(tls, endpoint);
                WebSocketClient client = client(
                        Peers.tls(Peers.clientConfig(TlsProvider.JDK, "TLSv1.3").selfSigned(mine)))) {
            WebSocket ws = client.connect(server.uri("/echo"));
            assertEquals(new Message.Text("TLS_AES_128_GCM_SHA256"), ws.receive());
            assertEquals(mine.certificate(), authorized.getNow(null));
        }
    }

    @Test
    void aServerWithoutAKeyDoesNotStart() {
        IOException e = assertThrows(IOException.class, () -> server(Tls.of(TlsConfig.DEFAULT), echo()));
        assertTrue(e.getMessage().startsWith("expected a key and a certificate to serve TLS with"),
                e.getMessage());
    }

    @Test
    void aClientThatWasNotGivenTlsTrustsThePlatform() throws Exception {
        try (WebSocketServer server =
                server(Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3")), echo());
                WebSocketClient client = WebSocketClient.builder().transport(network).build()) {
            TlsException e =
                    assertThrows(TlsException.class, () -> client.connect(server.uri("/echo")));
            assertEquals(TlsException.Reason.UNTRUSTED, e.reason());
        }
    }

    @Test
    void aFailedTlsHandshakeIsToldToWhoConnects() throws Exception {
        try (WebSocketServer server =
                server(Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3")), echo());
                WebSocketClient client = client(Tls.of(TlsConfig.DEFAULT))) {
            TlsException e =
                    assertThrows(TlsException.class, () -> client.connect(server.uri("/echo")));
            assertEquals(TlsException.Reason.UNTRUSTED, e.reason());
            assertTrue(server.connections().isEmpty());
        }
    }

    @Test
    void tlsToAPortInClearIsToldToWhoConnects() throws Exception {
        try (WebSocketServer server = WebSocketServer.builder()
                .transport(network)
                .bind("127.0.0.1", 0)
                .endpoint("/", echo())
                .start();
                WebSocketClient client = client(Peers.tls(Peers.clientConfig(TlsProvider.JDK, "TLSv1.3")))) {
            IOException e = assertThrows(IOException.class,
                    () -> client.connect(URI.create("wss://127.0.0.1:" + server.port() + "/")));
            assertEquals("expected 127.0.0.1:" + server.port() + " to speak TLS, but it answered with"
                    + " \"HTTP/1.1 400 Bad Request\"; is it a ws port?", e.getMessage());
        }
    }

    @Test
    void aServerStopsAtOnceThoughSomebodyHasNotSaidAnything() throws Exception {
        WebSocketServer server = server(Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3")), echo());
        var silent = network.dial(server.address());
        server.stop(Duration.ofNanos(Recorder.WAIT_NANOS));
        assertFalse(network.ask(silent::calls).isEmpty());
    }

    @Test
    void handshakesThatFailFillNoLog() throws Exception {
        try (CapturedLog log = new CapturedLog(Level.ALL);
                WebSocketServer server = server(
                        Peers.tls(Peers.serverConfig(TlsProvider.JDK, "TLSv1.3")
                                .clientAuthentication(
                                        ClientAuthentication.NEED)),
                        echo())) {
            for (int i = 0; i < 3 * SafeLog.BURST; i++) {
                try (WebSocketClient client =
                        client(Peers.tls(Peers.clientConfig(TlsProvider.JDK, "TLSv1.3")));
                        WebSocket ws = client.connect(server.uri("/echo"))) {
                    ws.receive();
                } catch (IOException refused) {
                    // With TLS 1.3 it may come before or after the client's handshake is over.
                }
            }
            assertTrue(log.aboveDebug()
                    .stream()
                    .noneMatch(each -> each.getMessage().contains("certificate of the client")
                            && each.getLevel().intValue() > Level.INFO.intValue()));
            long shown = log.aboveDebug()
                    .stream()
                    .filter(each -> each.getMessage().contains("certificate of the client"))
                    .count();
            long all = log.records()
                    .stream()
                    .filter(each -> each.getMessage().contains("certificate of the client"))
                    .count();
            assertEquals(3 * SafeLog.BURST, all);
            assertTrue(shown <= SafeLog.BURST, shown + " of " + all);
        }
    }
}
