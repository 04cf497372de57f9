package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.Message;
import io.duplex.WebSocket;
import io.duplex.client.ReconnectPolicy;
import io.duplex.client.Reconnection;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Leaks;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Design section 3, rule 9: how servers and clients end, without leaks. */
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
        untilInTime(limit -> {
            Recorder recorder = new Recorder();
            WebSocketServer server = serve(recorder);
            RawSocket peer = rawPeer(server);
            recorder.awaitOpen();
            within(stopLater(server, limit));
            CloseInfo info = recorder.skipToClosed();
            assertFalse(info.clean());
            if (info.sent().isEmpty()) {
                return false;
            }
            assertEquals(1001, info.sent().orElseThrow().code());
            assertSame(CloseInfo.Initiator.APPLICATION, info.initiator());
            assertEquals(1001, peer.readFrame().closeCode());
            assertSame(RawSocket.End.RESET, peer.readToEnd());
            return true;
        });
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
        within(server.stopped());
    }

    @Test
    @DisplayName("3.9 stop in a callback begins the stop and returns; the peer has its goodbye, and the "
            + "callback's answer")
    void stopInsideACallbackSaysGoodbye() throws Exception {
        CompletableFuture<WebSocketServer> self = new CompletableFuture<>();
        Recorder recorder = new Recorder().on(Event.Text.class, (ws, e) -> {
            within(self).stop(LONG);
            ws.send("on my way");
        });
        WebSocketServer server = serve(recorder);
        self.complete(server);
        RawSocket peer = rawPeer(server);
        peer.write(Frames.text("stop").mask());
        endedInOrder(peer, "server stops");
        recorder.awaitOpen();
        recorder.awaitText();
        assertTrue(recorder.skipToClosed().clean());
        within(server.stopped());
        assertThrows(IOException.class, () -> rawPeer(server));
    }

    /** Messages that a callback sends after its call of stop may still be sent, or be too late. */
    private static void endedInOrder(RawSocket peer, String reason) throws IOException {
        RawFrame frame = peer.readFrame();
        while (frame.opcode() != 8) {
            frame = peer.readFrame();
        }
        assertEquals(1001, frame.closeCode());
        peer.write(Frames.close(1001, "").mask());
        assertSame(RawSocket.End.FIN, peer.readToEnd());
        peer.close();
    }

    @Test
    @DisplayName("3.9 a client's stop in its own callback begins the stop and returns, and ends in order")
    void clientStopInsideItsCallback() throws Exception {
        WebSocketServer server = serve(new Echo());
        WebSocketClient client = client();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Recorder recorder =
                new Recorder().on(Event.Text.class, (ws, e) -> outcome.complete(stopOutcome(client)));
        WebSocket ws = within(client.connect(request(on.uri(server, "/")), recorder));
        ws.send("stop");
        assertSame(null, within(outcome));
        recorder.awaitOpen();
        CloseInfo info = within(ws.closeFuture());
        assertTrue(info.clean(), info.toString());
        assertEquals(1001, info.code());
        within(client.stopped());
        Leaks.awaitNoThreads(TransportContract.CLIENT_THREADS);
    }

    /** In a callback of another group: neither of the two holds the other's thread up. */
    @Test
    @DisplayName("3.9 server and client may be stopped in callbacks of an unrelated client")
    void stopInsideAnUnrelatedCallback() throws Exception {
        WebSocketServer victim = serve(new Echo());
        WebSocketClient other = client();
        Recorder idle = new Recorder();
        within(other.connect(request(on.uri(victim, "/")), idle));
        WebSocketServer server = serve(new Echo());
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Recorder recorder = new Recorder().on(Event.Text.class, (ws, e) -> {
            Throwable first = stopOutcome(() -> victim.stop(LONG));
            outcome.complete(first != null ? first : stopOutcome(other));
        });
        WebSocket ws = connect(server, recorder);
        ws.send("stop");
        assertSame(null, within(outcome));
        within(victim.stopped());
        within(other.stopped());
        ws.close();
        within(ws.closeFuture());
    }

    private interface Stop {
        void run() throws Exception;
    }

    private static Throwable stopOutcome(WebSocketClient client) {
        return stopOutcome(() -> client.stop(LONG));
    }

    private static Throwable stopOutcome(Stop stop) {
        try {
            stop.run();
            return null;
        } catch (Exception | Error e) {
            return e;
        }
    }

    @Test
    @DisplayName("3.9 a second stop, elsewhere, waits for the stop that a callback has initiated")
    void secondStopWaits() throws Exception {
        CompletableFuture<WebSocketServer> self = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        WebSocketServer server = serve(new Recorder().on(Event.Text.class, (ws, e) -> {
            within(self).close();
            begun.complete(null);
        }));
        self.complete(server);
        RawSocket peer = rawPeer(server);
        peer.write(Frames.text("stop").mask());
        within(begun);
        within(stopLater(server, SHORT));
        assertTrue(server.stopped().isDone());
        Leaks.awaitNoThreads(TransportContract.SERVER_THREADS);
    }

    @Test
    @DisplayName("3.9 a client's stop gives up at once what is still connecting or shaking hands")
    void clientStopEndsHandshakes() throws Exception {
        ServerSocket silent = closeLater(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        WebSocketClient client = client();
        URI uri = URI.create((on.secure() ? "wss" : "ws") + "://localhost:" + silent.getLocalPort() + "/");
        CompletableFuture<WebSocket> opening = client.connect(request(uri), new Recorder());
        closeLater(silent.accept());
        CompletableFuture<Throwable> stopped = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> stopped.complete(stopOutcome(client)));
        assertSame(null, within(stopped));
        assertInstanceOfIo(failureOf(opening));
        Leaks.awaitNoThreads(TransportContract.CLIENT_THREADS);
    }

    @Test
    @DisplayName("3.9 a server's stop does not wait for peers that have said nothing yet, over TLS neither")
    void stopEndsSilentPeers() throws Exception {
        WebSocketServer server = serve(new Echo());
        Socket silent = closeLater(new Socket());
        silent.connect(server.address());
        // The acceptor has served those that came before.
        rawPeer(server).reset();
        within(stopLater(server, LONG));
        assertEquals(-1, silent.getInputStream().read());
    }

    @Test
    @DisplayName("3.9 closing a client ends its reconnecting")
    void reconnectingEndsWithItsClient() throws Exception {
        WebSocketServer server = serve(new Echo());
        WebSocketClient client = client();
        Recorder recorder = new Recorder();
        Reconnection reconnection = client.reconnecting(request(on.uri(server, "/")), recorder,
                ReconnectPolicy.DEFAULT);
        recorder.awaitOpen();
        client.close();
        CompletableFuture<?> givenUp = reconnection.givenUp();
        Patience.await("it has ended", givenUp::isDone);
        assertTrue(givenUp.isCancelled());
        Reconnection late = client.reconnecting(request(on.uri(server, "/")), new Recorder(),
                ReconnectPolicy.DEFAULT);
        assertTrue(late.givenUp().isCancelled());
    }

    @Test
    @DisplayName("3.9 a blocking handler that only sends ends with its connection")
    void senderEndsWithItsConnection() throws Exception {
        CompletableFuture<Thread> handler = new CompletableFuture<>();
        WebSocketServer server = start(on.server().blocking("/", ws -> {
            handler.complete(Thread.currentThread());
            while (true) {
                ws.send("tick");
            }
        }));
        RawSocket peer = rawPeer(server);
        Thread thread = within(handler);
        peer.reset();
        assertTrue(thread.join(Duration.ofNanos(Recorder.WAIT_NANOS)), "the handler goes on");
    }

    @Test
    @DisplayName("3.9 after close no thread of a blocking handler is left")
    void closeEndsHandlers() throws Exception {
        List<Thread> handlers = new CopyOnWriteArrayList<>();
        CountDownLatch never = new CountDownLatch(1);
        WebSocketServer server = start(on.server().blocking("/", ws -> {
            handlers.add(Thread.currentThread());
            never.await();
        }));
        for (int i = 0; i < 5; i++) {
            rawPeer(server);
        }
        Patience.await("all are handled", () -> handlers.size() == 5);
        within(stopLater(server, SHORT));
        assertEquals(List.of(), handlers.stream().filter(Thread::isAlive).toList());
    }

    @Test
    @DisplayName("3.9 a handler that has read the end is not interrupted, and is waited for")
    void handlerThatKnowsTheEndIsLeftAlone() throws Exception {
        CompletableFuture<Boolean> cleanedUp = new CompletableFuture<>();
        CountDownLatch gone = new CountDownLatch(1);
        CompletableFuture<Thread> handler = new CompletableFuture<>();
        WebSocketServer server = start(on.server().blocking("/", ws -> {
            handler.complete(Thread.currentThread());
            for (Message message; (message = ws.receive()) != null;) {
                ws.sendAsync(message);
            }
            await("the connection is gone", gone);
            cleanedUp.complete(Thread.currentThread().isInterrupted());
        }));
        RawSocket peer = rawPeer(server);
        Thread reader = within(handler);
        Patience.awaitWaiting(reader);
        peer.write(Frames.close(1000, "").mask());
        assertSame(RawSocket.End.FIN, peer.readToEnd());
        peer.close();
        Patience.await("the server has let go of it", () -> server.stats().open() == 0);
        gone.countDown();
        assertEquals(false, within(cleanedUp));
    }

    @Test
    @DisplayName("3.9 a blocking handler may stop its server")
    void handlerStopsItsServer() throws Exception {
        CompletableFuture<WebSocketServer> self = new CompletableFuture<>();
        WebSocketServer server = start(on.server().blocking("/", ws -> within(self).stop(SHORT)));
        self.complete(server);
        rawPeer(server);
        within(server.stopped());
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
