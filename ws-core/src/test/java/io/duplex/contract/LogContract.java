package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.BlockingHandler;
import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.MessageStream;
import io.duplex.Refusal;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpResponse;
import io.duplex.server.Endpoint;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.CapturedLog;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawHead;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Design section 3, rule 11: a peer cannot fill the log, and what the application throws is in it. All of the
 * log is checked, including that of the transport and of TLS.
 */
abstract class LogContract extends ContractPart {
    /** In every request, in several places; never in the log. */
    private static final String SECRET = "s3cr3t";
    private static final String[] SECRET_FIELDS =
            { "Authorization: Bearer " + SECRET, "Cookie: sid=" + SECRET,
                "X-Api-Key: " + SECRET, "Sec-WebSocket-Protocol: v1, " + SECRET };

    private final CapturedLog log = closeLater(new CapturedLog(Level.ALL));
    private final List<Refusal> refusals = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger handlersEnded = new AtomicInteger();

    LogContract(TransportContract on) {
        super(on);
    }

    /** Counts what has ended, so that a test need not stop its server to know. */
    private final class Watch implements ConnectionListener {
        @Override
        public void closed(WebSocket ws, CloseInfo info) {
            ended.incrementAndGet();
        }

        @Override
        public void refused(Refusal refusal) {
            refusals.add(refusal);
        }
    }

    /** Reads and writes in streams, and lets everything out that it gets. */
    private final class Streaming implements BlockingHandler {
        @Override
        public void handle(WebSocket ws) throws Exception {
            try {
                while (true) {
                    MessageStream stream = ws.receiveStream();
                    if (stream == null) {
                        break;
                    }
                    if (stream.isText()) {
                        stream.text().transferTo(Writer.nullWriter());
                    } else {
                        stream.bytes().transferTo(OutputStream.nullOutputStream());
                    }
                }
            } finally {
                handlersEnded.incrementAndGet();
            }
        }
    }

    private WebSocketServer server(Duration handshakeLimit) throws IOException {
        ConnectionOptions options = ConnectionOptions.SERVER
                .withTimeouts(Timeouts.DEFAULT.withHandshake(handshakeLimit).withClose(LONG));
        return start(on.server()
                .listener(new Watch())
                .options(options)
                .endpoint("/", Endpoint.builder()
                        .handler(new Echo())
                        .extensions(List.of(PerMessageDeflate.create()))
                        .build())
                .blocking("/blocking", new Streaming())
                .http(HttpHandler.of(request -> HttpResponse.of(200).body("page", "text/plain"))));
    }

    // ---- peers
    // -------------------------------------------------------------------------------------------------------

    /** The actions of a peer once the connection is open; it masks frames to a server. */
    private interface Deed {
        void to(RawSocket peer, UnaryOperator<Frames> masking) throws IOException;
    }

    private static Arguments deed(String name, Deed deed) {
        return Arguments.of(name, deed);
    }

    private static Deed broken(Frames frame) {
        return (peer, masking) -> {
            peer.write(masking.apply(frame));
            peer.readToClose();
            peer.close();
        };
    }

    static Stream<Arguments> deeds() {
        Frames garbage = Frames.binary(filled(100, 0xFF));
        return Stream.of(deed("a reserved bit", broken(Frames.text("a").withRsv(2))),
                deed("a reserved opcode", broken(Frames.of(3))),
                deed("a frame too big", broken(Frames.binary().claiming((1 << 20) + 1))),
                deed("a message too big in fragments", (peer, masking) -> {
                    peer.write(masking.apply(Frames.binary(new byte[600 << 10]).notFinal()),
                            masking.apply(Frames.continuation(new byte[600 << 10])));
                    peer.readToClose();
                    peer.close();
                }),
                deed("text that is not UTF-8", broken(Frames.of(1, (byte) 0xFF))),
                deed("a Close frame with a reserved code", broken(Frames.close(1005, ""))),
                deed("frames that are masked the wrong way", (peer, masking) -> {
                    peer.write(masking.apply(Frames.text("a")).masked()
                            ? Frames.text("a")
                            : Frames.text("a").mask());
                    peer.readToClose();
                    peer.close();
                }),
                deed("what does not inflate", broken(garbage.withRsv(4))),
                deed("a reset", (peer, masking) -> peer.reset()),
                deed("a reset inside a message", (peer, masking) -> {
                    peer.write(masking.apply(Frames.binary(new byte[10]).notFinal()));
                    peer.reset();
                }),
                deed("a reset under a flood", (peer, masking) -> {
                    byte[] pings = masking.apply(Frames.ping("x".repeat(100))).bytes();
                    for (int i = 0; i < 2000; i++) {
                        peer.write(pings);
                    }
                    peer.reset();
                }),
                deed("FIN without Close", (peer, masking) -> {
                    peer.halfClose();
                    peer.readToEnd();
                }),
                deed("FIN inside a message", (peer, masking) -> {
                    peer.write(masking.apply(Frames.binary(new byte[10]).notFinal()));
                    peer.halfClose();
                    peer.readToEnd();
                }),
                deed("Close with a reason that would forge lines", (peer, masking) -> {
                    peer.write(masking.apply(Frames.close(3000, "a\nSEVERE: forged\r\nb")));
                    peer.readToClose();
                    peer.close();
                }));
    }

    private RawSocket open(WebSocketServer server, String path, String... fields) throws IOException {
        return rawSocket(server).handshake(path + "?token=" + SECRET, fields);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deeds")
    @DisplayName("3.11 whatever a peer does to a server, nothing above DEBUG is logged, in any style")
    void peerOfAServer(String name, Deed deed) throws IOException {
        WebSocketServer server = server(LONG);
        deed.to(open(server, "/", "Sec-WebSocket-Extensions: permessage-deflate", SECRET_FIELDS[0],
                SECRET_FIELDS[1]),
                Frames::mask);
        deed.to(open(server, "/blocking", SECRET_FIELDS), Frames::mask);
        Patience.await("both have ended", () -> ended.get() == 2 && handlersEnded.get() == 1);
        server.close();
        assertQuiet();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deeds")
    @DisplayName("3.11 whatever a server does to a client, nothing above DEBUG is logged")
    void serverOfAClient(String name, Deed deed) throws IOException {
        RawServer server = closeLater(on.rawServer());
        WebSocketHandler handler = new WebSocketHandler() {
            @Override
            public void onClose(WebSocket ws, CloseInfo info) {
                ended.incrementAndGet();
            }
        };
        Future<WebSocket> connecting =
                client().connect(request(on.uri(server, "/?token=" + SECRET)), handler);
        RawSocket peer = closeLater(server.accept());
        peer.acceptHandshake("Set-Cookie: sid=" + SECRET);
        within(connecting);
        deed.to(peer, UnaryOperator.identity());
        peer.close();
        Patience.await("it has ended", () -> ended.get() == 1);
        assertQuiet();
    }

    private void assertQuiet() {
        assertEquals(List.of(), CapturedLog.lines(log.aboveDebug()));
        for (LogRecord record : log.records()) {
            assertEquals(null, record.getThrown(), record.getMessage());
            assertFalse(record.getMessage().contains(SECRET), record.getMessage());
            assertFalse(record.getMessage().contains("\n"), record.getMessage());
        }
    }

    // ---- HTTP
    // -------------------------------------------------------------------------------------------------------

    private static String get(String path, String... fields) {
        return "GET " + path + "?token=" + SECRET + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic "
                + SECRET
                + "\r\n" + String.join("\r\n", fields) + (fields.length == 0 ? "" : "\r\n") + "\r\n";
    }

    static Stream<Arguments> badRequests() {
        String upgrade = new String(RawSocket.request("/", SECRET_FIELDS), StandardCharsets.ISO_8859_1);
        return Stream.of(Arguments.of(400, SECRET + "\r\n\r\n"),
                Arguments.of(400, "\u0000".repeat(100)),
                Arguments.of(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of(414, "GET /" + SECRET.repeat(2000) + " HTTP/1.1\r\n"),
                Arguments.of(431, get("/", "X: " + SECRET.repeat(7000))),
                Arguments.of(431, get("/", ("X: " + SECRET + "\r\n").repeat(101) + "Y: z")),
                Arguments.of(408, "GET /" + SECRET),
                Arguments.of(408, get("/").substring(0, get("/").length() - 2)),
                Arguments.of(405, get("/").replace("GET", "DELETE")),
                Arguments.of(413, get("/", "Content-Length: 9999999999")),
                Arguments.of(421, get("/").replace("localhost", "evil.example")),
                Arguments.of(421, upgrade.replace("127.0.0.1", "evil.example")),
                Arguments.of(404, upgrade.replace("GET / ", "GET /none?token=" + SECRET + " ")),
                Arguments.of(403, upgrade.replace("\r\n\r\n", "\r\nOrigin: http://evil.example\r\n\r\n")),
                Arguments.of(426, upgrade.replace("Version: 13", "Version: 8")),
                Arguments.of(400, upgrade.replace(RawSocket.KEY, "short")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badRequests")
    @DisplayName("3.11 a refused request is a DEBUG line without secrets, and the peer learns nothing "
            + "internal")
    void refusedRequests(int status, String request) throws IOException {
        if (status == 408) {
            untilInTime(limit -> isRefused(status, request, limit));
        } else {
            assertTrue(isRefused(status, request, LONG));
        }
    }

    /** Returns false if the limit passed before the server had a byte of the request; then no 408 is sent. */
    private boolean isRefused(int status, String request, Duration limit) throws IOException {
        WebSocketServer server = server(limit);
        RawSocket peer;
        RawHead head;
        try {
            peer = rawSocket(server);
            peer.write(request.getBytes(StandardCharsets.ISO_8859_1));
            head = peer.readHead();
        } catch (IOException e) {
            if (status != 408) {
                throw e;
            }
            server.close();
            refusals.clear();
            log.clear();
            return false;
        }
        assertEquals(status, head.status());
        String body = peer.readBody(head);
        assertFalse(body.contains("io.duplex") || body.contains("Policy") || body.contains("Exception"),
                body);
        peer.close();
        server.close();
        assertEquals(1, refusals.size());
        assertEquals(status, refusals.getFirst().status());
        assertFalse(refusals.getFirst().reason().isEmpty());
        assertFalse(status != 408 && status != 414 && refusals.getFirst().toString().contains(SECRET),
                refusals.toString());
        Optional<String> evil = Optional.of("http://evil.example");
        assertEquals(status == 403 ? evil : Optional.empty(), refusals.getFirst().origin());
        assertEquals(status == 421 ? Optional.of("evil.example") : Optional.empty(),
                refusals.getFirst().host());
        assertEquals(1, log.lines().stream().filter(line -> line.startsWith("FINE ! refused ")).count());
        assertQuiet();
        return true;
    }

    @Test
    @DisplayName("3.11 a flood of pipelined requests is answered in order, and logs nothing above DEBUG")
    void pipeliningFlood() throws IOException {
        WebSocketServer server = server(LONG);
        RawSocket peer = rawSocket(server);
        int many = 500;
        byte[] page = get("/").getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < many; i++) {
            peer.write(page);
        }
        for (int i = 0; i < many; i++) {
            var head = peer.readHead();
            assertEquals(200, head.status());
            assertEquals("page", peer.readBody(head));
        }
        peer.reset();
        server.close();
        assertQuiet();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "GET / HTTP/1.1\r\nHost", "\u0016\u0003\u0001\u0002\u0000\u0001" })
    @DisplayName("3.11 peers that go away before the handshake, by FIN and by reset, log nothing above DEBUG")
    void endsBeforeTheHandshake(String sent) throws IOException {
        WebSocketServer server = server(LONG);
        for (boolean reset : new boolean[] { false, true }) {
            RawSocket peer = rawSocket(server);
            peer.write(sent.getBytes(StandardCharsets.ISO_8859_1));
            if (reset) {
                peer.reset();
            } else {
                peer.halfClose();
                peer.readToEnd();
            }
            RawSocket below = closeLater(RawSocket.connect(server.address()));
            below.write(sent.getBytes(StandardCharsets.ISO_8859_1));
            below.reset();
        }
        server.close();
        assertQuiet();
    }

    // ---- the application
    // -----------------------------------------------------------------------------------------------

    /** Throws out of a callback. */
    private interface Fault {
        Throwable MISTAKE = new IOException("a checked exception of the application");

        WebSocketHandler of(CountDownLatch thrown);
    }

    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        @SuppressWarnings("unchecked")
        T unchecked = (T) thrown;
        throw unchecked;
    }

    static Stream<Arguments> faults() {
        return Stream.of(Arguments.of("onOpen", (Fault) thrown -> new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) throws Exception {
                thrown.countDown();
                LogContract.<RuntimeException>sneak(Fault.MISTAKE);
            }
        }), Arguments.of("onText", (Fault) thrown -> new WebSocketHandler() {
            @Override
            public void onText(WebSocket ws, String text) throws Exception {
                thrown.countDown();
                LogContract.<RuntimeException>sneak(Fault.MISTAKE);
            }
        }), Arguments.of("onPing", (Fault) thrown -> new WebSocketHandler() {
            @Override
            public void onPing(WebSocket ws, java.nio.ByteBuffer payload) throws Exception {
                thrown.countDown();
                LogContract.<RuntimeException>sneak(Fault.MISTAKE);
            }
        }), Arguments.of("onError", (Fault) thrown -> new WebSocketHandler() {
            @Override
            public void onError(WebSocket ws, Throwable cause) {
                thrown.countDown();
                LogContract.<RuntimeException>sneak(Fault.MISTAKE);
            }
        }), Arguments.of("onClose", (Fault) thrown -> new WebSocketHandler() {
            @Override
            public void onClose(WebSocket ws, CloseInfo info) {
                thrown.countDown();
                LogContract.<RuntimeException>sneak(Fault.MISTAKE);
            }
        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    @DisplayName("3.11 a checked exception out of any callback is one WARNING with its stack trace")
    void callbackThrows(String callback, Fault fault) throws IOException {
        CountDownLatch thrown = new CountDownLatch(1);
        WebSocketServer server = start(on.server().listener(new Watch()).endpoint("/", fault.of(thrown)));
        RawSocket peer = rawPeer(server);
        switch (callback) {
            case "onText" -> peer.write(Frames.text("a").mask());
            case "onPing" -> peer.write(Frames.ping("a").mask());
            case "onError" -> peer.write(Frames.of(3).mask());
            case "onClose" -> peer.write(Frames.close(1000, "").mask());
            default -> {
                // It throws already.
            }
        }
        RawFrame close = peer.readToClose();
        assertEquals(switch (callback) {
            case "onError" -> 1002;
            case "onClose" -> 1000;
            default -> 1011;
        }, close.closeCode());
        assertFalse(close.closeReason().contains("checked"), close.closeReason());
        peer.close();
        await("it has thrown", thrown);
        Patience.await("it has ended", () -> ended.get() == 1);
        server.close();
        assertOneWarning(Fault.MISTAKE);
    }

    private void assertOneWarning(Throwable expected) {
        List<LogRecord> loud = log.aboveDebug();
        assertEquals(1, loud.size(), () -> CapturedLog.lines(loud).toString());
        assertSame(Level.WARNING, loud.getFirst().getLevel());
        assertSame(expected, loud.getFirst().getThrown());
    }

    @Test
    @DisplayName("3.11 a handler in blocking style that fails by itself is one WARNING with its stack trace")
    void blockingHandlerThrows() throws IOException {
        Throwable mistake = new IOException("a file of the application");
        WebSocketServer server = start(on.server().listener(new Watch()).blocking("/", ws -> {
            ws.receive();
            LogContract.<RuntimeException>sneak(mistake);
        }));
        RawSocket peer = rawPeer(server);
        peer.write(Frames.text("a").mask());
        assertEquals(1011, peer.readToClose().closeCode());
        peer.close();
        Patience.await("it has ended", () -> ended.get() == 1);
        server.close();
        assertOneWarning(mistake);
    }

    @Test
    @DisplayName("3.11 a sending stream that ends with its connection is no failure of the application")
    void sendingStreamEnds() throws IOException {
        WebSocketServer server = start(on.server().listener(new Watch()).blocking("/", ws -> {
            try (OutputStream out = ws.sendingStream()) {
                while (true) {
                    out.write(new byte[1 << 10]);
                }
            } finally {
                handlersEnded.incrementAndGet();
            }
        })
                .options(ConnectionOptions.SERVER.withSendQueue(ConnectionOptions.SERVER.sendQueue()
                        .withOverflow(io.duplex.OverflowPolicy.BLOCK))));
        RawSocket peer = rawPeer(server);
        peer.readFrame();
        peer.reset();
        Patience.await("it has ended", () -> ended.get() == 1 && handlersEnded.get() == 1);
        server.close();
        assertQuiet();
    }

    @Test
    @DisplayName("3.11 an HTTP handler, an authorizer and a handler factory that throw are one WARNING each")
    void requestsThatFail() throws IOException {
        for (String path : List.of("/page", "/authorizer", "/factory")) {
            IllegalStateException mistake = new IllegalStateException(path);
            CapturedLog each = new CapturedLog(Level.ALL);
            WebSocketServer server = start(on.server().http(request -> {
                throw mistake;
            }).endpoint("/authorizer", Endpoint.builder().handler(new Echo()).authorizer(request -> {
                return CompletableFuture.failedFuture(mistake);
            }).build()).endpoint("/factory", Endpoint.builder().handlers(request -> {
                throw mistake;
            }).build()));
            RawSocket peer = rawSocket(server);
            peer.write(path.equals("/page")
                    ? get(path).getBytes(StandardCharsets.ISO_8859_1)
                    : RawSocket.request(path, SECRET_FIELDS));
            assertEquals(500, peer.readHead().status());
            peer.close();
            server.close();
            List<LogRecord> loud = each.aboveDebug();
            each.close();
            assertEquals(1, loud.size(), () -> CapturedLog.lines(loud).toString());
            Throwable thrown = loud.getFirst().getThrown();
            assertSame(mistake, thrown.getCause() == null ? thrown : thrown.getCause());
        }
    }

    @Test
    @DisplayName("3.11 a peer that can make the application fail fills no disk")
    void provokedFailures() throws IOException {
        int many = 25;
        WebSocketServer server =
                start(on.server().listener(new Watch()).endpoint("/", new WebSocketHandler() {
                    @Override
                    public void onText(WebSocket ws, String text) {
                        throw new IllegalArgumentException("what the peer sent is no JSON");
                    }
                }));
        for (int i = 0; i < many; i++) {
            RawSocket peer = rawPeer(server);
            peer.write(Frames.text("a").mask());
            assertEquals(1011, peer.readToClose().closeCode());
            peer.close();
        }
        Patience.await("all have ended", () -> ended.get() == many);
        server.close();
        // A machine so slow that a minute passes meanwhile sees a second burst.
        int shown = log.aboveDebug().size();
        assertTrue(shown >= 10 && shown < many, shown + " of " + many);
    }
}
