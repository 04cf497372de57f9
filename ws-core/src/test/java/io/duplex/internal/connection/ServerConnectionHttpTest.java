package io.duplex.internal.connection;

import static io.duplex.internal.connection.ServerBench.get;
import static io.duplex.internal.connection.ServerBench.page;
import static io.duplex.internal.connection.ServerBench.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HttpResponse;
import io.duplex.testkit.Cuts;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Plain HTTP on a server's connection (RFC 9112 section 9): requests in a row, answers now, later and never.
 */
class ServerConnectionHttpTest {
    private final ServerBench bench = new ServerBench();

    @Test
    void requestsAreAnsweredOneAfterTheOther() {
        RawPeer peer = bench.connect();
        assertEquals(page("page /a", "keep-alive"), peer.send(get("/a")).take());
        assertEquals(page("page /b", "keep-alive"), peer.send(get("/b")).take());
        assertEquals(List.of("GET /a", "GET /b"), bench.asked);
        assertEquals(List.of(), bench.refused);
        assertFalse(peer.halfClosed());
    }

    @Test
    void headGetsTheHeadOnly() {
        String head = page("page /a", "keep-alive").replace("\r\n\r\npage /a", "\r\n\r\n");
        assertEquals(head, bench.connect().send(get("/a").replace("GET", "HEAD")).take());
    }

    @ParameterizedTest
    @CsvSource({ "HTTP/1.1,,keep-alive", "HTTP/1.1,close,close", "HTTP/1.0,,close",
        "HTTP/1.0,keep-alive,keep-alive" })
    void theConnectionEndsAsVersionAndRequestSay(String version, String option, String answer) {
        String fields = option == null ? "" : "Connection: " + option + "\r\n";
        RawPeer peer = bench.connect().send(get("/a", fields).replace("HTTP/1.1", version));
        assertEquals(page("page /a", answer), peer.take());
        assertEquals(answer.equals("close"), peer.halfClosed());
    }

    @Test
    void nothingIsReadBehindTheLastRequest() {
        RawPeer peer = bench.connect().send(get("/a", "Connection: close\r\n") + get("/b"));
        peer.send(get("/c"));
        assertEquals(List.of("GET /a"), bench.asked);
        peer.fin();
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peer.host.tcpEnd());
        assertEquals(1, bench.gone);
    }

    @Test
    void aPipelinedRequestWaitsUntilTheResponseBeforeItHasDrained() {
        bench.capacityBytes = 16;
        RawPeer peer = bench.connect();
        peer.write((get("/a") + get("/b")).getBytes()).runDeaf();
        assertEquals(List.of("GET /a"), bench.asked);
        peer.run();
        assertEquals(List.of("GET /a", "GET /b"), bench.asked);
        assertEquals(page("page /a", "keep-alive") + page("page /b", "keep-alive"), peer.take());
    }

    @Test
    void whileAnAnswerIsAwaitedInputIsHeldBack() {
        CompletableFuture<HttpResponse> later = new CompletableFuture<>();
        bench.http = request -> {
            bench.asked.add(request.target().path());
            return later.copy();
        };
        RawPeer peer = bench.connect().send(get("/a") + get("/b")).send(get("/c"));
        assertEquals(List.of("/a"), bench.asked);
        assertEquals("", peer.take());
        assertFalse(bench.connection.wantsRead());
        later.complete(text("late"));
        assertEquals(page("late", "keep-alive").repeat(3), peer.run().take());
        assertEquals(List.of("/a", "/b", "/c"), bench.asked);
    }

    @Test
    void anAnswerThatComesDuringTheCallIsSentInIt() {
        bench.http = request -> CompletableFuture.completedFuture(text("now"));
        RawPeer peer = bench.connect();
        assertEquals(page("now", "keep-alive"), peer.send(get("/a")).take());
    }

    @Test
    void endRightAfterARequestStillGetsTheResponse() {
        RawPeer peer = bench.connect();
        peer.toLayer.write(ByteBuffer.wrap(get("/a").getBytes()));
        peer.fin();
        assertEquals(page("page /a", "keep-alive"), peer.take());
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peer.host.tcpEnd());
    }

    @Test
    void endWhileAnAnswerIsAwaitedStillGetsTheResponse() {
        CompletableFuture<HttpResponse> later = new CompletableFuture<>();
        bench.http = request -> later;
        RawPeer peer = bench.connect().send(get("/a")).fin();
        assertFalse(peer.host.isReleased());
        // A transport may have seen the end already, though nothing was to be read.
        bench.connection.receiveEnd(peer.clock.nanoTime());
        later.complete(text("late"));
        assertEquals(page("late", "close"), peer.run().take());
        assertEquals(Optional.of(TcpEnd.CLOSED_FIRST), peer.host.tcpEnd());
    }

    @Test
    void anAnswerThatComesTooLateForTheConnectionIsDropped() {
        CompletableFuture<HttpResponse> later = new CompletableFuture<>();
        bench.http = request -> later;
        RawPeer peer = bench.connect().send(get("/a"));
        peer.toLayer.reset();
        bench.connection.receiveFailure(new IOException("reset"), peer.clock.nanoTime());
        later.complete(text("late"));
        assertEquals("", peer.run().take());
        assertEquals(List.of(), bench.failures);
    }

    @Test
    void errorsOfTheApplicationAreCountedAndKeepTheConnection() {
        bench.http = request -> CompletableFuture.completedStage(HttpResponse.notFound());
        RawPeer peer = bench.connect().send(get("/a") + get("/b"));
        assertEquals(2, peer.take().split("HTTP/1.1 404 Not Found", -1).length - 1);
        assertEquals(List.of(404, 404), bench.refused);
        assertFalse(peer.halfClosed());
    }

    @Test
    void handlerThatThrowsGivesServerErrorAndTellsNothing() {
        bench.http = request -> {
            throw new IllegalStateException("secret");
        };
        assertServerError(bench.connect().send(get("/a")));
        assertInstanceOf(IllegalStateException.class, bench.failures.getFirst());
    }

    @Test
    void handlerWithoutAnswerGivesServerError() {
        bench.http = request -> null;
        assertServerError(bench.connect().send(get("/a")));
    }

    @Test
    void handlerThatAnswersNullGivesServerError() {
        bench.http = request -> CompletableFuture.completedStage(null);
        assertServerError(bench.connect().send(get("/a")));
    }

    @Test
    void answerThatFailsLaterGivesServerErrorAndTellsNothing() {
        CompletableFuture<HttpResponse> later = new CompletableFuture<>();
        bench.http = request -> later;
        RawPeer peer = bench.connect().send(get("/a"));
        later.completeExceptionally(new AssertionError("secret"));
        assertServerError(peer.run());
        assertInstanceOf(CompletionException.class, bench.failures.getFirst());
    }

    private void assertServerError(RawPeer peer) {
        String response = peer.take();
        assertTrue(response.startsWith("HTTP/1.1 500 Internal Server Error\r\n"), response);
        assertTrue(response.endsWith("500 Internal Server Error: the server failed to answer\n"), response);
        assertFalse(response.contains("secret"), response);
        assertEquals(List.of(500), bench.refused);
        assertEquals(1, bench.failures.size());
        assertTrue(peer.halfClosed());
    }

    /** Two pages, a head, a page that is the last, and bytes that are never read. */
    private static final String CONVERSATION = get("/a") + "\r\n" + get("/b%20c?d").replace("GET", "HEAD")
            + get("/e", "Connection: close\r\n") + "rest";

    @Test
    void aConversationIsTheSameHoweverItIsCut() {
        String whole = conversation(Cuts.WHOLE);
        assertEquals(3, whole.split("HTTP/1.1 200 OK", -1).length - 1);
        assertEquals(whole, conversation(Cuts.every(1)));
        for (int cut = 1; cut < CONVERSATION.length(); cut++) {
            assertEquals(whole, conversation(Cuts.at(cut)), "cut at " + cut);
        }
    }

    private static String conversation(Cuts cuts) {
        ServerBench bench = new ServerBench();
        bench.cuts = cuts;
        RawPeer peer = bench.connect().send(CONVERSATION).fin();
        return peer.take() + bench.asked + bench.refused + peer.host.tcpEnd() + bench.gone;
    }
}
