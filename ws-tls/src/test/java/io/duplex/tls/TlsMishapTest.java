package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.MemoryTransport;
import io.duplex.testkit.Patience;
import io.duplex.tls.TlsException.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people get wrong, as who calls {@code connect} sees it: one sentence each, on either provider. It
 * costs the server nothing: it computes one handshake at a time here, and serves the next client.
 */
class TlsMishapTest {
    private static final SelfSigned MINE = SelfSigned.of("localhost", "127.0.0.1");
    private static final SelfSigned OTHER_NAME = SelfSigned.of("other.test");
    private static final SelfSigned EXPIRED = SelfSigned.of(Instant.now().minus(9, ChronoUnit.DAYS),
            Instant.now().minus(1, ChronoUnit.DAYS), "127.0.0.1");
    private static final SelfSigned STRANGER = SelfSigned.of("stranger");

    private final MemoryTransport network = new MemoryTransport();

    @AfterEach
    void closeNetwork() {
        network.close();
    }

    static Stream<Arguments> mishaps() {
        return Stream.of(TlsProvider.values())
                .flatMap(provider -> Stream.of(
                        arguments(provider, MINE, trusting(STRANGER), Reason.UNTRUSTED,
                                "expected a certificate of 127.0.0.1:PORT that a trusted authority "
                                        + "vouches for, but"),
                        arguments(provider, MINE, TlsConfig.builder(), Reason.UNTRUSTED,
                                "expected a certificate of 127.0.0.1:PORT that a trusted authority "
                                        + "vouches for, but"),
                        arguments(provider, EXPIRED, trusting(EXPIRED), Reason.EXPIRED,
                                "expected a certificate of 127.0.0.1 that is valid now, but that of "
                                        + "CN=127.0.0.1"
                                        + " is valid from"),
                        arguments(provider, OTHER_NAME, trusting(OTHER_NAME), Reason.NAME_MISMATCH,
                                "expected a certificate for 127.0.0.1"),
                        arguments(provider, MINE, trusting(MINE).pin(Tls.pin(STRANGER.certificate())),
                                Reason.PIN_MISMATCH,
                                "expected 127.0.0.1 to have one of the pinned keys, but it has sha256/"),
                        arguments(provider, MINE, trusting(MINE).protocols("TLSv1.2"), Reason.REFUSED_BY_PEER,
                                "127.0.0.1:PORT refused the TLS handshake:")));
    }

    private static TlsConfig.Builder trusting(SelfSigned certificate) {
        return TlsConfig.builder().trust(certificate.certificate());
    }

    private WebSocketServer server(TlsProvider provider, SelfSigned certificate) throws IOException {
        return WebSocketServer.builder()
                .transport(network)
                .bind("127.0.0.1", 0)
                .secure(Peers.tls(TlsConfig.builder()
                        .provider(provider)
                        .protocols("TLSv1.3")
                        .selfSigned(certificate)
                        .handshakesAtOnce(1)))
                .endpoint("/", new WebSocketHandler() {
                    @Override
                    public void onOpen(WebSocket ws) {
                        ws.send("welcome");
                    }
                })
                .start();
    }

    private WebSocketClient client(TlsConfig.Builder config) {
        return WebSocketClient.builder().transport(network).secure(Peers.tls(config)).build();
    }

    private static URI uri(String scheme, WebSocketServer server) {
        return URI.create(scheme + "://127.0.0.1:" + server.port() + "/");
    }

    private void assertServesOthers(WebSocketServer server) throws Exception {
        Patience.await("no connection is left", () -> server.connections().isEmpty());
        try (WebSocketClient good = client(TlsConfig.builder().trustAnybody());
                WebSocket ws = good.connect(uri("wss", server))) {
            assertEquals(new Message.Text("welcome"), ws.receive());
        }
    }

    @ParameterizedTest
    @MethodSource("mishaps")
    void isToldInOneSentenceAndCostsTheServerNothing(TlsProvider provider, SelfSigned certificate,
            TlsConfig.Builder config, Reason reason, String begin) throws Exception {
        try (WebSocketServer server = server(provider, certificate);
                WebSocketClient client = client(config.provider(provider))) {
            for (int i = 0; i < 3; i++) {
                TlsException told =
                        assertThrows(TlsException.class, () -> client.connect(uri("wss", server)));
                assertTrue(
                        told.getMessage()
                                .startsWith(begin.replace("PORT", Integer.toString(server.port()))),
                        told.getMessage());
                assertEquals(reason, told.reason());
            }
            assertServesOthers(server);
        }
    }

    static Stream<TlsProvider> providers() {
        return Stream.of(TlsProvider.values());
    }

    @ParameterizedTest
    @MethodSource("providers")
    void plainHttpOnATlsPortIsToldAsThat(TlsProvider provider) throws Exception {
        try (WebSocketServer server = server(provider, MINE);
                WebSocketClient client = client(TlsConfig.builder())) {
            IOException told = assertThrows(IOException.class, () -> client.connect(uri("ws", server)));
            assertEquals(
                    "the server refused the handshake with 400 Bad Request, saying \"This port speaks "
                            + "TLS, and"
                            + " the request came in clear: use https or wss.\"",
                    told.getMessage());
            assertServesOthers(server);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aClientWhoseCertificateIsNotBelievedIsTold(TlsProvider provider) throws Exception {
        try (WebSocketServer server = WebSocketServer.builder()
                .transport(network)
                .bind("127.0.0.1", 0)
                .secure(Peers.tls(TlsConfig.builder()
                        .provider(provider)
                        .selfSigned(MINE)
                        .trust(MINE.certificate())
                        .clientAuthentication(ClientAuthentication.NEED)))
                .endpoint("/", new WebSocketHandler() {})
                .start();
                WebSocketClient client = client(trusting(MINE).provider(provider).selfSigned(STRANGER))) {
            IOException told = assertThrows(IOException.class, () -> client.connect(uri("wss", server)));
            assertTrue(told.getMessage().contains(":" + server.port() + " refused the TLS handshake: "),
                    told.getMessage());
            assertTrue(server.connections().isEmpty());
        }
    }
}
