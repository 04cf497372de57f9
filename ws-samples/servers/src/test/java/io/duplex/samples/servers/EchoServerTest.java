package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseMode;
import io.duplex.ConnectionClosedException;
import io.duplex.ConnectionOptions;
import io.duplex.HandshakeException;
import io.duplex.Limits;
import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.client.ClientRequest;
import io.duplex.client.WebSocketClient;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.server.WebSocketServer;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.Transport;
import io.duplex.transport.bio.BioTransport;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EchoServerTest {
    private static final Transport BIO = new BioTransport();
    private static final long DEFAULT_BYTES = Limits.DEFAULT.maxMessageBytes();

    private List<String> hosts = List.of();
    private WebSocketServer server;
    private WebSocketClient client;

    @BeforeEach
    void start() throws Exception {
        client = WebSocketClient.builder().transport(BIO).build();
        server = EchoServer.start(ServerSettings.of(BIO), Optional.of("bye"));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void restart(boolean deflate, long maxMessageBytes, String... origins) throws Exception {
        server.close();
        server = EchoServer.start(
                new ServerSettings(BIO, "127.0.0.1", 0, deflate, maxMessageBytes, List.of(origins), hosts, 10,
                        SocketOptions.DEFAULT, CloseMode.HALF_CLOSE, Optional.empty()),
                Optional.empty());
    }

    private ClientRequest.Builder echo() {
        return ClientRequest.builder(server.uri("/echo"));
    }

    private WebSocket connect(ClientRequest.Builder request) throws Exception {
        return client.connect(request.build());
    }

    private static String text(WebSocket ws) throws Exception {
        return ((Message.Text) ws.receive()).text();
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @Test
    void echoesTextAndBinaryInOrder() throws Exception {
        WebSocket ws = connect(echo());
        byte[] bytes = randomBytes(100_000);
        ws.send("grüß dich 👋");
        ws.send(bytes);
        ws.send("");
        assertEquals("grüß dich 👋", text(ws));
        assertArrayEquals(bytes, ((Message.Binary) ws.receive()).bytes());
        assertEquals("", text(ws));
    }

    @Test
    void echoesTheWordAndThenClosesNormally() throws Exception {
        WebSocket ws = connect(echo());
        ws.send("bye bye");
        ws.send("bye");
        assertEquals("bye bye", text(ws));
        assertEquals("bye", text(ws));
        assertNull(ws.receive());
        CloseInfo info = ws.closeFuture().join();
        assertEquals(1000, info.code());
        assertEquals(CloseInfo.Initiator.PEER, info.initiator());
        assertTrue(info.clean());
    }

    @Test
    void takesTheFirstSubprotocolThatIsOffered() throws Exception {
        assertEquals(Optional.of("soap"), connect(echo().subprotocols("soap", "mqtt")).subprotocol());
        assertEquals(Optional.empty(), connect(echo()).subprotocol());
    }

    @Test
    void broadcastsToAllIncludingTheSender() throws Exception {
        ClientRequest.Builder request = ClientRequest.builder(server.uri("/broadcast"));
        WebSocket sender = connect(request);
        WebSocket other = connect(request);
        WebSocket echo = connect(echo());
        // Its own echo shows that a connection is a member.
        other.send("ready");
        assertEquals("ready", text(other));
        assertEquals("ready", text(sender));
        sender.send("one");
        sender.send(new byte[] { 2 });
        for (WebSocket ws : List.of(sender, other)) {
            assertEquals("one", text(ws));
            assertArrayEquals(new byte[] { 2 }, ((Message.Binary) ws.receive()).bytes());
        }
        echo.send("mine");
        assertEquals("mine", text(echo));
    }

    @Test
    void forgetsWhoLeftTheBroadcast() throws Exception {
        ClientRequest.Builder request = ClientRequest.builder(server.uri("/broadcast"));
        WebSocket stays = connect(request);
        WebSocket leaves = connect(request);
        leaves.close();
        assertTrue(leaves.closeFuture().join().clean());
        stays.send("still here");
        assertEquals("still here", text(stays));
    }

    @Test
    void closesWith1009WhenAMessageIsTooLong() throws Exception {
        restart(false, 1000);
        WebSocket ws = connect(echo());
        ws.send(new byte[1000]);
        assertEquals(1000, ((Message.Binary) ws.receive()).bytes().length);
        ws.send(new byte[1001]);
        assertThrows(ConnectionClosedException.class, ws::receive);
        assertEquals(1009, ws.closeFuture().join().code());
    }

    @Test
    void echoesAMessageLongerThanTheDefaultQueue() throws Exception {
        restart(false, 8 << 20);
        WebSocketClient large = WebSocketClient.builder()
                .transport(BIO)
                .options(ConnectionOptions.CLIENT
                        .withLimits(Limits.DEFAULT.withMaxMessageBytes(8 << 20)))
                .build();
        try (large) {
            WebSocket ws = large.connect(server.uri("/echo"));
            byte[] bytes = randomBytes(8 << 20);
            ws.send(bytes);
            ws.send(bytes);
            assertArrayEquals(bytes, ((Message.Binary) ws.receive()).bytes());
            assertArrayEquals(bytes, ((Message.Binary) ws.receive()).bytes());
        }
    }

    @Test
    void refusesAForeignPage() throws Exception {
        assertEquals(403, refusal(echo().origin("https://evil.example")));
        assertEquals(403,
                refusal(ClientRequest.builder(server.uri("/broadcast")).origin("https://evil.example")));
    }

    @Test
    void letsItsOwnPageAndThePagesOfTheOriginOptionConnect() throws Exception {
        restart(false, DEFAULT_BYTES, "https://good.example", "http://localhost:*");
        connect(echo().origin("http://127.0.0.1:" + server.port()));
        connect(echo().origin("https://good.example"));
        connect(echo().origin("http://localhost:3000"));
        assertEquals(403, refusal(echo().origin("https://evil.example")));
    }

    @Test
    void letsEveryPageConnectIfToldSo() throws Exception {
        restart(false, DEFAULT_BYTES, "*");
        WebSocket ws = connect(echo().origin("https://evil.example"));
        ws.send("x");
        assertEquals("x", text(ws));
    }

    @Test
    void servesTheHostsThatItIsToldToAndThisMachine() throws Exception {
        assertEquals(421, refusal(named("app.example")));
        hosts = List.of("app.example");
        restart(false, DEFAULT_BYTES);
        connect(named("app.example"));
        connect(echo());
        assertEquals(421, refusal(named("evil.example")));
        hosts = List.of("*");
        restart(false, DEFAULT_BYTES);
        connect(named("evil.example"));
    }

    /** To the server, under another name. */
    private ClientRequest.Builder named(String host) {
        return ClientRequest.builder(URI.create("ws://" + host + ":" + server.port() + "/echo"))
                .address(new InetSocketAddress("127.0.0.1", server.port()));
    }

    private int refusal(ClientRequest.Builder request) {
        return assertThrows(HandshakeException.class, () -> connect(request)).response()
                .orElseThrow()
                .status();
    }

    @Test
    void compressesOnlyIfToldSo() throws Exception {
        ClientRequest.Builder offering = echo().extensions(List.of(PerMessageDeflate.create()));
        assertEquals(List.of(), connect(offering).extensions());
        restart(true, DEFAULT_BYTES);
        for (String path : List.of("/echo", "/broadcast")) {
            WebSocket ws = connect(offering.uri(server.uri(path)));
            assertTrue(ws.extensions().getFirst().startsWith("permessage-deflate"),
                    ws.extensions().toString());
            ws.send("again and ".repeat(10_000));
            assertEquals("again and ".repeat(10_000), text(ws));
        }
    }
}
