package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.WebSocket;
import io.duplex.WebSocketClient;
import io.duplex.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Leaks;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Design section 3, rule 9: how servers and clients end, and what they leave behind: nothing. */
abstract class StopContract extends ContractPart {
    StopContract(TransportContract on) {
        super(on);
    }

    @Test
    @DisplayName("3.9 stop sends 1001 to all and ends when they have answered")
    void stopSendsGoingAway() throws Exception {
        WebSocketServer server = serve(new Echo());
        List<RawSocket> peers = List.of(rawPeer(server), rawPeer(server), rawPeer(server));
        Patience.await("all are open", () -> server.connections().size() == 3);
        CompletableFuture<Void> stopped = stopLater(server, LONG);
        for (RawSocket peer : peers) {
            RawFrame close = peer.readFrame();
            assertEquals(1001, close.closeCode());
            peer.write(Frames.close(1001, "").mask());
            assertSame(RawSocket.End.FIN, peer.readToEnd());
            peer.close();
        }
        within(stopped);
        assertEquals(0, server.connections().size());
        Leaks.awaitNoThreads(TransportContract.SERVER_THREADS);
    }

    @Test
    @DisplayName("3.9 stop cuts peers that do not answer, each with its onClose")
    void stopCutsAtTheDeadline() throws IOException {
        Recorder recorder = new Recorder();
        WebSocketServer server = serve(recorder);
        RawSocket peer = rawPeer(server);
        recorder.awaitOpen();
        within(stopLater(server, SHORT));
        CloseInfo info = recorder.skipToClosed();
        assertEquals(1001, info.sent().orElseThrow().code());
        assertSame(CloseInfo.Initiator.APPLICATION, info.initiator());
        assertFalse(info.clean());
        assertEquals(1001, peer.readFrame().closeCode());
        assertSame(RawSocket.End.RESET, peer.readToEnd());
    }

    @Test
    @DisplayName("3.9 stop cuts a peer that does not even read")
    void stopWithAFullQueue() throws IOException {
        Recorder recorder = new Recorder();
        WebSocketServer server = serve(recorder);
        rawPeer(server);
        fillAndAwaitStuck(recorder.awaitOpen());
        within(stopLater(server, SHORT));
        recorder.skipToClosed();
    }

    @Test
    @DisplayName("3.9 stop ends connections that have not finished their handshake")
    void stopEndsHandshakes() throws IOException {
        WebSocketServer server = serve(new Echo());
        RawSocket peer = rawSocket(server);
        peer.write("GET / HT".getBytes());
        within(stopLater(server, SHORT));
        peer.readToEnd();
    }

    @Test
    @DisplayName("3.9 stop inside a callback does not wait for itself")
    void stopInsideACallback() throws IOException {
        CompletableFuture<WebSocketServer> self = new CompletableFuture<>();
        Recorder recorder = new Recorder().on(Event.Text.class, (ws, e) -> within(self).stop(SHORT));
        WebSocketServer server = serve(recorder);
        self.complete(server);
        RawSocket peer = rawPeer(server);
        peer.write(Frames.text("stop").mask());
        peer.readToEnd();
        peer.close();
        recorder.awaitOpen();
        recorder.awaitText();
        recorder.skipToClosed();
    }

    @Test
    @DisplayName("3.9 close and stop may be called again, and no connection is accepted afterwards")
    void stopIsIdempotent() throws Exception {
        WebSocketServer server = serve(new Echo());
        server.stop(SHORT);
        server.stop(SHORT);
        server.close();
        assertThrows(IOException.class, () -> rawPeer(server));
    }

    @Test
    @DisplayName("3.9 a port can be bound again right after close")
    void portIsFreeAgain() throws Exception {
        WebSocketServer first = serve(new Echo());
        WebSocket ws = connect(first, new Recorder());
        int port = first.port();
        first.close();
        within(ws.closeFuture());
        WebSocketServer second = start(on.server().bind("127.0.0.1", port).endpoint("/", new Echo()));
        assertEquals(port, second.port());
        RawSocket peer = rawPeer(second);
        peer.write(Frames.text("again").mask());
        assertEquals("again", peer.readFrame().text());
    }

    @Test
    @DisplayName("3.9 a port that is taken is refused at start, by name, and leaves no thread")
    void portIsTaken() throws IOException {
        WebSocketServer first = serve(new Echo());
        IOException refused = assertThrows(IOException.class,
                () -> start(on.server().bind("127.0.0.1", first.port()).endpoint("/", new Echo())));
        assertTrue(refused.getMessage().contains(Integer.toString(first.port())), refused.getMessage());
    }

    @Test
    @DisplayName("3.9 closing a client ends its connections and its threads")
    void clientEnds() throws IOException {
        WebSocketServer server = serve(new Echo());
        Recorder recorder = new Recorder();
        WebSocketClient client = client();
        within(client.connect(request(on.uri(server, "/")), recorder));
        recorder.awaitOpen();
        client.close();
        recorder.skipToClosed();
        Leaks.awaitNoThreads(TransportContract.CLIENT_THREADS);
        assertInstanceOfIo(failure(client, server));
    }

    private Throwable failure(WebSocketClient client, WebSocketServer server) {
        try {
            return failureOf(client.connect(request(on.uri(server, "/")), new Recorder()));
        } catch (IllegalStateException e) {
            return e;
        }
    }

    private static void assertInstanceOfIo(Throwable failure) {
        assertTrue(failure instanceof IOException || failure instanceof IllegalStateException,
                failure.toString());
    }

    @Test
    @DisplayName("3.9 threads are named and daemons by choice")
    void threadsAreNamed() throws IOException {
        WebSocketServer server = serve(new Echo());
        rawPeer(server);
        List<Thread> threads = Thread.getAllStackTraces()
                .keySet()
                .stream()
                .filter(t -> t.getName().startsWith(TransportContract.SERVER_THREADS))
                .toList();
        assertNotEquals(List.of(), threads);
        assertTrue(threads.stream().allMatch(Thread::isDaemon), threads.toString());
    }

    @Test
    @DisplayName("3.9 file descriptors are back to where they were, however connections ended")
    void descriptorsAreClosed() throws IOException {
        useAndLetGo();
        OptionalInt before = Leaks.descriptors();
        useAndLetGo();
        Leaks.awaitDescriptors(before);
        assertEquals(List.of(), Leaks.threads(TransportContract.SERVER_THREADS));
    }

    private void useAndLetGo() throws IOException {
        try (WebSocketServer server = on.server().endpoint("/", new Echo()).start();
                WebSocketClient client = on.client().build()) {
            List<RawSocket> peers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                peers.add(on.rawClient(server).handshake("/"));
                within(client.connect(request(on.uri(server, "/")), new Recorder()));
            }
            for (int i = 0; i < 20; i++) {
                RawSocket peer = peers.get(i);
                if (i % 3 == 0) {
                    peer.write(Frames.close(1000, "").mask());
                    peer.readToEnd();
                } else if (i % 3 == 1) {
                    peer.reset();
                }
                peer.close();
            }
            Patience.await("the raw peers are gone", () -> server.connections().size() == 20);
        }
        Leaks.awaitNoThreads(TransportContract.SERVER_THREADS);
        Leaks.awaitNoThreads(TransportContract.CLIENT_THREADS);
    }

    private static CompletableFuture<Void> stopLater(WebSocketServer server, Duration deadline) {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                server.stop(deadline);
                stopped.complete(null);
            } catch (Exception | Error e) {
                stopped.completeExceptionally(e);
            }
        });
        return stopped;
    }
}
