package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.HandshakeException;
import io.duplex.ReadyState;
import io.duplex.WebSocket;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpResponse;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawHead;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The opening handshake over real sockets, however the bytes are cut, and plain HTTP on the same port. */
abstract class HandshakeContract extends ContractPart {
    private static final String PAGE = "the page";
    private final Recorder recorder = new Recorder();

    HandshakeContract(TransportContract on) {
        super(on);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    @DisplayName("2 bytes directly after the request, in the same segment, are delivered")
    void bytesBehindTheRequest() throws IOException {
        RawSocket peer = rawSocket(serve(recorder));
        peer.write(RawSocket.request("/"), Frames.text("early").mask().bytes(),
                Frames.close(1000, "").mask().bytes());
        assertEquals(101, peer.readHead().status());
        assertEquals(1000, peer.readFrame().closeCode());
        peer.close();
        recorder.awaitOpen();
        assertEquals("early", recorder.awaitText());
        assertTrue(recorder.awaitClosed().clean());
    }

    @Test
    @DisplayName("2 bytes directly after the response, in the same segment, are delivered after onOpen")
    void bytesBehindTheResponse() throws IOException {
        RawServer server = closeLater(on.rawServer());
        CompletableFuture<WebSocket> connecting = client().connect(request(on.uri(server, "/")), recorder);
        RawSocket peer = closeLater(server.accept());
        peer.write(RawSocket.acceptance(peer.readHead()), Frames.text("early").bytes(),
                Frames.text("next").bytes());
        within(connecting);
        recorder.awaitOpen();
        assertEquals("early", recorder.awaitText());
        assertEquals("next", recorder.awaitText());
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 7 })
    @DisplayName("9 a whole conversation in pieces gives the same events, at a server")
    void piecesAtServer(int pieceBytes) throws IOException {
        RawSocket peer = rawSocket(serve(recorder));
        peer.writeCut(Frames.join(RawSocket.request("/"), conversation(true)), pieceBytes);
        assertEquals(101, peer.readHead().status());
        assertConversation(peer);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 7 })
    @DisplayName("9 a whole conversation in pieces gives the same events, at a client")
    void piecesAtClient(int pieceBytes) throws IOException {
        RawServer server = closeLater(on.rawServer());
        CompletableFuture<WebSocket> connecting = client().connect(request(on.uri(server, "/")), recorder);
        RawSocket peer = closeLater(server.accept());
        peer.writeCut(Frames.join(RawSocket.acceptance(peer.readHead()), conversation(false)), pieceBytes);
        within(connecting);
        assertConversation(peer);
    }

    /** The wire examples of RFC 6455 section 5.7 but for the largest, then a Close frame. */
    private static byte[] conversation(boolean masked) {
        byte[] all = new byte[0];
        for (Frames frame : new Frames[] { Frames.text("Hello"), Frames.text("Hel").notFinal(),
            Frames.continuation(ascii("lo")), Frames.ping("Hello"), Frames.binary(new byte[256]),
            Frames.close(1000, "") }) {
            all = Frames.join(all, (masked ? frame.mask() : frame).bytes());
        }
        return all;
    }

    private void assertConversation(RawSocket peer) throws IOException {
        assertEquals("Hello", peer.readFrame().text());
        assertEquals(1000, peer.readFrame().closeCode());
        peer.close();
        recorder.awaitOpen();
        assertEquals("Hello", recorder.awaitText());
        assertEquals("Hello", recorder.awaitText());
        assertEquals("Hello", recorder.await(Event.Ping.class).payload().text());
        assertEquals(256, recorder.awaitBinary().length);
        assertTrue(recorder.awaitClosed().clean());
    }

    static Stream<Arguments> refusals() {
        String head = "GET / HTTP/1.1\r\nHost: localhost\r\n";
        String upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
        String key = "Sec-WebSocket-Key: " + RawSocket.KEY + "\r\n";
        return Stream.of(
                Arguments.of(404, new String(RawSocket.request("/none"), StandardCharsets.ISO_8859_1)),
                Arguments.of(403, new String(RawSocket.request("/", "Origin: http://evil.example"),
                        StandardCharsets.ISO_8859_1)),
                Arguments.of(426, head + "\r\n"),
                Arguments.of(426, head + upgrade + key + "Sec-WebSocket-Version: 8\r\n\r\n"),
                Arguments.of(400, head + upgrade + "Sec-WebSocket-Version: 13\r\n\r\n"),
                Arguments.of(400,
                        head + upgrade + "Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n\r\n"),
                Arguments.of(400, "GET / HTTP/1.1\r\n\r\n"),
                Arguments.of(400, "nonsense\r\n\r\n"),
                Arguments.of(414, "GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of(431, head + "X: " + "x".repeat(40_000) + "\r\n\r\n"),
                Arguments.of(505, "GET / HTTP/2.7\r\nHost: localhost\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    @DisplayName("7 a request that is no handshake gets the status that says why, and the server lives on")
    void refusedRequests(int status, String request) throws IOException {
        WebSocketServer server = serve(recorder);
        RawSocket peer = rawSocket(server);
        peer.write(ascii(request));
        RawHead head = peer.readHead();
        assertEquals(status, head.status(), head.toString());
        assertFalse(peer.readBody(head).isEmpty(), "a reason a person can act on");
        if (status == 426) {
            assertEquals(Optional.of("13"), head.field("Sec-WebSocket-Version"));
        }
        recorder.assertNothingElse();
        rawPeer(server);
        recorder.awaitOpen();
    }

    @Test
    @DisplayName("7 a refusal reaches the client's application with status and body")
    void refusalAtClient() throws IOException {
        WebSocketServer server = serve(recorder);
        HandshakeException refused = assertThrows(HandshakeException.class,
                () -> client().connect(on.uri(server, "/none")));
        assertEquals(404, refused.response().orElseThrow().status());
        assertTrue(refused.body().length > 0);
        assertInstanceOf(HandshakeException.class,
                failureOf(client().connect(request(on.uri(server, "/none")), new Recorder())));
    }

    @Test
    @DisplayName("7 a wrong Sec-WebSocket-Accept fails the client's connection")
    void wrongAccept() throws IOException {
        RawServer server = closeLater(on.rawServer());
        CompletableFuture<WebSocket> connecting = client().connect(request(on.uri(server, "/")), recorder);
        RawSocket peer = closeLater(server.accept());
        peer.readHead();
        peer.write(ascii("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + RawSocket.accept("another") + "\r\n\r\n"));
        assertInstanceOf(HandshakeException.class, failureOf(connecting));
        peer.readToEnd();
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.1 a server that ends TCP instead of answering fails the connection, without callbacks")
    void serverEndsInstead() throws IOException {
        RawServer server = closeLater(on.rawServer());
        CompletableFuture<WebSocket> connecting = client().connect(request(on.uri(server, "/")), recorder);
        RawSocket peer = closeLater(server.accept());
        peer.readHead();
        peer.close();
        assertInstanceOf(IOException.class, failureOf(connecting));
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.1 a refused TCP connection fails the connection, without callbacks")
    void nobodyListens() throws IOException {
        RawServer gone = on.rawServer();
        URI uri = on.uri(gone, "/");
        gone.close();
        assertInstanceOf(IOException.class, failureOf(client().connect(request(uri), recorder)));
        assertThrows(IOException.class, () -> client().connect(uri));
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("10 plain HTTP is answered on the same port, several requests on one connection, then a "
            + "handshake")
    void plainHttp() throws IOException {
        WebSocketServer server = start(on.server()
                .endpoint("/", recorder)
                .http(HttpHandler.of(r -> HttpResponse.of(200).body(PAGE, "text/plain"))));
        RawSocket peer = rawSocket(server);
        for (int i = 0; i < 3; i++) {
            peer.write(ascii("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            RawHead head = peer.readHead();
            assertEquals(200, head.status());
            assertEquals(PAGE, peer.readBody(head));
        }
        peer.handshake("/");
        peer.write(Frames.text("now").mask());
        recorder.awaitOpen();
        assertEquals("now", recorder.awaitText());
    }

    @Test
    @DisplayName("10 requests that follow each other in one segment are answered in order, the last "
            + "one closes")
    void pipelinedHttp() throws IOException {
        WebSocketServer server = start(on.server()
                .endpoint("/", recorder)
                .http(HttpHandler.of(r -> HttpResponse.of(200).body(r.path(), "text/plain"))));
        RawSocket peer = rawSocket(server);
        peer.write(ascii(
                "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /2 HTTP/1.1\r\nHost: "
                        + "localhost\r\nConnection: close\r\n\r\n"));
        assertEquals("/1", peer.readBody(peer.readHead()));
        assertEquals("/2", peer.readBody(peer.readHead()));
        assertSame(RawSocket.End.FIN, peer.readToEnd());
    }

    @Test
    @DisplayName("7 connections beyond the limit get 503, until others have gone")
    void tooManyConnections() throws IOException {
        WebSocketServer server = start(on.server().endpoint("/", new Echo()).maxConnections(1));
        RawSocket first = rawPeer(server);
        RawSocket second = rawSocket(server);
        second.write(RawSocket.request("/"));
        assertEquals(503, second.readHead().status());
        second.readToEnd();
        first.write(Frames.close(1000, "").mask());
        first.readToEnd();
        first.close();
        second.close();
        Patience.await("there is room again", () -> server.connections().isEmpty());
        RawSocket third = rawPeer(server);
        third.write(Frames.text("in").mask());
        assertEquals("in", third.readFrame().text());
    }

    @Test
    @DisplayName("3 the facts of a connection are there in onOpen, on both sides")
    void facts() throws IOException {
        Recorder onServer = new Recorder().on(Event.Opened.class, (ws, e) -> {
            assertSame(ReadyState.OPEN, ws.readyState());
            assertEquals("/room/7?x=1", ws.request().target());
            assertEquals("7", ws.pathParameters().get("id"));
        });
        WebSocketServer server = start(
                on.server().endpoint("/room/{id}", onServer).endpoint("/other", new Echo()));
        WebSocket client = within(client().connect(request(on.uri(server, "/room/7?x=1")), recorder));
        WebSocket ws = onServer.awaitOpen();
        assertEquals(client.localAddress(), ws.remoteAddress());
        assertEquals(server.address(), ws.localAddress());
        assertEquals(101, client.response().status());
        assertEquals(on.secure(), ws.secure());
        assertEquals(Optional.empty(), client.subprotocol());
        onServer.assertNothingElse();
        rawSocket(server).handshake("/other");
        Patience.await("the second is open", () -> server.connections().size() == 2);
        assertEquals(2, server.connections().stream().map(WebSocket::id).distinct().count());
        assertTrue(server.connections().contains(ws));
        assertNotEquals(0, ws.id());
    }
}
