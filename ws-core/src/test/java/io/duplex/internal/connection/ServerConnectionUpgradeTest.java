package io.duplex.internal.connection;

import static io.duplex.internal.connection.ServerBench.ACCEPTED;
import static io.duplex.internal.connection.ServerBench.UPGRADE;
import static io.duplex.internal.connection.ServerBench.get;
import static io.duplex.internal.connection.ServerBench.page;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ReadyState;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpResponse;
import io.duplex.server.Authorization;
import io.duplex.testkit.Cuts;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TcpEnd;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The opening handshake on a server's connection (RFC 6455 section 4.2), and the way into the session. */
class ServerConnectionUpgradeTest {
    private final Recorder recorder = new Recorder().on(Event.Text.class,
            (ws, event) -> ws.send("echo " + event.text()));
    private final ServerBench bench = new ServerBench(recorder);

    private static String wire(Frames frame) {
        return new String(frame.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static String masked(String text) {
        return wire(Frames.text(text).mask());
    }

    @Test
    void handshakeOpensTheSession() {
        RawPeer peer = bench.connect().send(UPGRADE);
        assertEquals(ACCEPTED, peer.take());
        recorder.expect(Event.Opened.class);
        assertEquals(ReadyState.OPEN, bench.connection.session().socket().readyState());
        peer.send(masked("x"));
        recorder.expect(new Event.Text("x"));
        assertEquals(wire(Frames.text("echo x")), peer.take());
        recorder.assertNothingElse();
        assertEquals(List.of(), bench.refused);
    }

    @Test
    void handshakeMayFollowPlainRequests() {
        RawPeer peer = bench.connect().send(get("/a") + get("/b") + UPGRADE + masked("x"));
        assertEquals(page("page /a", "keep-alive") + page("page /b", "keep-alive") + ACCEPTED
                + wire(Frames.text("echo x")), peer.take());
    }

    @Test
    void whatIsSentInOnOpenLeavesBehindTheResponse() {
        ServerBench greeting = new ServerBench(
                new Recorder().on(Event.Opened.class, (ws, event) -> ws.send("welcome")));
        greeting.capacityBytes = 8;
        assertEquals(ACCEPTED + wire(Frames.text("welcome")), greeting.connect().send(UPGRADE).take());
    }

    @Test
    void authorisationMayComeLaterAndBytesBehindTheHandshakeAreKept() {
        CompletableFuture<Authorization> later = new CompletableFuture<>();
        bench.authorizer = request -> later;
        RawPeer peer = bench.connect().send(UPGRADE + masked("x")).send(masked("y"));
        assertEquals("", peer.take());
        assertFalse(bench.connection.wantsRead());
        later.complete(new Authorization.Granted(HttpHeaders.builder().add("X-User", "u").build(),
                Map.of("user", "u")));
        assertEquals(ACCEPTED.replace("\r\n\r\n", "\r\nX-User: u\r\n\r\n") + wire(Frames.text("echo x"))
                + wire(Frames.text("echo y")), peer.run().take());
        assertEquals("u", recorder.webSocket().attachments().get("user"));
    }

    @Test
    void timersBeginWhenTheSessionOpens() {
        bench.options = bench.options.withTimeouts(bench.timeouts().withIdle(Duration.ofMillis(4500)));
        CompletableFuture<Authorization> later = new CompletableFuture<>();
        bench.authorizer = request -> later;
        RawPeer peer = bench.connect().send(UPGRADE).advance(Duration.ofSeconds(5));
        later.complete(Authorization.granted());
        peer.run().advance(Duration.ofMillis(4499));
        recorder.expect(Event.Opened.class);
        recorder.assertNothingElse();
        peer.advance(Duration.ofMillis(1));
        recorder.expect(Event.Failed.class);
    }

    @Test
    void endWhileAuthorisationIsAwaitedOpensAndEndsTheSession() {
        CompletableFuture<Authorization> later = new CompletableFuture<>();
        bench.authorizer = request -> later;
        RawPeer peer = bench.connect().send(UPGRADE);
        bench.connection.receiveEnd(peer.clock.nanoTime());
        later.complete(Authorization.granted());
        assertEquals(ACCEPTED, peer.run().take());
        recorder.expect(Event.Opened.class);
        assertEquals(EOFException.class, recorder.expect(Event.Failed.class).cause().getClass());
        recorder.expect(Event.Closed.class);
        assertTrue(peer.host.isReleased());
    }

    @Test
    void aRefusalByTheAuthorizerIsTheResponse() {
        bench.authorizer = request -> CompletableFuture.completedStage(
                new Authorization.Refused(HttpResponse.error(401, "who are you?").header("X", "y")));
        RawPeer peer = bench.connect().send(UPGRADE + masked("x"));
        String response = peer.take();
        assertTrue(response.startsWith("HTTP/1.1 401 Unauthorized\r\n"), response);
        assertTrue(response.contains("X: y\r\n") && response.contains("Connection: close\r\n"), response);
        assertEquals(List.of(401), bench.refused);
        assertTrue(peer.halfClosed());
        recorder.assertNothingElse();
    }

    @Test
    void anAuthorizerThatThrowsGivesServerError() {
        bench.authorizer = request -> {
            throw new IllegalStateException("secret");
        };
        assertServerError(bench.connect().send(UPGRADE));
    }

    @Test
    void authorisationThatFailsLaterGivesServerError() {
        CompletableFuture<Authorization> later = new CompletableFuture<>();
        bench.authorizer = request -> later;
        RawPeer peer = bench.connect().send(UPGRADE);
        later.completeExceptionally(new java.io.IOException("secret"));
        assertServerError(peer.run());
    }

    @Test
    void authorisationWithoutAnswerGivesServerError() {
        bench.authorizer = request -> CompletableFuture.completedStage(null);
        assertServerError(bench.connect().send(UPGRADE));
    }

    @Test
    void anApplicationThatFailsToTakeTheConnectionGivesServerError() {
        bench.openThrows = Optional.of(new IllegalStateException("secret"));
        assertServerError(bench.connect().send(UPGRADE + masked("x")));
    }

    private void assertServerError(RawPeer peer) {
        String response = peer.take();
        assertTrue(response.startsWith("HTTP/1.1 500 "), response);
        assertFalse(response.contains("secret"), response);
        assertEquals(List.of(500), bench.refused);
        assertEquals(1, bench.failures.size());
        assertTrue(peer.halfClosed());
        recorder.assertNothingElse();
    }

    @Test
    void failureAndEndGoToTheSession() {
        RawPeer peer = bench.connect().send(UPGRADE);
        peer.toLayer.reset();
        peer.run();
        recorder.expect(Event.Opened.class);
        recorder.expect(Event.Failed.class);
        assertEquals(TcpEnd.BROKEN, recorder.expect(Event.Closed.class).info().tcpEnd());
        assertEquals(1, bench.gone);
    }

    private static final String CONVERSATION = get("/a") + UPGRADE + masked("one")
            + wire(Frames.text("tw").notFinal().mask()) + wire(Frames.continuation((byte) 'o').mask())
            + wire(Frames.close(1000, "bye").mask());

    @Test
    void aConversationIsTheSameHoweverItIsCut() {
        String whole = conversation(Cuts.WHOLE);
        assertTrue(whole.startsWith(page("page /a", "keep-alive") + ACCEPTED + wire(Frames.text("echo one"))
                + wire(Frames.text("echo two")) + wire(Frames.close(1000, "bye"))), whole);
        assertEquals(whole, conversation(Cuts.every(1)));
        for (int cut = 1; cut < CONVERSATION.length(); cut++) {
            assertEquals(whole, conversation(Cuts.at(cut)), "cut at " + cut);
        }
    }

    private static String conversation(Cuts cuts) {
        Recorder recorder = new Recorder().on(Event.Text.class,
                (ws, event) -> ws.send("echo " + event.text()));
        ServerBench bench = new ServerBench(recorder);
        bench.cuts = cuts;
        RawPeer peer = bench.connect().send(CONVERSATION).fin();
        recorder.expect(Event.Opened.class);
        recorder.expect(new Event.Text("one"));
        recorder.expect(new Event.Text("two"));
        String closed = recorder.expect(Event.Closed.class).info().toString();
        recorder.assertNothingElse();
        return peer.take() + closed + peer.host.tcpEnd() + bench.gone;
    }
}
