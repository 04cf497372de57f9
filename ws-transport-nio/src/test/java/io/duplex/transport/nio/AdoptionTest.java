package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Channels that the application brings: connected on both sides, listening, inherited. */
@Timeout(60)
class AdoptionTest {
    private static final URI ECHO = URI.create("ws://localhost/");

    private final Recorder recorder = new Recorder()
            .on(Event.Text.class, (ws, text) -> ws.send(text.text()));
    private final WebSocketClient client =
            WebSocketClient.builder().transport(new NioTransport(1)).threadName("adopt-client").build();

    @AfterEach
    void closeClient() {
        client.close();
    }

    private WebSocketServer serve(NioTransport transport) throws IOException {
        return WebSocketServer.builder()
                .transport(transport)
                .threadName("adopt-server")
                .bind("127.0.0.1", 0)
                .endpoint("/", recorder)
                .start();
    }

    private static ServerSocketChannel listening() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Test
    void bothEndsOfAChannelAreAdopted() throws Exception {
        try (ServerSocketChannel listening = listening();
                WebSocketServer server = serve(new NioTransport(2))) {
            SocketChannel mine = SocketChannel.open(listening.getLocalAddress());
            SocketChannel theirs = listening.accept();
            server.adopt(theirs);
            WebSocket ws = client.connectOver(mine, ClientRequest.of(ECHO));
            ws.send("hello");
            assertEquals(new Message.Text("hello"), ws.receive());
            assertEquals("localhost", recorder.awaitOpen().request().headers().first("Host").orElseThrow());
            assertEquals(1, server.connections().size());
            assertTrue(ws.closeAndWait(Duration.ofSeconds(20)).clean());
            assertFalse(mine.isOpen());
        }
    }

    @Test
    void aHandlerGetsTheMessagesOfAnAdoptedChannel() throws Exception {
        Recorder onClient = new Recorder();
        try (WebSocketServer server = serve(new NioTransport(1))) {
            SocketChannel mine = SocketChannel.open(server.address());
            WebSocket ws = client.connectOver(mine, ClientRequest.of(ECHO), onClient).get();
            ws.send("hello");
            onClient.awaitOpen();
            assertEquals("hello", onClient.awaitText());
        }
    }

    @Test
    void aChannelThatIsNotConnectedOrIsRegisteredElsewhereIsRefusedAndClosed() throws Exception {
        try (WebSocketServer server = serve(new NioTransport(1)); Selector selector = Selector.open()) {
            SocketChannel unconnected = SocketChannel.open();
            assertThrows(IllegalArgumentException.class, () -> server.adopt(unconnected));
            assertFalse(unconnected.isOpen());
            SocketChannel registered = SocketChannel.open(server.address());
            registered.configureBlocking(false).register(selector, 0);
            assertThrows(IllegalArgumentException.class, () -> server.adopt(registered));
            assertFalse(registered.isOpen());
            SocketChannel mine = SocketChannel.open();
            CompletableFuture<WebSocket> failed = client.connectOver(mine, ClientRequest.of(ECHO), recorder);
            assertInstanceOf(IllegalArgumentException.class,
                    assertThrows(ExecutionException.class, failed::get).getCause());
            assertFalse(mine.isOpen());
        }
    }

    @Test
    void aServerThatHasStoppedTakesNoChannelAndClosesIt() throws Exception {
        try (ServerSocketChannel listening = listening()) {
            WebSocketServer server = serve(new NioTransport(1));
            server.close();
            SocketChannel channel = SocketChannel.open(listening.getLocalAddress());
            assertThrows(IOException.class, () -> server.adopt(channel));
            assertFalse(channel.isOpen());
        }
    }

    @Test
    void redirectsAreNotFollowedOverAGivenChannel() throws Exception {
        try (RawServer raw = new RawServer()) {
            SocketChannel mine = SocketChannel.open(new InetSocketAddress("127.0.0.1", raw.port()));
            CompletableFuture<WebSocket> connecting = client.connectOver(mine,
                    ClientRequest.builder(ECHO).maxRedirects(3).build(), recorder);
            try (RawSocket peer = raw.accept()) {
                peer.readHead();
                peer.write("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n".getBytes());
                assertInstanceOf(io.duplex.HandshakeException.class,
                        assertThrows(ExecutionException.class, connecting::get).getCause());
            }
        }
    }

    @Test
    void aServerAcceptsOnAGivenSocketAndClosesIt() throws Exception {
        ServerSocketChannel given = listening();
        NioTransport transport = new NioTransport(1).on(given);
        try (WebSocketServer server = serve(transport)) {
            assertEquals(given.getLocalAddress(), server.address());
            WebSocket ws = client.connect(server.uri("/"));
            ws.send("hello");
            assertEquals(new Message.Text("hello"), ws.receive());
            assertThrows(IOException.class, () -> serve(transport));
        }
        assertFalse(given.isOpen());
    }

    @Test
    void anUnboundSocketIsRefused() throws IOException {
        try (ServerSocketChannel unbound = ServerSocketChannel.open()) {
            assertThrows(IOException.class, () -> serve(new NioTransport(1).on(unbound)));
        }
    }

    @Test
    void aSingleInheritedConnectionIsServedWithoutAListeningSocket() throws Exception {
        try (ServerSocketChannel listening = listening()) {
            SocketChannel peer = SocketChannel.open(listening.getLocalAddress());
            ListeningSockets sockets = GivenSocket.inherited(listening.accept()).take();
            assertEquals(0, sockets.channels().size());
            assertEquals(peer.getRemoteAddress(), sockets.address());
            assertTrue(sockets.connection().isPresent());
            sockets.close();
            peer.close();
        }
    }

    @Test
    void whatIsNoStreamSocketIsNotInherited() throws IOException {
        assertTrue(assertThrows(IOException.class, () -> GivenSocket.inherited(null)).getMessage()
                .contains("standard input"));
        try (Channel datagrams = DatagramChannel.open()) {
            assertThrows(IOException.class, () -> GivenSocket.inherited(datagrams));
        }
    }
}
