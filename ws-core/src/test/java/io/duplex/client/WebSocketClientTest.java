package io.duplex.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.HandshakeException;
import io.duplex.HandshakeTimeoutException;
import io.duplex.Limits;
import io.duplex.Message;
import io.duplex.ReadyState;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.MemoryTransport;
import io.duplex.testkit.Patience;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.Recorder;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the builder collects, and both ways to connect, on a network in memory. */
class WebSocketClientTest {
    private static final String NAME = WebSocketClientTest.class.getName();

    private final MemoryTransport transport = new MemoryTransport();
    private final WebSocketClient client = WebSocketClient.builder().transport(transport).build();
    private WebSocketServer server;

    @BeforeEach
    void serve() throws IOException {
        server = WebSocketServer.builder()
                .transport(transport)
                .bind("127.0.0.1", 0)
                .blocking("/echo", ws -> {
                    for (Message message; (message = ws.receive()) != null;) {
                        ws.sendAsync(message);
                    }
                })
                .start();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void blockingStyleSendsAndReceives() throws Exception {
        WebSocket ws = client.connect(server.uri("/echo"));
        assertEquals(Set.of(ws), client.connections());
        ws.send("hello");
        assertEquals(new Message.Text("hello"), ws.receive());
        Patience.await("the read that brought it is counted", () -> client.stats().messagesReceived() == 1);
        ws.close();
        assertNull(ws.receive());
    }

    @Test
    void handlersGetTheirMessages() throws Exception {
        Recorder recorder = new Recorder().on(Event.Opened.class, (ws, event) -> ws.send("hello"));
        client.connect(ClientRequest.of(server.uri("/echo")), recorder)
                .get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
        recorder.awaitOpen();
        assertEquals("hello", recorder.awaitText());
    }

    @Test
    void refusalIsAHandshakeException() {
        HandshakeException refused = assertThrows(HandshakeException.class,
                () -> client.connect(server.uri("/none")));
        assertEquals(404, refused.response().orElseThrow().status());
    }

    @Test
    void nobodyThereIsToldOnTheCallersThread() {
        ConnectException failure =
                assertThrows(ConnectException.class, () -> client.connect(URI.create("ws://127.0.0.1:9/")));
        assertInstanceOf(ConnectException.class, failure.getCause());
        assertEquals(failure.getCause().getMessage(), failure.getMessage());
        assertTrue(Stream.of(failure.getStackTrace()).anyMatch(at -> at.getClassName().equals(NAME)));
    }

    @Test
    void eachAddressThatFailedIsASuppressedException() throws Exception {
        InetAddress a = InetAddress.getByName("192.0.2.1");
        InetAddress b = InetAddress.getByName("192.0.2.2");
        transport.refuse(a);
        transport.refuse(b);
        WebSocketClient many = WebSocketClient.builder()
                .transport(transport)
                .resolver(host -> List.of(a, b))
                .build();
        ConnectException failure = assertThrows(ConnectException.class,
                () -> many.connect(URI.create("ws://many.example:9/")));
        assertEquals(2, failure.getSuppressed().length);
        assertInstanceOf(ConnectException.class, failure.getSuppressed()[1]);
    }

    @Test
    void anUnknownHostIsAnUnknownHostException() {
        WebSocketClient lost =
                WebSocketClient.builder().transport(transport).resolver(host -> List.of()).build();
        UnknownHostException failure = assertThrows(UnknownHostException.class,
                () -> lost.connect(URI.create("ws://nosuch.example/")));
        assertEquals("unknown host: nosuch.example", failure.getMessage());
    }

    @Test
    void aSilentServerIsATimeOut() throws Exception {
        transport.listen(new InetSocketAddress("127.0.0.1", 7), new TransportSettings("mute", true),
                (remote, nanoTime) -> Optional.of(new PlainLayer()));
        FutureTask<IOException> connecting = new FutureTask<>(() -> assertThrows(IOException.class,
                () -> client.connect(URI.create("ws://127.0.0.1:7/"))));
        Thread.ofPlatform().daemon().start(connecting);
        Patience.await("the client has connected", () -> transport.ends() == 2);
        transport.advance(Timeouts.DEFAULT.handshake());
        assertInstanceOf(HandshakeTimeoutException.class,
                connecting.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
    }

    @Test
    void whatIsNoWebSocketUriIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> client.connect(URI.create("http://127.0.0.1/")));
    }

    @Test
    void interruptGivesTheAttemptUp() throws Exception {
        FutureTask<InterruptedException> attempt = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            return assertThrows(InterruptedException.class, () -> client.connect(server.uri("/echo")));
        });
        Thread.ofPlatform().start(attempt);
        attempt.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
    }

    @Test
    void closedClientOpensNothing() throws Exception {
        WebSocket ws = client.connect(server.uri("/echo"));
        client.close();
        assertEquals(ReadyState.CLOSED, ws.readyState());
        assertThrows(IOException.class, () -> client.connect(server.uri("/echo")));
    }

    @Test
    void aHandlerMustBeGiven() {
        assertThrows(NullPointerException.class,
                () -> client.connect(ClientRequest.of(server.uri("/")), null));
    }

    @Test
    void theTransportGetsItsSettings() {
        Transport fake = mock();
        WebSocketClient.builder().transport(fake).build();
        verify(fake).connector(new TransportSettings("duplex-client", false));
        WebSocketClient.builder().transport(fake).threadName("t").daemon(true).build();
        verify(fake).connector(new TransportSettings("t", true));
        SocketOptions sockets = SocketOptions.of(SocketOptions.SO_KEEPALIVE, true);
        WebSocketClient.builder().transport(fake).threadName("t").socketOptions(sockets).build();
        verify(fake).connector(new TransportSettings("t", false, sockets));
        assertThrows(NullPointerException.class, () -> WebSocketClient.builder().socketOptions(null));
        assertThrows(NullPointerException.class, () -> WebSocketClient.builder().threadName(null));
        assertThrows(NullPointerException.class, () -> WebSocketClient.builder().options(null));
    }

    @Test
    void optionsAndListenerReachItsConnections() throws Exception {
        ConnectionListener listener = mock();
        WebSocketClient small = WebSocketClient.builder()
                .transport(transport)
                .options(ConnectionOptions.CLIENT.withLimits(Limits.DEFAULT.withMaxMessageBytes(3)))
                .listener(listener)
                .build();
        WebSocket ws = small.connect(server.uri("/echo"));
        verify(listener).opened(ws);
        ws.send("long");
        CloseInfo info = ws.closeFuture().get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
        assertEquals(1009, info.sent().orElseThrow().code());
    }

    @Test
    void reconnectionEndsWithItsClose() throws Exception {
        Recorder recorder = new Recorder();
        Reconnection reconnection = client.reconnecting(ClientRequest.of(server.uri("/echo")), recorder,
                ReconnectPolicy.DEFAULT);
        WebSocket ws = recorder.awaitOpen();
        // Before that the attempt would be given up, with 1001.
        Patience.await("it is connected", () -> reconnection.current().isPresent());
        reconnection.close();
        assertEquals(1000, recorder.skipToClosed().code());
        assertEquals(ReadyState.CLOSED, ws.readyState());
        assertThrows(CancellationException.class,
                () -> reconnection.givenUp().get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
    }

    @Test
    void reconnectionThatIsGivenUpSaysWhy() throws Exception {
        Reconnection reconnection = client.reconnecting(ClientRequest.of(server.uri("/none")), new Recorder(),
                ReconnectPolicy.DEFAULT);
        ReconnectPolicy.Context last = reconnection.givenUp().get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
        assertInstanceOf(ReconnectPolicy.Context.AfterFailure.class, last);
        assertEquals(Optional.empty(), reconnection.current());
    }
}
