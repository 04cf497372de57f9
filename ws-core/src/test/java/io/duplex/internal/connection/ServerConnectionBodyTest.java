package io.duplex.internal.connection;

import static io.duplex.internal.connection.ServerBench.HANDSHAKE;
import static io.duplex.internal.connection.ServerBench.get;
import static io.duplex.internal.connection.ServerBench.page;
import static io.duplex.internal.connection.ServerBench.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.testkit.Cuts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests with a body (RFC 9110 section 8.6, RFC 9112 sections 6 and 7): where each ends is where the next
 * one begins.
 */
class ServerConnectionBodyTest {
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private final ServerBench bench = bench();

    private static ServerBench bench() {
        ServerBench bench = new ServerBench();
        bench.methods = Set.of("GET", "HEAD", "POST", "OPTIONS");
        bench.http = request -> {
            bench.asked.add(request.method() + " " + request.path() + " " + request.body().text());
            return CompletableFuture.completedStage(echo(request));
        };
        return bench;
    }

    private static HttpResponse echo(HttpRequest request) {
        return text("<" + request.body().text() + ">");
    }

    private static String post(String fields, String body) {
        return "POST /say HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
    }

    private static String post(String body) {
        return post("Content-Length: " + body.length() + "\r\n", body);
    }

    @Test
    void theHandlerGetsTheWholeBody() {
        RawPeer peer = bench.connect();
        assertEquals(page("<hello>", "keep-alive"), peer.send(post("hello")).take());
        assertEquals(page("<hello world>", "keep-alive"),
                peer.send(post(CHUNKED, "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")).take());
        assertEquals(page("<>", "keep-alive"), peer.send(post("", "")).take());
        assertEquals(page("<>", "keep-alive"), peer.send(post("Content-Length: 0\r\n", "")).take());
        assertEquals(page("<>", "keep-alive"), peer.send(post(CHUNKED, "0\r\n\r\n")).take());
        assertEquals(List.of(), bench.refused);
    }

    /** Bodies that look like requests, both framings, pages between them, and a last request. */
    private static final String CONVERSATION = post(get("/smuggled")) + get("/a")
            + post(CHUNKED, "1a;x=y\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n0\r\nGET: /c\r\n\r\n") + post("")
            + "\r\n" + get("/d") + post("Connection: close\r\nContent-Length: 3\r\n", "end") + get("/e");

    @Test
    void aConversationIsTheSameHoweverItIsCut() {
        String whole = conversation(Cuts.WHOLE);
        assertEquals(6, whole.split("HTTP/1.1 200 OK", -1).length - 1);
        assertTrue(whole.endsWith(
                "end>[POST /say " + get("/smuggled") + ", GET /a , POST /say " + get("/b").substring(0, 26)
                        + ", POST /say , GET /d , POST /say end][]"),
                whole);
        assertEquals(whole, conversation(Cuts.every(1)));
        for (int cut = 1; cut < CONVERSATION.length(); cut++) {
            assertEquals(whole, conversation(Cuts.at(cut)), "cut at " + cut);
        }
    }

    private static String conversation(Cuts cuts) {
        ServerBench bench = bench();
        bench.cuts = cuts;
        RawPeer peer = bench.connect().send(CONVERSATION).fin();
        return peer.take() + bench.asked + bench.refused;
    }

    @Test
    void aClientThatWaitsForItIsToldToContinue() {
        RawPeer peer = bench.connect().send(post("Expect: 100-Continue\r\nContent-Length: 5\r\n", ""));
        assertEquals(CONTINUE, peer.take());
        assertEquals(page("<hello>", "keep-alive"), peer.send("hello").take());
        assertEquals(CONTINUE + page("<hello>", "keep-alive"),
                peer.send(post("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello")).take());
        assertEquals(page("<>", "keep-alive"), peer.send(post("Expect: 100-continue\r\n", "")).take());
    }

    @Test
    void aBodyThatIsTooLongIsRefusedWithoutContinue() {
        RawPeer peer = bench.connect().send(post("Expect: 100-continue\r\nContent-Length: 101\r\n", ""));
        assertTrue(peer.take().startsWith("HTTP/1.1 413 "));
        assertTrue(peer.halfClosed());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "400|POST / HTTP/1.1|Content-Length: 5~Transfer-Encoding: chunked",
        "400|POST / HTTP/1.1|Transfer-Encoding: chunked~Content-Length: 5",
        "400|POST / HTTP/1.1|Content-Length: 5~Content-Length: 6", "400|POST / HTTP/1.1|Content-Length: 5, 6",
        "400|POST / HTTP/1.1|Content-Length: +5", "400|POST / HTTP/1.1|Content-Length: 5 5",
        "400|POST / HTTP/1.1|Content-Length: -5", "400|POST / HTTP/1.1|Content-Length: 0x5",
        "400|POST / HTTP/1.1|Content-Length: 5,", "400|POST / HTTP/1.1|Content-Length:",
        "400|POST / HTTP/1.1|Transfer-Encoding: chunked, gzip",
        "400|POST / HTTP/1.1|Transfer-Encoding: identity",
        "400|POST / HTTP/1.1|Transfer-Encoding: xchunked", "400|POST / HTTP/1.1|Transfer-Encoding : chunked",
        "400|POST / HTTP/1.1|Transfer-Encoding: chunked;q=1", "400|POST / HTTP/1.1|Transfer-Encoding:",
        "400|POST / HTTP/1.1|Transfer-Encoding: chunked~Transfer-Encoding: chunked",
        "501|POST / HTTP/1.1|Transfer-Encoding: gzip, chunked",
        "400|POST / HTTP/1.0|Transfer-Encoding: chunked",
        "411|POST / HTTP/1.0|X: 1", "413|POST / HTTP/1.1|Content-Length: 101",
        "413|POST / HTTP/1.1|Content-Length: 18446744073709551617", "413|GET / HTTP/1.1|Content-Length: 1",
        "413|HEAD / HTTP/1.1|Transfer-Encoding: chunked", "405|PUT / HTTP/1.1|Content-Length: 5",
        "417|POST / HTTP/1.1|Expect: 200-ok~Content-Length: 5",
        "403|POST / HTTP/1.1|Origin: http://evil~Content-Length: 5",
        "403|POST / HTTP/1.1|Origin: null~Content-Length: 5",
        "403|POST / HTTP/1.1|Origin: https://a~Content-Length: 5",
        "405|POST / HTTP/1.1|Upgrade: websocket~Connection: Upgrade~Content-Length: 5",
        "400|GET / HTTP/1.1|Upgrade: websocket~Connection: Upgrade~Content-Length: 5" })
    void eachFaultHasItsStatusAndEndsTheConnection(int status, String requestLine, String fields) {
        String request = requestLine + "\r\nHost: a\r\n" + fields.replace("~", "\r\n") + "\r\n\r\n" + "hello"
                + get("/next");
        for (Cuts cuts : new Cuts[] { Cuts.WHOLE, Cuts.every(1) }) {
            ServerBench fresh = bench();
            fresh.cuts = cuts;
            RawPeer peer = fresh.connect().send(request);
            String response = peer.take();
            assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
            assertEquals(1, response.split("HTTP/1.1 ", -1).length - 1, response);
            assertTrue(response.contains("Connection: close\r\n"), response);
            assertTrue(peer.halfClosed());
            assertEquals(List.of(), fresh.asked);
            assertEquals(List.of(status), fresh.refused);
        }
    }

    @Test
    void faultsInsideABodyEndTheConnection() {
        for (String body : List.of("x\r\n", "65\r\n", "5\r\nhelloX", "0\r\n folded\r\n\r\n")) {
            ServerBench fresh = bench();
            RawPeer peer = fresh.connect().send(post(CHUNKED, body + get("/next")));
            String response = peer.take();
            assertTrue(response.startsWith(body.startsWith("65") ? "HTTP/1.1 413 " : "HTTP/1.1 400 "),
                    response);
            assertEquals(1, response.split("HTTP/1.1 ", -1).length - 1, response);
            assertTrue(peer.halfClosed());
            assertEquals(List.of(), fresh.asked);
            assertEquals(Optional.of("POST"), fresh.refusals.getFirst().method());
            assertEquals(Optional.of("/say"), fresh.refusals.getFirst().path());
        }
    }

    @Test
    void pagesOfTheSameHostAndClientsThatAreNoBrowserMaySend() {
        RawPeer peer = bench.connect();
        assertEquals(page("<x>", "keep-alive"),
                peer.send(post("Origin: http://a\r\nContent-Length: 1\r\n", "x")).take());
        assertEquals(page("<x>", "keep-alive"), peer.send(post("x")).take());
        String options = get("/a", "Origin: http://evil\r\n").replace("GET", "OPTIONS");
        assertEquals(page("<>", "keep-alive"), peer.send(options).take());
        assertEquals(page("<>", "keep-alive"), peer.send(get("/a", "Origin: http://evil\r\n")).take());
    }

    @Test
    void aBodyThatDoesNotEndInTimeIsRefused() {
        RawPeer peer = bench.connect().send(post("Content-Length: 5\r\n", "hell"));
        peer.advance(HANDSHAKE.minusNanos(1));
        assertEquals("", peer.take());
        assertTrue(peer.advance(Duration.ofNanos(1)).take().startsWith("HTTP/1.1 408 "));
        assertEquals(Optional.of("/say"), bench.refusals.getFirst().path());
        peer.send("o" + get("/next"));
        assertEquals(List.of(), bench.asked);
    }

    @Test
    void anEndInsideABodyIsNoRequest() {
        RawPeer peer = bench.connect().send(post("Content-Length: 5\r\n", "hell")).fin();
        assertEquals("", peer.take());
        assertEquals(List.of(), bench.asked);
        assertEquals(1, bench.gone);
    }

    @Test
    void stopEndsAConnectionInsideABody() {
        RawPeer peer = bench.connect().send(post("Content-Length: 5\r\n", "hell"));
        bench.connection.stop();
        peer.run();
        assertTrue(peer.halfClosed());
        assertFalse(peer.send("o").take().contains("200"));
        assertEquals(List.of(), bench.asked);
    }

    @Test
    void whileAnAnswerIsAwaitedNothingBehindTheBodyIsRead() {
        CompletableFuture<HttpResponse> later = new CompletableFuture<>();
        bench.http = request -> later.copy();
        RawPeer peer = bench.connect().send(post("a") + post("b"));
        assertEquals("", peer.take());
        later.complete(text("late"));
        assertEquals(page("late", "keep-alive").repeat(2), peer.run().take());
    }
}
