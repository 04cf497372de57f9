package io.duplex.internal.runtime;

import static io.duplex.client.ClientRequests.config;
import static io.duplex.internal.runtime.Memory.failureOf;
import static io.duplex.internal.runtime.Memory.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ProxyException;
import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer;
import io.duplex.WebSocket;
import io.duplex.client.ClientRequest;
import io.duplex.client.ClientRequests;
import io.duplex.client.DialOptions;
import io.duplex.client.HostResolver;
import io.duplex.client.ProxyPolicy;
import io.duplex.internal.handshake.HandshakeKey;
import io.duplex.testkit.Patience;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole client that goes through a proxy in memory, whom the test plays. */
class ProxiedClientTest {
    private static final int PORT = 3128;
    private static final String OK = "HTTP/1.1 200 OK\r\n\r\n";

    private final Memory memory = new Memory();
    private final Recorder recorder = new Recorder();
    /** The connections of the proxy, one for each of the client's. */
    private final List<PlainLayer> proxied = new ArrayList<>();

    @AfterEach
    void close() {
        memory.close();
    }

    private ClientRuntime client(ProxyPolicy proxies) throws IOException {
        memory.transport.listen(new InetSocketAddress("127.0.0.1", PORT),
                new TransportSettings("proxy", true),
                (remote, nanoTime) -> {
                    PlainLayer layer = new PlainLayer();
                    proxied.add(layer);
                    return Optional.of(layer);
                });
        return memory.client(ClientRequests.routing(proxies, HostResolver.system(), DialOptions.DEFAULT));
    }

    private ClientRuntime client() throws IOException {
        return client(ProxyPolicy.always(ProxyServer.http("127.0.0.1", PORT)));
    }

    private CompletableFuture<WebSocket> connect(ClientRuntime client, ClientRequest request) {
        return client.connect(config(request), recorder, null);
    }

    private static ClientRequest.Builder request(String uri) {
        return ClientRequest.builder(URI.create(uri));
    }

    /** Waits for the end of the n-th request on the proxy's n-th connection. */
    private String asked(int connection, int requests) {
        Patience.await("request " + requests + " on connection " + connection,
                () -> memory.transport.ask(() -> proxied.size() > connection
                        && proxied.get(connection).received().split("\r\n\r\n", -1).length > requests));
        return memory.transport.ask(proxied.get(connection)::received);
    }

    private void says(int connection, String text) {
        memory.transport.run(() -> proxied.get(connection).send(text));
    }

    private static String accepting(String request) {
        String key = request.replaceAll("(?s).*Sec-WebSocket-Key: (\\S+).*", "$1");
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + HandshakeKey.accept(key) + "\r\n\r\n";
    }

    @Test
    void evenPlainWebSocketGoesByConnect() throws Exception {
        CompletableFuture<WebSocket> opening =
                connect(client(), request("ws://server.example:81/chat").build());
        assertEquals("CONNECT server.example:81 HTTP/1.1\r\nHost: server.example:81\r\n\r\n", asked(0, 1));
        says(0, OK);
        String both = asked(0, 2);
        assertTrue(both.contains("\r\n\r\nGET /chat HTTP/1.1\r\nHost: server.example:81\r\n"), both);
        says(0, accepting(both));
        WebSocket ws = within(opening);
        assertEquals(ws, recorder.awaitOpen());
        assertFalse(ws.tlsSession().isPresent());
    }

    @Test
    void theProxysRefusalIsTheFailure() throws Exception {
        CompletableFuture<WebSocket> opening = connect(client(), request("ws://server.example/").build());
        asked(0, 1);
        says(0, "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n");
        ProxyException failure = assertInstanceOf(ProxyException.class, failureOf(opening));
        assertEquals(Reason.AUTHENTICATION, failure.reason());
        assertEquals("end", memory.transport.ask(proxied.getFirst()::calls).getLast());
    }

    @Test
    void theTimeOfTheHandshakeIncludesTheTunnel() throws Exception {
        CompletableFuture<WebSocket> opening = connect(client(), request("ws://server.example/").build());
        asked(0, 1);
        memory.transport.advance(Duration.ofSeconds(6));
        says(0, OK);
        asked(0, 2);
        memory.transport.advance(Duration.ofSeconds(4));
        assertEquals(
                "the opening handshake was not over within 10 s (Timeouts.handshake): the server"
                        + " accepted the connection, but has not answered",
                failureOf(opening).getMessage());
    }

    @Test
    void aProxyThatDoesNotAnswerIsNamed() throws Exception {
        CompletableFuture<WebSocket> opening = connect(client(), request("ws://server.example/").build());
        asked(0, 1);
        memory.transport.advance(Duration.ofSeconds(10));
        ProxyException failure = assertInstanceOf(ProxyException.class, failureOf(opening));
        assertEquals("the proxy http://127.0.0.1:3128 did not answer within 10 s", failure.getMessage());
        assertEquals(Reason.TIMEOUT, failure.reason());
    }

    @Test
    void cancellingGivesTheTunnelUp() throws Exception {
        CompletableFuture<WebSocket> opening = connect(client(), request("ws://server.example/").build());
        asked(0, 1);
        opening.cancel(false);
        assertEquals("released BROKEN", memory.transport.ask(proxied.getFirst()::calls).getLast());
        recorder.assertNothingElse();
    }

    @Test
    void eachRedirectChoosesItsProxyAnew() throws Exception {
        List<URI> targets = new ArrayList<>();
        ClientRuntime client = client(target -> {
            targets.add(target);
            return Optional
                    .of(ProxyServer.http("127.0.0.1", PORT).withCredentials("me", "x" + targets.size()));
        });
        CompletableFuture<WebSocket> opening = connect(client,
                request("ws://first.example/").maxRedirects(1).build());
        String first = asked(0, 1);
        says(0, OK);
        asked(0, 2);
        says(0, "HTTP/1.1 302 Found\r\nLocation: ws://second.example:99/\r\nContent-Length: 0\r\n\r\n");
        String second = asked(1, 1);
        assertEquals(List.of(URI.create("ws://first.example/"), URI.create("ws://second.example:99/")),
                targets);
        assertTrue(second.startsWith("CONNECT second.example:99 "), second);
        assertFalse(second.contains(first.substring(first.indexOf("Basic "))));
        opening.cancel(false);
    }

    @Test
    void aChooserThatFailsFailsTheConnection() throws Exception {
        IllegalStateException thrown = new IllegalStateException("no idea");
        ClientRuntime client = client(target -> {
            throw thrown;
        });
        assertEquals(thrown, failureOf(connect(client, request("ws://server.example/").build())));
    }

    @Test
    void aProxyWithTlsNeedsAClientWithTls() throws Exception {
        ClientRuntime client = client(ProxyPolicy.always(ProxyServer.https("127.0.0.1", PORT)));
        ProxyException failure = assertInstanceOf(ProxyException.class,
                failureOf(connect(client, request("ws://server.example/").build())));
        assertEquals(
                "the proxy https://127.0.0.1:3128 needs TLS, which this client was not given by "
                        + "proxySecure()",
                failure.getMessage());
        assertEquals(Reason.TLS, failure.reason());
    }

    @Test
    void aChannelThatStandsAndAProxyExcludeEachOther() throws Exception {
        SocketChannel channel = SocketChannel.open();
        ClientRequest request = request("ws://server.example/").proxy(ProxyServer.http("p", 1)).build();
        assertEquals("The request names a proxy, but the channel is connected already",
                failureOf(client().connectOver(channel, config(request), recorder, null))
                        .getMessage());
        assertFalse(channel.isOpen());
    }
}
