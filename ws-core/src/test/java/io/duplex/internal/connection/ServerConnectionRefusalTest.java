package io.duplex.internal.connection;

import static io.duplex.internal.connection.ServerBench.CLOSE;
import static io.duplex.internal.connection.ServerBench.KEY_FIELDS;
import static io.duplex.internal.connection.ServerBench.UPGRADE;
import static io.duplex.internal.connection.ServerBench.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.Limits;
import io.duplex.server.HostPolicy;
import io.duplex.testkit.Cuts;
import io.duplex.transport.TcpEnd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A refused peer gets its response whole, then FIN; what it still sends is drained, in bounded time and
 * bytes.
 */
class ServerConnectionRefusalTest {
    private final ServerBench bench = new ServerBench();

    private static Arguments row(int status, String request) {
        return Arguments.of(status, request);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(row(400, "GET /\r\n"), row(400, "GET / HTTP/1.1\r\n\r\n"),
                row(400, "GET / HTTP/1.1\nHost: a\n\n"), row(400, "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"),
                row(400, get("/", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")),
                row(400, get("/chat", KEY_FIELDS.replace("dGhlIHNhbXBsZSBub25jZQ==", "short"))),
                row(400, UPGRADE.replace("HTTP/1.1", "HTTP/1.0")),
                row(403, get("/chat", KEY_FIELDS + "Origin: http://b\r\n")),
                row(404, get("/none", KEY_FIELDS)),
                row(405, get("/a").replace("GET", "DELETE")), row(405, UPGRADE.replace("GET", "POST")),
                row(413, get("/a", "Content-Length: 5\r\n") + "hello"), row(414, get("/" + "a".repeat(200))),
                row(426, get("/chat", KEY_FIELDS.replace("13", "8"))),
                row(431, get("/", "X: y\r\n".repeat(10))), row(431, get("/", "X: " + "y".repeat(600))),
                row(505, get("/").replace("HTTP/1.1", "HTTP/2.0")));
    }

    private static String upgrade(String field, String value) {
        String changed = UPGRADE.replaceFirst(field + ": [^\r]*\r", field + ": " + value + "\r");
        if (changed.equals(UPGRADE)) {
            throw new AssertionError("no field " + field);
        }
        return changed;
    }

    /** Tricks that some server has fallen for. */
    static Stream<Arguments> attacks() {
        return Stream.of(
                // Another Host than the one that counts
                row(400, UPGRADE.replace("Host: a\r\n", "Host: a\r\nHost: a\r\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "Host: a\r\nhost: b\r\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "Host: a, b\r\n").replace("a, b", "a b")),
                row(400, UPGRADE.replace("Host: a\r\n", "Host: user@a\r\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "Host: a/x\r\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "Host: a:80:80\r\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "Host: http://a\r\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "Host:\r\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "Host : a\r\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "")),
                row(400, UPGRADE.replace("GET /chat", "GET http://user@a/chat")),
                row(400, UPGRADE.replace("GET /chat", "GET http:///chat")),
                row(400, UPGRADE.replace("GET /chat", "GET file://a/chat")),
                row(421, UPGRADE.replace("GET /chat", "GET http://evil/chat")),
                row(421, UPGRADE.replace("GET /chat", "GET wss://a/chat")),
                // Lines and characters
                row(400, UPGRADE.replace("Host: a\r\n", "Host: a\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "Host: a\r")),
                row(400, UPGRADE.replace("Upgrade: websocket\r\n", "Upgrade:\r\n websocket\r\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "Host: a\u0000\r\n")),
                row(400, UPGRADE.replace("Host: a\r\n", "Ho\u0000st: a\r\n")),
                row(400, UPGRADE.replace("/chat", "/chat\u0000")),
                row(400, UPGRADE.replace("/chat", "/chat x")),
                row(400, UPGRADE.replace("GET /chat", "GET  /chat")),
                row(400, UPGRADE.replace("GET /", "GET\t/")),
                row(400, " " + UPGRADE), row(400, "\r\n\r\n" + UPGRADE),
                row(400, UPGRADE.replace("/chat", "/chat#x")),
                row(400, UPGRADE.replace("/chat", "/x/..%2Fchat")),
                row(400, UPGRADE.replace("/chat", "/../chat")),
                row(404, UPGRADE.replace("/chat", "/CHAT")), row(404, UPGRADE.replace("/chat", "//chat")),
                // Versions of HTTP
                row(400, UPGRADE.replace("HTTP/1.1", "HTTP/1.0")),
                row(400, UPGRADE.replace("HTTP/1.1", "http/1.1")),
                row(400, UPGRADE.replace("HTTP/1.1", "HTTP/1.1 ")),
                row(400, UPGRADE.replace(" HTTP/1.1", "")),
                row(400, UPGRADE.replace("HTTP/1.1", "HTTP/01.1")),
                row(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                // Fields of the handshake
                row(400, upgrade("Upgrade", "websocket/13")), row(400, upgrade("Upgrade", "web socket")),
                row(400, upgrade("Upgrade", "\"websocket\"")), row(400, upgrade("Connection", "keep-alive")),
                row(400, upgrade("Connection", "not-Upgrade")),
                row(400, upgrade("Connection", "\"Upgrade\"")),
                row(426, upgrade("Sec-WebSocket-Version", "13, 8")),
                row(426, upgrade("Sec-WebSocket-Version", "013")),
                row(426, upgrade("Sec-WebSocket-Version", "")),
                row(426, upgrade("Sec-WebSocket-Version", "0")),
                row(400, UPGRADE.replace("\r\n\r\n", "\r\nSec-WebSocket-Version: 8\r\n\r\n")),
                row(400, UPGRADE.replace("\r\n\r\n",
                        "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")),
                row(400, upgrade("Sec-WebSocket-Key", "")),
                row(400, upgrade("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ")),
                row(400, upgrade("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZ===")),
                row(400, upgrade("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZSE=")),
                row(400, upgrade("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==")),
                row(400, upgrade("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZ_==")),
                row(400, UPGRADE.replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx")),
                row(400, UPGRADE.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
                // Origins
                row(400, UPGRADE.replace("\r\n\r\n", "\r\nOrigin: http://a\r\nOrigin: http://evil\r\n\r\n")),
                row(403, UPGRADE.replace("\r\n\r\n", "\r\nOrigin: http://a http://evil\r\n\r\n")),
                row(403, UPGRADE.replace("\r\n\r\n", "\r\nOrigin: http://a, http://evil\r\n\r\n")),
                row(403, UPGRADE.replace("\r\n\r\n", "\r\nOrigin: https://a\r\n\r\n")),
                row(403, UPGRADE.replace("\r\n\r\n", "\r\nOrigin: http://a.evil\r\n\r\n")),
                row(403, UPGRADE.replace("\r\n\r\n", "\r\nOrigin: http://evil@a\r\n\r\n")),
                row(403, UPGRADE.replace("\r\n\r\n", "\r\nOrigin: http://a/\r\n\r\n")),
                row(403, UPGRADE.replace("\r\n\r\n", "\r\nOrigin: null\r\n\r\n")),
                row(403, UPGRADE.replace("\r\n\r\n", "\r\nOrigin:\r\n\r\n")));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void noTrickGetsThroughHoweverItIsCut(int status, String request) {
        eachFaultHasItsStatusHoweverItIsCut(status, request);
    }

    @ParameterizedTest
    @ValueSource(strings = { "keep-alive, Upgrade", "UPGRADE", "a,,upgrade ,", "Upgrade, close" })
    void fieldsThatAreListsMayHaveMore(String connection) {
        assertTrue(
                bench.connect().send(upgrade("Connection", connection)).take().startsWith("HTTP/1.1 101 "));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void eachFaultHasItsStatusHoweverItIsCut(int status, String request) {
        String response = refusal(request, Cuts.WHOLE);
        assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
        assertTrue(response.contains("\r\nConnection: ") && response.contains("close\r\n"), response);
        assertEquals(response, refusal(request, Cuts.every(1)));
        for (int cut = 1; cut < request.length(); cut++) {
            assertEquals(response, refusal(request, Cuts.at(cut)), "cut at " + cut);
        }
    }

    @Test
    void tlsToAPortInClearIsToldApartFromBrokenHttp() {
        String response = refusal("\u0016\u0003\u0001\u0002\u0000\u0001", Cuts.every(1));
        assertTrue(response.startsWith("HTTP/1.1 400 "), response);
        assertTrue(
                response.endsWith("this port speaks HTTP in clear, but got a TLS record: use http or ws\n"),
                response);
    }

    private static String refusal(String request, Cuts cuts) {
        ServerBench bench = new ServerBench();
        bench.hosts = HostPolicy.allow("a");
        bench.cuts = cuts;
        RawPeer peer = bench.connect().send(request);
        String response = peer.take();
        assertTrue(peer.halfClosed());
        assertEquals(List.of(Integer.parseInt(response.substring(9, 12))), bench.refused);
        peer.send(get("/more")).fin();
        assertEquals("", peer.take());
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peer.host.tcpEnd());
        assertEquals(List.of(), bench.asked);
        return response;
    }

    @Test
    void refusalOfHeadHasNoBody() {
        String response = bench.connect().send(UPGRADE.replace("GET", "HEAD")).take();
        assertTrue(response.startsWith("HTTP/1.1 405 ") && response.endsWith("\r\n\r\n"), response);
    }

    @Test
    void connectionTooManyGetsServiceUnavailableBeforeItAsks() {
        RawPeer peer = bench.refusing().peer.connect();
        String response = peer.take();
        assertTrue(response.startsWith("HTTP/1.1 503 Service Unavailable\r\n"), response);
        assertTrue(peer.halfClosed());
        assertEquals(List.of(503), bench.refused);
        peer.send(UPGRADE).fin();
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peer.host.tcpEnd());
        assertEquals(List.of(), bench.asked);
        assertEquals(1, bench.gone);
    }

    @Test
    void peerThatHasEndedIsClosedOnceTheResponseHasLeft() {
        bench.capacityBytes = 16;
        RawPeer peer = bench.connect();
        peer.write("bad\r\n".getBytes());
        peer.toLayer.end();
        peer.runDeaf();
        assertFalse(peer.host.isReleased());
        assertTrue(peer.run().take().endsWith("malformed request line\n"));
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peer.host.tcpEnd());
    }

    @Test
    void peerThatDoesNotEndIsResetAtTheDeadline() {
        RawPeer peer = bench.connect().send("bad\r\n").advance(CLOSE.minusNanos(1));
        assertTrue(peer.halfClosed());
        peer.advance(Duration.ofNanos(1));
        assertEquals(Optional.of(TcpEnd.RESET), peer.host.tcpEnd());
        assertTrue(peer.fromLayer.isReset());
        assertEquals(1, bench.gone);
    }

    @Test
    void peerThatReadsNothingIsResetAtTheDeadline() {
        bench.capacityBytes = 16;
        RawPeer peer = bench.connect();
        peer.write("bad\r\n".getBytes()).runDeaf();
        peer.clock.advance(CLOSE);
        peer.runDeaf();
        assertEquals(Optional.of(TcpEnd.RESET), peer.host.tcpEnd());
    }

    @Test
    void peerThatSendsWithoutEndIsReset() {
        bench.options = bench.options.withLimits(new Limits(100, 100, 10, 1000));
        RawPeer peer = bench.connect().send("bad\r\n").send("x".repeat(1000));
        assertTrue(peer.halfClosed());
        peer.send("x");
        assertEquals(Optional.of(TcpEnd.RESET), peer.host.tcpEnd());
    }

    @Test
    void brokenConnectionIsNoEvent() {
        RawPeer peer = bench.connect().send("GET / HT");
        peer.toLayer.reset();
        assertEquals("", peer.run().take());
        assertEquals(Optional.of(TcpEnd.BROKEN), peer.host.tcpEnd());
        assertEquals(List.of(), bench.refused);
        assertEquals(List.of(), bench.failures);
        assertEquals(1, bench.gone);
    }

    @Test
    void endWithoutOrInsideARequestIsNoEvent() {
        for (String part : List.of("", "GET / HTTP/1.1\r\n")) {
            ServerBench fresh = new ServerBench();
            RawPeer peer = fresh.connect().send(part).fin();
            assertEquals("", peer.take());
            assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peer.host.tcpEnd());
            assertEquals(List.of(), fresh.refused);
        }
    }
}
