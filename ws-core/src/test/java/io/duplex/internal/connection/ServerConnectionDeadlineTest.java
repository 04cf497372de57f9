package io.duplex.internal.connection;

import static io.duplex.internal.connection.ServerBench.CLOSE;
import static io.duplex.internal.connection.ServerBench.HANDSHAKE;
import static io.duplex.internal.connection.ServerBench.UPGRADE;
import static io.duplex.internal.connection.ServerBench.get;
import static io.duplex.internal.connection.ServerBench.page;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.http.HttpResponse;
import io.duplex.server.Authorization;
import io.duplex.transport.TcpEnd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What takes too long before the handshake is over, under the virtual clock. */
class ServerConnectionDeadlineTest {
    private static final Duration NANO = Duration.ofNanos(1);
    private final ServerBench bench = new ServerBench();

    @Test
    void headThatDoesNotEndInTimeGetsRequestTimeout() {
        RawPeer peer = bench.connect().send("GET / HTTP/1.1\r\n").advance(HANDSHAKE.minus(NANO));
        assertEquals("", peer.take());
        String response = peer.advance(NANO).take();
        assertTrue(response.startsWith("HTTP/1.1 408 Request Timeout\r\n"), response);
        assertTrue(peer.halfClosed());
        assertEquals(List.of(408), bench.refused);
        peer.advance(CLOSE);
        assertEquals(Optional.of(TcpEnd.RESET), peer.host.tcpEnd());
    }

    @Test
    void bytesOneByOneDoNotPutTheDeadlineOff() {
        RawPeer peer = bench.connect();
        for (int i = 0; i < 7; i++) {
            assertEquals("", peer.send("G").take());
            peer.advance(HANDSHAKE.dividedBy(7).plus(NANO));
        }
        assertTrue(peer.take().startsWith("HTTP/1.1 408 "));
    }

    @Test
    void peerThatSendsNothingIsEndedInSilence() {
        RawPeer peer = bench.connect().advance(HANDSHAKE);
        assertEquals("", peer.take());
        assertTrue(peer.halfClosed());
        assertEquals(List.of(), bench.refused);
        peer.fin();
        assertEquals(Optional.of(TcpEnd.FIN_EXCHANGED), peer.host.tcpEnd());
    }

    @Test
    void eachResponseGivesTimeForTheNextRequestAndThenTheEndIsSilent() {
        RawPeer peer = bench.connect().advance(HANDSHAKE.minus(NANO)).send(get("/a"));
        peer.advance(HANDSHAKE.minus(NANO)).send(get("/b"));
        assertEquals(page("page /a", "keep-alive") + page("page /b", "keep-alive"), peer.take());
        peer.advance(HANDSHAKE.minus(NANO));
        assertFalse(peer.halfClosed());
        peer.advance(NANO);
        assertTrue(peer.halfClosed());
        assertEquals("", peer.take());
    }

    @Test
    void answerThatNeverComesGivesServiceUnavailable() {
        CompletableFuture<HttpResponse> never = new CompletableFuture<>();
        bench.http = request -> never;
        RawPeer peer = bench.connect().send(get("/a") + get("/b")).advance(HANDSHAKE);
        String response = peer.take();
        assertTrue(response.startsWith("HTTP/1.1 503 Service Unavailable\r\n"), response);
        assertTrue(response.endsWith("the server did not answer in time\n"), response);
        assertTrue(peer.halfClosed());
        assertEquals(List.of(503), bench.refused);
        never.complete(ServerBench.text("too late"));
        assertEquals("", peer.run().take());
    }

    @Test
    void answerToHeadThatNeverComesGivesServiceUnavailableWithoutBody() {
        bench.http = request -> new CompletableFuture<>();
        String response = bench.connect().send(get("/a").replace("GET", "HEAD")).advance(HANDSHAKE).take();
        assertTrue(response.startsWith("HTTP/1.1 503 ") && response.endsWith("\r\n\r\n"), response);
    }

    @Test
    void authorisationThatNeverComesGivesServiceUnavailable() {
        CompletableFuture<Authorization> never = new CompletableFuture<>();
        bench.authorizer = request -> never;
        RawPeer peer = bench.connect().send(UPGRADE).advance(HANDSHAKE);
        assertTrue(peer.take().startsWith("HTTP/1.1 503 Service Unavailable\r\n"));
        never.complete(Authorization.granted());
        assertEquals("", peer.run().take());
        bench.recorder.assertNothingElse();
    }

    @Test
    void deadlineOfTheHandshakeEndsWithIt() {
        RawPeer peer = bench.connect().send(UPGRADE).advance(HANDSHAKE.multipliedBy(3));
        bench.recorder.awaitOpen();
        bench.recorder.assertNothingElse();
        assertFalse(peer.host.isReleased());
    }

    @Test
    void peerThatDoesNotTakeAResponseIsReset() {
        bench.capacityBytes = 16;
        RawPeer peer = bench.connect();
        peer.write(get("/a").getBytes()).runDeaf();
        peer.clock.advance(HANDSHAKE);
        peer.runDeaf();
        assertFalse(peer.host.isReleased());
        peer.clock.advance(CLOSE);
        peer.runDeaf();
        assertEquals(Optional.of(TcpEnd.RESET), peer.host.tcpEnd());
    }

    @Test
    void callingTheDeadlineEarlyDoesNoHarm() {
        RawPeer peer = bench.connect();
        bench.connection.onDeadline(peer.clock.nanoTime());
        assertEquals(page("page /a", "keep-alive"), peer.send(get("/a")).take());
    }
}
