package io.duplex.internal.connection;

import static io.duplex.internal.connection.ServerBench.ACCEPTED;
import static io.duplex.internal.connection.ServerBench.CLOSE;
import static io.duplex.internal.connection.ServerBench.UPGRADE;
import static io.duplex.internal.connection.ServerBench.get;
import static io.duplex.internal.connection.ServerBench.page;
import static io.duplex.internal.connection.ServerBench.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HttpResponse;
import io.duplex.server.Authorization;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.transport.TcpEnd;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A server that stops, at every point in the life of a connection. */
class ServerConnectionStopTest {
    private final ServerBench bench = new ServerBench();

    private RawPeer stop() {
        bench.connection.stop();
        return bench.peer.run();
    }

    @Test
    void beforeTheTransportHasTheConnection() {
        bench.serving().connection.stop();
        RawPeer peer = bench.peer.connect();
        assertEquals("", peer.take());
        assertEquals(Optional.of(TcpEnd.CLOSED_FIRST), peer.host.tcpEnd());
        assertEquals(List.of(), bench.asked);
    }

    @Test
    void beforeTheTransportHasAConnectionTooMany() {
        bench.refusing().connection.stop();
        RawPeer peer = bench.peer.connect();
        assertEquals("", peer.take());
        assertEquals(Optional.of(TcpEnd.CLOSED_FIRST), peer.host.tcpEnd());
    }

    @Test
    void betweenAttachAndConnected() {
        bench.serving().peer.host.attach();
        stop();
        bench.peer.host.connected();
        assertEquals(Optional.of(TcpEnd.CLOSED_FIRST), bench.peer.run().host.tcpEnd());
    }

    @Test
    void beforeARequest() {
        RawPeer peer = bench.connect();
        stop();
        assertEquals("", peer.take());
        assertEquals(List.of(), bench.asked);
        assertEquals(Optional.of(TcpEnd.CLOSED_FIRST), peer.host.tcpEnd());
    }

    @Test
    void insideARequest() {
        RawPeer peer = bench.connect().send("GET / HT");
        stop();
        assertTrue(peer.halfClosed());
        assertEquals("", peer.take());
    }

    @Test
    void betweenTwoRequests() {
        RawPeer peer = bench.connect().send(get("/a"));
        peer.take();
        stop();
        assertEquals(Optional.of(TcpEnd.CLOSED_FIRST), peer.host.tcpEnd());
    }

    @Test
    void whileAResponseLeaves() {
        bench.capacityBytes = 16;
        RawPeer peer = bench.connect();
        peer.write(get("/a").getBytes()).runDeaf();
        stop();
        assertEquals(page("page /a", "keep-alive"), peer.take());
        assertTrue(peer.halfClosed());
    }

    @Test
    void whileAnAnswerIsAwaitedTheResponseStillComes() {
        CompletableFuture<HttpResponse> later = new CompletableFuture<>();
        bench.http = request -> later;
        RawPeer peer = bench.connect().send(get("/a") + get("/b"));
        stop();
        assertEquals("", peer.take());
        later.complete(text("late"));
        assertEquals(page("late", "close"), peer.run().take());
        assertTrue(peer.halfClosed());
    }

    @Test
    void whileAuthorisationIsAwaitedTheSessionIsToldAtOnce() {
        CompletableFuture<Authorization> later = new CompletableFuture<>();
        bench.authorizer = request -> later;
        RawPeer peer = bench.connect().send(UPGRADE);
        stop();
        later.complete(Authorization.granted());
        assertEquals(ACCEPTED + close(), peer.run().take());
        bench.recorder.expect(Event.Opened.class);
        peer.send(new String(Frames.close(1001, "").mask().bytes(), StandardCharsets.ISO_8859_1)).fin();
        assertTrue(bench.recorder.expect(Event.Closed.class).info().clean());
    }

    @Test
    void whileAnAnswerIsAwaitedThatNeverComes() {
        bench.http = request -> new CompletableFuture<>();
        RawPeer peer = bench.connect().send(get("/a"));
        stop();
        assertTrue(peer.advance(ServerBench.HANDSHAKE).take().startsWith("HTTP/1.1 503 "));
        peer.advance(CLOSE);
        assertEquals(Optional.of(TcpEnd.RESET), peer.host.tcpEnd());
    }

    @Test
    void whileThePeerIsDrainedNothingChanges() {
        RawPeer peer = bench.connect().send("bad\r\n");
        assertTrue(peer.take().startsWith("HTTP/1.1 400 "));
        stop();
        assertEquals("", peer.take());
        assertTrue(peer.halfClosed());
    }

    @Test
    void whenOpenThePeerIsTold() {
        RawPeer peer = bench.connect().send(UPGRADE);
        peer.take();
        stop();
        assertEquals(close(), peer.take());
        bench.connection.stop();
        assertEquals("", peer.run().take());
    }

    @Test
    void whenItIsOverNothingHappens() {
        RawPeer peer = bench.connect().fin();
        stop();
        assertEquals("", peer.take());
        assertEquals(1, bench.gone);
    }

    private static String close() {
        return new String(Frames.close(1001, "server stops").bytes(), StandardCharsets.ISO_8859_1);
    }
}
