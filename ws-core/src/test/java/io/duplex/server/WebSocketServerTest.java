package io.duplex.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.any;
import static org.mockito.Mockito.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.duplex.Broadcast;
import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.PreparedMessage;
import io.duplex.Refusal;
import io.duplex.WebSocketHandler;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.RequestTarget;
import io.duplex.testkit.Event;
import io.duplex.testkit.MemoryTransport;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the builder collects, and what the running server says, on a network in memory. */
class WebSocketServerTest {
    private final MemoryTransport transport = new MemoryTransport();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void close() {
        transport.close();
    }

    private WebSocketServer.Builder builder() {
        return WebSocketServer.builder().transport(transport).bind("127.0.0.1", 0);
    }

    private String answer(WebSocketServer server, String request) {
        PlainLayer peer = transport.dial(server.address());
        transport.run(() -> peer.send(request));
        return transport.ask(peer::received);
    }

    private Recorder join(WebSocketServer server, String path) throws Exception {
        Recorder client = new Recorder();
        WebSocketClient.builder()
                .transport(transport)
                .build()
                .connect(ClientRequest.of(server.uri(path)), client)
                .get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
        client.awaitOpen();
        return client;
    }

    @Test
    void saysWhereItListens() throws IOException {
        WebSocketServer server = builder().start();
        assertTrue(server.port() >= 49152);
        assertEquals(new InetSocketAddress("127.0.0.1", server.port()), server.address());
        assertEquals(URI.create("ws://127.0.0.1:" + server.port() + "/a"), server.uri("/a"));
    }

    private static WebSocketServer listeningOn(SocketAddress address) throws IOException {
        Transport fake = mock();
        Transport.Listener listener = mock();
        when(listener.address()).thenReturn(address);
        when(fake.listen(any(), any(), any())).thenReturn(listener);
        return WebSocketServer.builder().transport(fake).start();
    }

    @Test
    void urisNameAHostThatCanBeConnectedTo() throws IOException {
        assertEquals("ws://localhost:1/",
                listeningOn(new InetSocketAddress("0.0.0.0", 1)).uri("/").toString());
        assertEquals("ws://[0:0:0:0:0:0:0:1]:1/",
                listeningOn(new InetSocketAddress("::1", 1)).uri("/").toString());
        WebSocketServer local = listeningOn(UnixDomainSocketAddress.of("/x"));
        assertThrows(IllegalStateException.class, local::port);
        assertThrows(IllegalStateException.class, () -> local.uri("/"));
    }

    @Test
    void theTransportGetsItsSettings() throws IOException {
        Transport fake = mock();
        SocketAddress address = new InetSocketAddress("127.0.0.1", 5);
        when(fake.listen(any(), any(), any())).thenReturn(mock());
        WebSocketServer.builder().transport(fake).start();
        verify(fake).listen(eq(new InetSocketAddress("127.0.0.1", 8080)),
                eq(new TransportSettings("duplex-server", false)), any());
        WebSocketServer.builder()
                .transport(fake)
                .bind(address)
                .threadName("t")
                .daemon(true)
                .socketOptions(SocketOptions.of(SocketOptions.SO_KEEPALIVE, true))
                .backlog(7)
                .start();
        SocketOptions sockets =
                SocketOptions.of(SocketOptions.SO_KEEPALIVE, true).with(SocketOptions.BACKLOG, 7);
        verify(fake).listen(eq(address), eq(new TransportSettings("t", true, sockets)), any());
    }

    @Test
    void endpointsAreFoundByTheirPaths() throws Exception {
        WebSocketServer server = builder().endpoint("/a", recorder)
                .blocking("/b/{x}", ws -> ws.send("blocking " + ws.pathParameters().get("x")))
                .start();
        join(server, "/a");
        recorder.awaitOpen();
        assertEquals("blocking y", join(server, "/b/y").awaitText());
    }

    @Test
    void broadcastReachesEveryOpenConnection() throws Exception {
        WebSocketServer server = builder().endpoint("/", new Recorder().ignoring(Event.Opened.class)).start();
        WebSocketHandler shared = new WebSocketHandler() {};
        WebSocketServer many = builder().endpoint("/", shared).start();
        Recorder first = join(many, "/");
        Recorder second = join(many, "/");
        assertEquals(2, many.connections().size());
        assertEquals(new Broadcast(2, 0, 0), many.broadcast(PreparedMessage.text("all")));
        assertEquals("all", first.awaitText());
        assertEquals("all", second.awaitText());
        assertEquals(2, many.stats().messagesSent());
        assertEquals(new Broadcast(0, 0, 0), server.broadcast(PreparedMessage.text("none")));
    }

    @Test
    void optionsOfTheServerReachItsConnections() throws IOException {
        List<Integer> refused = new CopyOnWriteArrayList<>();
        WebSocketServer server = builder().http(HttpHandler.of(request -> HttpResponse.of(204)))
                .headLimits(new HeadLimits(30, 5, 100))
                .maxConnections(2)
                .options(ConnectionOptions.SERVER)
                .listener(new ConnectionListener() {
                    @Override
                    public void refused(Refusal refusal) {
                        refused.add(refusal.status());
                    }
                })
                .start();
        assertTrue(answer(server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").startsWith("HTTP/1.1 204 "));
        assertTrue(answer(server, "GET /" + "a".repeat(30) + " HTTP/1.1\r\n").startsWith("HTTP/1.1 414 "));
        assertTrue(answer(server, "").startsWith("HTTP/1.1 503 "));
        assertEquals(List.of(414, 503), refused);
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        WebSocketServer.Builder builder = builder().endpoint("/a", recorder);
        assertThrows(IllegalArgumentException.class, () -> builder.maxConnections(0));
        assertThrows(IllegalArgumentException.class, () -> builder.endpoint("/a", recorder));
        assertThrows(IllegalArgumentException.class, () -> builder.endpoint("a", recorder));
        assertThrows(IllegalArgumentException.class, () -> builder.backlog(0));
        assertThrows(NullPointerException.class, () -> builder.socketOptions(null));
        assertThrows(NullPointerException.class, () -> builder.options(null));
        assertThrows(NullPointerException.class, () -> builder.bind((SocketAddress) null));
        assertThrows(NullPointerException.class, () -> builder.headLimits(null));
        assertThrows(NullPointerException.class, () -> builder.threadName(null));
    }

    @Test
    void closeStopsIt() throws Exception {
        WebSocketServer server = builder().endpoint("/", recorder).start();
        Recorder client = join(server, "/");
        server.close();
        assertEquals(1001, client.skipToClosed().code());
        assertEquals(Set.of(), server.connections());
        assertEquals("released NOT_CONNECTED", transport.dial(server.address()).calls().getLast());
    }

    @Test
    void interruptedCloseKeepsTheInterrupt() throws IOException {
        WebSocketServer server = builder().endpoint("/", recorder).start();
        transport.dial(server.address());
        Thread.currentThread().interrupt();
        try {
            server.close();
        } catch (AssertionError waited) {
            // The kit's own wait was interrupted too; what counts is the flag.
        }
        assertTrue(Thread.interrupted());
    }

    private static String page(String host) {
        return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    private static String handshake(String host, int port) {
        return "GET /a HTTP/1.1\r\nHost: " + host
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://"
                + host
                + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    }

    @Test
    void aServerOnLoopbackServesItsOwnNamesOnly() throws IOException {
        WebSocketServer server = builder().endpoint("/a", recorder)
                .http(HttpHandler.of(request -> HttpResponse.of(204)))
                .start();
        int port = server.port();
        for (String host : List.of("localhost:" + port, "127.0.0.1:" + port, "[::1]", "app.localhost")) {
            assertTrue(answer(server, page(host)).startsWith("HTTP/1.1 204 "), host);
            assertTrue(answer(server, handshake(host, port)).startsWith("HTTP/1.1 101 "), host);
        }
        // DNS rebinding: the same host in Host and Origin, and neither is ours.
        for (String host : List.of("evil.example:" + port, "localhost.evil.example", "192.168.0.1:" + port)) {
            assertTrue(answer(server, page(host)).startsWith("HTTP/1.1 421 "), host);
            assertTrue(answer(server, handshake(host, port)).startsWith("HTTP/1.1 421 "), host);
        }
        assertEquals(java.util.Map.of(421, 6L), server.stats().refusedByStatus());
    }

    @Test
    void aServerOfTheNetworkServesEveryHostUnlessToldOtherwise() throws IOException {
        WebSocketServer open =
                builder().bind("0.0.0.0", 0).http(HttpHandler.of(request -> HttpResponse.of(204))).start();
        assertTrue(answer(open, page("app.example")).startsWith("HTTP/1.1 204 "));
        WebSocketServer closed = builder().bind("0.0.0.0", 0)
                .hosts(HostPolicy.allow("app.example").orLoopback())
                .http(HttpHandler.of(request -> HttpResponse.of(204)))
                .start();
        assertTrue(answer(closed, page("app.example:81")).startsWith("HTTP/1.1 204 "));
        assertTrue(answer(closed, page("localhost")).startsWith("HTTP/1.1 204 "));
        assertTrue(answer(closed, page("evil.example")).startsWith("HTTP/1.1 421 "));
    }

    @Test
    void aServerBehindAProxyOnThisMachineServesTheProxysName() throws IOException {
        WebSocketServer server = builder().hosts(HostPolicy.allow("app.example"))
                .endpoint("/a",
                        Endpoint.builder()
                                .handler(recorder)
                                .origins(OriginPolicy.sameHostBehindTls())
                                .build())
                .start();
        String fromPage = handshake("app.example", 443);
        assertTrue(answer(server, fromPage).startsWith("HTTP/1.1 403 "));
        assertTrue(answer(server, fromPage.replace("http://", "https://")).startsWith("HTTP/1.1 101 "));
        assertTrue(answer(server, handshake("127.0.0.1", 443)).startsWith("HTTP/1.1 421 "));
    }

    /** Takes POST under one path and nothing else. */
    private static final class Say implements HttpHandler {
        @Override
        public Set<String> methods(RequestTarget target) {
            return target.path().equals("/say") ? Set.of("POST") : Set.of();
        }

        @Override
        public CompletionStage<HttpResponse> handle(HttpRequest request) {
            return CompletableFuture.completedStage(
                    HttpResponse.of(200).body("said " + request.body().text(), "text/plain"));
        }
    }

    @Test
    void aRouteForPostIsServedWithinItsBound() throws IOException {
        WebSocketServer server = builder().maxBodyBytes(5)
                .http(new Say())
                .start();
        String post = "POST /say HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
        assertTrue(answer(server, post + "5\r\n\r\nhello").endsWith("\r\n\r\nsaid hello"));
        assertTrue(answer(server, post + "6\r\n\r\nhello!").startsWith("HTTP/1.1 413 "));
        assertTrue(
                answer(server, post.replace("/say", "/none") + "5\r\n\r\nhello").startsWith("HTTP/1.1 404 "));
        assertTrue(answer(server, page("localhost").replace(" / ", " /say ")).startsWith("HTTP/1.1 405 "));
        String foreign = post.replace("\r\nContent", "\r\nOrigin: http://evil.example\r\nContent");
        assertTrue(answer(server, foreign + "5\r\n\r\nhello").startsWith("HTTP/1.1 403 "));
        WebSocketServer.Builder invalid = builder();
        assertThrows(IllegalArgumentException.class, () -> invalid.maxBodyBytes(-1));
    }
}
