package io.duplex.samples.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.ProxyException;
import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.ClientRequest;
import io.duplex.client.HostResolver;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.tls.SelfSigned;
import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The client through proxies that others wrote: tinyproxy for CONNECT, microsocks for SOCKS 5, in clear and
 * with TLS.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProxyTest {
    private static final URI NOBODY = URI.create("ws://127.0.0.1:1/");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SelfSigned CERTIFICATE = SelfSigned.of("localhost", "127.0.0.1");
    private static final String[] NO_OPTIONS = {};

    @Parameter
    private Transport transport;
    @TempDir
    private static Path keys;
    @TempDir
    private Path folder;
    private static KeyFile frontKey;
    private static KeyFile wrongKey;
    private static Tls tls;
    private WebSocketServer clear;
    private WebSocketServer secure;

    static Stream<Transport> transports() {
        return Setting.transports().stream();
    }

    @BeforeAll
    static void makeKeys() throws Exception {
        frontKey = KeyFile.create(keys.resolve("front.p12"), "dns:localhost");
        wrongKey = KeyFile.create(keys.resolve("wrong.p12"), "dns:elsewhere.example");
        tls = Tls.of(TlsConfig.builder()
                .selfSigned(CERTIFICATE)
                .trust(CERTIFICATE.certificate(), frontKey.certificate(), wrongKey.certificate())
                .build());
    }

    @BeforeEach
    void start() throws Exception {
        clear = server().start();
        secure = server().secure(tls).start();
    }

    private WebSocketServer.Builder server() {
        return WebSocketServer.builder()
                .transport(transport)
                .bind("127.0.0.1", 0)
                .endpoint("/echo", new WebSocketHandler() {
                    @Override
                    public void onText(WebSocket ws, String text) {
                        ws.send(text);
                    }

                    @Override
                    public void onBinary(WebSocket ws, ByteBuffer payload) {
                        ws.send(payload);
                    }
                });
    }

    @AfterEach
    void stop() {
        clear.close();
        secure.close();
    }

    private WebSocketClient client(ProxyServer proxy) {
        return WebSocketClient.builder()
                .transport(transport)
                .secure(tls)
                .proxySecure(tls)
                .proxy(proxy)
                .build();
    }

    private URI uri(String scheme) {
        return uri(scheme, "localhost");
    }

    private URI uri(String scheme, String host) {
        WebSocketServer server = scheme.equals("wss") ? secure : clear;
        return URI.create(scheme + "://" + host + ":" + server.port() + "/echo");
    }

    private void assertEchoes(ProxyServer proxy, URI uri) throws Exception {
        try (WebSocketClient client = client(proxy); WebSocket ws = client.connect(uri)) {
            assertEquals(proxy.port(), ((InetSocketAddress) ws.remoteAddress()).getPort());
            assertEquals(uri.getScheme().equals("wss"), ws.tlsSession().isPresent());
            ws.send("hello");
            assertEquals(new Message.Text("hello"), ws.receive(PATIENCE));
            byte[] much = Samples.mixture(700_000);
            ws.send(ByteBuffer.wrap(much));
            assertEquals(new Message.Binary(much), ws.receive(PATIENCE));
            CloseInfo info = ws.closeAndWait(PATIENCE);
            assertTrue(info.clean(), info::toString);
            assertEquals(1000, info.code());
        }
    }

    private ProxyException refused(ProxyServer proxy, URI uri) {
        try (WebSocketClient client = client(proxy)) {
            return assertThrows(ProxyException.class, () -> client.connect(uri));
        }
    }

    private static ProxyServer http(ProxyProcess proxy) {
        return ProxyServer.http("127.0.0.1", proxy.port());
    }

    private static ProxyServer socks(ProxyProcess proxy) {
        return ProxyServer.socks5("127.0.0.1", proxy.port());
    }

    private ProxyProcess tinyproxyForUsers() throws IOException {
        return ProxyProcess.tinyproxy(folder, "BasicAuth " + ProxyProcess.USER + " " + ProxyProcess.PASSWORD);
    }

    private ProxyProcess microsocksForUsers() throws IOException {
        return ProxyProcess.microsocks(folder, "-u", ProxyProcess.USER, "-P", ProxyProcess.PASSWORD);
    }

    private static ProxyServer known(ProxyServer proxy) {
        return proxy.withCredentials(ProxyProcess.USER, ProxyProcess.PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(strings = { "ws", "wss" })
    void messagesGoThroughAnHttpProxy(String scheme) throws Exception {
        try (ProxyProcess proxy = ProxyProcess.tinyproxy(folder)) {
            assertEchoes(http(proxy), uri(scheme));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "ws", "wss" })
    void messagesGoThroughAnHttpProxyThatKnowsItsUsers(String scheme) throws Exception {
        try (ProxyProcess proxy = tinyproxyForUsers()) {
            assertEchoes(known(http(proxy)), uri(scheme));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "ws", "wss" })
    void messagesGoThroughAnHttpProxyOverTls(String scheme) throws Exception {
        try (ProxyProcess proxy = tinyproxyForUsers();
                TlsFront front = new TlsFront(frontKey.context(), proxy.port())) {
            assertEchoes(known(ProxyServer.https("localhost", front.port())), uri(scheme));
        }
    }

    @Test
    void anHttpProxyWithTheWrongCertificateIsRefused() throws Exception {
        try (ProxyProcess proxy = ProxyProcess.tinyproxy(folder);
                TlsFront front = new TlsFront(wrongKey.context(), proxy.port())) {
            ProxyException failure = refused(ProxyServer.https("localhost", front.port()), uri("ws"));
            assertEquals(Reason.TLS, failure.reason(), failure::toString);
        }
    }

    @Test
    void anHttpProxyThatIsToldNoUserSaysWhatItWants() throws Exception {
        try (ProxyProcess proxy = tinyproxyForUsers()) {
            ProxyException failure = refused(http(proxy), uri("ws"));
            assertEquals("the proxy " + http(proxy)
                    + " wants authentication (407) by Basic, and it was given no credentials",
                    failure.getMessage());
            assertEquals(Reason.AUTHENTICATION, failure.reason());
            assertEquals(407, failure.response().orElseThrow().status());
        }
    }

    @Test
    void anHttpProxyRefusesAWrongPassword() throws Exception {
        try (ProxyProcess proxy = tinyproxyForUsers()) {
            ProxyException failure =
                    refused(http(proxy).withCredentials(ProxyProcess.USER, "wr0ng"), uri("ws"));
            assertEquals(Reason.AUTHENTICATION, failure.reason(), failure::toString);
            assertFalse(failure.getMessage().contains("wr0ng"));
        }
    }

    @Test
    void anHttpProxyRefusesByItsRules() throws Exception {
        try (ProxyProcess proxy = ProxyProcess.tinyproxy(folder, "ConnectPort 1")) {
            ProxyException failure = refused(http(proxy), uri("ws"));
            assertEquals(Reason.REFUSED, failure.reason(), failure::toString);
            assertEquals(403, failure.response().orElseThrow().status());
        }
    }

    @Test
    void anHttpProxySaysThatNobodyIsThere() throws Exception {
        try (ProxyProcess proxy = ProxyProcess.tinyproxy(folder)) {
            ProxyException failure = refused(http(proxy), NOBODY);
            assertEquals(Reason.TARGET, failure.reason(), failure::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "ws", "wss" })
    void messagesGoThroughASocksProxy(String scheme) throws Exception {
        try (ProxyProcess proxy = ProxyProcess.microsocks(folder, NO_OPTIONS)) {
            assertEchoes(socks(proxy), uri(scheme));
            assertEchoes(socks(proxy), uri(scheme, "127.0.0.1"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "ws", "wss" })
    void messagesGoThroughASocksProxyThatKnowsItsUsers(String scheme) throws Exception {
        try (ProxyProcess proxy = microsocksForUsers()) {
            assertEchoes(known(socks(proxy)), uri(scheme));
        }
    }

    @Test
    void aSocksProxyThatIsToldNoUserSaysSo() throws Exception {
        try (ProxyProcess proxy = microsocksForUsers()) {
            ProxyException failure = refused(socks(proxy), uri("ws"));
            assertEquals(
                    "the proxy " + socks(proxy) + " wants authentication, and it was given no credentials",
                    failure.getMessage());
            assertEquals(Reason.AUTHENTICATION, failure.reason());
        }
    }

    @Test
    void aSocksProxyRefusesAWrongPassword() throws Exception {
        try (ProxyProcess proxy = microsocksForUsers()) {
            ProxyException failure =
                    refused(socks(proxy).withCredentials(ProxyProcess.USER, "wr0ng"), uri("ws"));
            assertEquals("the proxy " + socks(proxy) + " rejects the user name and password",
                    failure.getMessage());
        }
    }

    @Test
    void aSocksProxySaysThatNobodyIsThere() throws Exception {
        try (ProxyProcess proxy = ProxyProcess.microsocks(folder, NO_OPTIONS)) {
            ProxyException failure = refused(socks(proxy), NOBODY);
            assertEquals(
                    "the proxy " + socks(proxy)
                            + " opened no tunnel to 127.0.0.1:1: connection refused (reply 5)",
                    failure.getMessage());
            assertEquals(Reason.TARGET, failure.reason());
        }
    }

    @Test
    void anHttpProxyAskedInSocksWaitsForALineThatNeverComes() throws Exception {
        ConnectionOptions hasty = ConnectionOptions.CLIENT
                .withTimeouts(Timeouts.DEFAULT.withHandshake(Duration.ofMillis(500)));
        try (ProxyProcess proxy = ProxyProcess.tinyproxy(folder);
                WebSocketClient client = client(socks(proxy))) {
            ClientRequest request = ClientRequest.builder(uri("ws")).options(hasty).build();
            ProxyException failure = assertThrows(ProxyException.class, () -> client.connect(request));
            assertEquals("the proxy " + socks(proxy) + " did not answer within 500 ms", failure.getMessage());
            assertEquals(Reason.TIMEOUT, failure.reason());
        }
    }

    @Test
    void aSocksProxyAskedInHttpIsToldSo() throws Exception {
        try (ProxyProcess proxy = ProxyProcess.microsocks(folder, NO_OPTIONS)) {
            ProxyException failure = refused(http(proxy), uri("ws"));
            assertTrue(failure.reason() == Reason.PROTOCOL || failure.reason() == Reason.UNREACHABLE,
                    failure::toString);
        }
    }

    @Test
    void theProxyResolvesTheServersName() throws Exception {
        HostResolver nobody = host -> {
            throw new UnknownHostException("asked for " + host);
        };
        try (ProxyProcess http = ProxyProcess.tinyproxy(folder);
                ProxyProcess socks = ProxyProcess.microsocks(folder, NO_OPTIONS);
                WebSocketClient client =
                        WebSocketClient.builder().transport(transport).resolver(nobody).build()) {
            for (ProxyServer proxy : new ProxyServer[] { http(http), socks(socks) }) {
                try (WebSocket ws = client.connect(ClientRequest.builder(uri("ws")).proxy(proxy).build())) {
                    ws.send("hello");
                    assertEquals(new Message.Text("hello"), ws.receive(PATIENCE));
                }
            }
        }
    }

    @Test
    void aProxyThatDiesTakesItsTunnelsWithIt() throws Exception {
        try (ProxyProcess proxy = ProxyProcess.microsocks(folder, NO_OPTIONS);
                WebSocketClient client = client(socks(proxy));
                WebSocket ws = client.connect(uri("ws"))) {
            proxy.kill();
            CloseInfo info = ws.closeFuture().get(30, TimeUnit.SECONDS);
            assertFalse(info.clean());
            assertEquals(1006, info.code());
        }
    }
}
