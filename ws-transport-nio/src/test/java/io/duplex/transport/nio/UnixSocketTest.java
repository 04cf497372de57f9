package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.BlockingHandler;
import io.duplex.CloseInfo;
import io.duplex.ConnectionClosedException;
import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.server.HostPolicy;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Recorder;
import io.duplex.transport.AddressText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers and clients on Unix domain sockets, and the files that these leave or do not leave. */
@Timeout(60)
class UnixSocketTest {
    private static final URI ECHO = URI.create("ws://app.example/echo");
    private static final BlockingHandler LOOP = ws -> {
        for (Message message; (message = ws.receive()) != null;) {
            ws.sendAsync(message).join();
        }
    };

    @TempDir
    private Path directory;
    private Path path;
    private UnixDomainSocketAddress address;
    private final Recorder recorder = new Recorder().ignoring(Event.Drained.class)
            .on(Event.Text.class, (ws, text) -> ws.send(text.text()))
            .on(Event.Binary.class, (ws, binary) -> ws.send(binary.payload().bytes()));
    private WebSocketClient client;

    @BeforeEach
    void makeClient() {
        path = directory.resolve("s");
        address = UnixDomainSocketAddress.of(path);
        client = WebSocketClient.builder().transport(new NioTransport(1)).threadName("unix-client").build();
    }

    @AfterEach
    void closeClient() {
        client.close();
    }

    private WebSocketServer serve() throws IOException {
        return server().start();
    }

    private WebSocketServer.Builder server() {
        return WebSocketServer.builder()
                .transport(new NioTransport(2))
                .threadName("unix-server")
                .bind(address)
                .endpoint("/echo", recorder)
                .blocking("/loop", LOOP);
    }

    private WebSocket connect(String path) throws IOException, InterruptedException {
        return client.connect(ClientRequest.builder(ECHO.resolve(path)).address(address).build());
    }

    @Test
    void aClientAndAServerTalkOverAFile() throws Exception {
        try (WebSocketServer server = serve(); WebSocket ws = connect("/echo")) {
            assertEquals(address, server.address());
            assertThrows(IllegalStateException.class, server::port);
            WebSocket atServer = recorder.awaitOpen();
            assertEquals("app.example", atServer.request().headers().first("Host").orElseThrow());
            assertEquals("unix:", AddressText.of(atServer.remoteAddress()));
            assertEquals("unix:" + path, AddressText.of(atServer.localAddress()));
            assertEquals("unix:" + path, AddressText.of(ws.remoteAddress()));
            ws.send("hello");
            assertEquals(new Message.Text("hello"), ws.receive());
            byte[] big = new byte[900_000];
            ws.send(big);
            assertEquals(new Message.Binary(big), ws.receive());
            CloseInfo info = ws.closeAndWait(Duration.ofSeconds(20));
            assertTrue(info.clean());
            recorder.awaitText();
            recorder.awaitBinary();
            assertTrue(recorder.awaitClosed().clean());
        }
    }

    @Test
    void blockingStyleWorksToo() throws Exception {
        try (WebSocketServer server = serve(); WebSocket ws = connect("/loop")) {
            for (int i = 0; i < 100; i++) {
                ws.send("m" + i);
                assertEquals(new Message.Text("m" + i), ws.receive());
            }
            assertEquals(1, server.connections().size());
        }
    }

    @Test
    void anAbortIsAPlainEndForThePeer() throws Exception {
        try (WebSocketServer server = serve(); WebSocket ws = connect("/echo")) {
            recorder.awaitOpen().abort();
            assertThrows(ConnectionClosedException.class, ws::receive);
            assertFalse(ws.closeFuture().join().clean());
            assertTrue(recorder.awaitClosed().cause().isPresent());
            assertEquals(0, server.stats().opened() - 1);
        }
    }

    @Test
    void pagesOfTheSameHostMayConnect() throws Exception {
        try (WebSocketServer server = serve()) {
            assertEquals(address, server.address());
            client.connect(ClientRequest.builder(ECHO).address(address).origin("http://app.example").build())
                    .close();
            assertThrows(IOException.class, () -> client.connect(
                    ClientRequest.builder(ECHO).address(address).origin("http://evil.example").build()));
        }
    }

    @Test
    void plainHttpIsAnsweredToAPeerThatKnowsNoWebSocket() throws IOException {
        try (WebSocketServer server = serve(); SocketChannel peer = SocketChannel.open(address)) {
            assertEquals(address, server.address());
            peer.write(ByteBuffer
                    .wrap("GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes()));
            ByteBuffer answer = ByteBuffer.allocate(10_000);
            while (peer.read(answer) >= 0) {
                // To the end.
            }
            assertTrue(
                    StandardCharsets.US_ASCII.decode(answer.flip()).toString().startsWith("HTTP/1.1 404 "));
        }
    }

    @Test
    void theFileIsRemovedWhenTheServerStopsAndMayBeUsedAgain() throws IOException {
        for (int i = 0; i < 2; i++) {
            try (WebSocketServer server = serve()) {
                assertEquals(address, server.address());
                assertTrue(Files.exists(path));
            }
            assertFalse(Files.exists(path));
        }
    }

    @Test
    void aFileThatSomebodyElseHasPutThereIsLeftAlone() throws IOException {
        try (WebSocketServer server = serve()) {
            assertEquals(address, server.address());
            Files.delete(path);
            Files.writeString(path, "mine");
        }
        assertEquals("mine", Files.readString(path));
    }

    @Test
    void aFileThatADeadServerHasLeftIsNamedWithWhatToDo() throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address).close();
        assertTrue(Files.exists(path));
        IOException refused = assertThrows(IOException.class, this::serve);
        assertEquals("cannot listen on unix:" + path
                + ": the file was left by a server that has ended; delete it and start again",
                refused.getMessage());
        assertTrue(Files.exists(path));
    }

    @Test
    void aFileThatALivingServerHasIsNamed() throws IOException {
        try (WebSocketServer server = serve()) {
            assertEquals(address, server.address());
            IOException refused = assertThrows(IOException.class, this::serve);
            assertEquals("cannot listen on unix:" + path + ": another server listens there",
                    refused.getMessage());
        }
    }

    @Test
    void aFileThatIsNoSocketAndAMissingDirectoryAreNamed() throws IOException {
        Files.createFile(path);
        IOException noSocket = assertThrows(IOException.class, this::serve);
        assertEquals("cannot listen on unix:" + path + ": the file exists and is not a socket",
                noSocket.getMessage());
        address = UnixDomainSocketAddress.of(directory.resolve("no/such/directory"));
        assertTrue(assertThrows(IOException.class, this::serve).getMessage().contains("no/such/directory"));
    }

    @Test
    void aClientSaysWhereNobodyListens() {
        IOException refused = assertThrows(IOException.class, () -> connect("/echo"));
        assertTrue(refused.getMessage().startsWith("cannot connect to unix:" + path), refused.getMessage());
    }

    @Test
    void aClientMayAlsoChooseAnInternetAddress() throws Exception {
        try (WebSocketServer server = server().hosts(HostPolicy.any()).bind("127.0.0.1", 0).start()) {
            ClientRequest request = ClientRequest.builder(URI.create("ws://app.example:1234/echo"))
                    .address(InetSocketAddress.createUnresolved("localhost", server.port()))
                    .build();
            client.connect(request).send("over there");
            assertEquals(Optional.of("app.example:1234"),
                    recorder.awaitOpen().request().headers().first("Host"));
            assertEquals("over there", recorder.awaitText());
        }
    }
}
