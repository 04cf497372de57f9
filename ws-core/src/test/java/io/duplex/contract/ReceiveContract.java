package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.BlockingHandler;
import io.duplex.CloseInfo;
import io.duplex.ConnectionClosedException;
import io.duplex.Message;
import io.duplex.PreparedMessage;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.client.WebSocketClient;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Flood;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawServer;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import io.duplex.transport.ByteLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Design section 3, rules 4 and 6: inbound back-pressure and the blocking style. */
abstract class ReceiveContract extends ContractPart {
    private static final long FLOOD_BYTES = 50L << 20;
    /** The capacity of two kernels for a loopback connection, and of Duplex: much less than the flood. */
    private static final long BOUND_BYTES = 25L << 20;
    private static final byte[] PIECE = Frames.binary(new byte[64 << 10]).mask().bytes();
    private static final long PIECES = FLOOD_BYTES / PIECE.length + 1;

    ReceiveContract(TransportContract on) {
        super(on);
    }

    @Test
    @DisplayName("after the opening handshake a message passes the session, and TLS, and no other layer")
    void layersOfTheHandshakeLeaveTheStack() throws IOException {
        int layers = on.secure() ? 2 : 1;
        CompletableFuture<Integer> atServer = new CompletableFuture<>();
        CompletableFuture<Integer> atClient = new CompletableFuture<>();
        WebSocketServer server = serve(new LayerCounter(atServer));
        WebSocket ws = connect(server, new LayerCounter(atClient));
        ws.send("from client");
        assertEquals(on.offloaded() ? 0 : layers, within(atServer));
        assertEquals(on.offloaded() ? 0 : layers, within(atClient));
    }

    /** Answers the first message, and counts the layers that the second one has passed. */
    private static final class LayerCounter implements WebSocketHandler {
        private final CompletableFuture<Integer> counted;
        private int messages;

        LayerCounter(CompletableFuture<Integer> counted) {
            this.counted = counted;
        }

        @Override
        public void onText(WebSocket ws, String text) {
            if (++messages == 2) {
                counted.complete(StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                        .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                                .filter(ByteLayer.class::isAssignableFrom)
                                .distinct()
                                .count())
                        .intValue());
            }
            if (messages <= 2) {
                ws.send(text);
            }
        }
    }

    @Test
    @DisplayName("3.4 a paused connection lets in a bounded amount, and all of it after resume")
    void pausedConnectionIsBounded() throws IOException {
        AtomicLong messages = new AtomicLong();
        CompletableFuture<WebSocket> opened = new CompletableFuture<>();
        RawSocket peer = rawPeer(serve(new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                ws.pause();
                opened.complete(ws);
            }

            @Override
            public void onBinary(WebSocket ws, ByteBuffer payload) {
                messages.incrementAndGet();
            }
        }));
        WebSocket ws = within(opened);
        Flood flood = closeLater(new Flood(peer.out(), PIECE, FLOOD_BYTES));
        long letIn = flood.awaitStill();
        assertTrue(letIn < BOUND_BYTES, "let in " + letIn);
        assertEquals(0, messages.get());
        ws.resume();
        flood.awaitDone();
        Patience.await("all are delivered", () -> messages.get() == PIECES);
    }

    @Test
    @DisplayName("3.4 demand lets that many messages in, and adds up")
    void demandLetsMessagesIn() throws IOException {
        Recorder recorder = new Recorder().on(Event.Opened.class, (ws, e) -> ws.pause());
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        for (int i = 0; i < 6; i++) {
            peer.write(Frames.text("m" + i).mask());
        }
        ws.demand(1);
        ws.demand(2);
        for (int i = 0; i < 3; i++) {
            assertEquals("m" + i, recorder.awaitText());
        }
        Patience.awaitStill(() -> 0, TimeUnit.MILLISECONDS.toNanos(100));
        recorder.assertNothingElse();
        ws.demand(1);
        assertEquals("m3", recorder.awaitText());
        ws.resume();
        assertEquals("m4", recorder.awaitText());
        assertEquals("m5", recorder.awaitText());
        assertThrows(IllegalArgumentException.class, () -> ws.demand(0));
    }

    @Test
    @DisplayName("3.4 pause inside a callback stops delivery after it, also for bytes that are there already")
    void pauseInsideACallback() throws IOException {
        Recorder recorder = new Recorder().on(Event.Text.class, (ws, e) -> {
            if (e.text().equals("a")) {
                ws.pause();
            }
        });
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.text("a").mask(), Frames.text("b").mask());
        WebSocket ws = recorder.awaitOpen();
        assertEquals("a", recorder.awaitText());
        Patience.awaitStill(() -> 0, TimeUnit.MILLISECONDS.toNanos(100));
        recorder.assertNothingElse();
        ws.resume();
        assertEquals("b", recorder.awaitText());
    }

    @Test
    @DisplayName("3.4 an echo server holds a bounded amount for a peer that never reads, and loses nothing")
    void echoToAPeerThatDoesNotRead() throws IOException {
        RawSocket peer = rawPeer(serve(new Echo()));
        Flood flood = closeLater(new Flood(peer.out(), PIECE, FLOOD_BYTES));
        long letIn = flood.awaitStill();
        assertTrue(letIn < BOUND_BYTES, "let in " + letIn);
        for (long i = 0; i < PIECES; i++) {
            assertEquals(64 << 10, peer.readFrame().payload().bytes().length);
        }
        flood.awaitDone();
    }

    @Test
    @DisplayName("3.4 an application in blocking style that does not receive lets in a bounded amount")
    void blockingStyleIsBounded() throws IOException {
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Long> count = new CompletableFuture<>();
        WebSocketServer server = blocking(ws -> {
            await("the peer is stuck", go);
            long messages = 0;
            while (ws.receive() != null) {
                messages++;
            }
            count.complete(messages);
        });
        RawSocket peer = rawPeer(server);
        Flood flood = closeLater(new Flood(peer.out(), PIECE, FLOOD_BYTES));
        long letIn = flood.awaitStill();
        assertTrue(letIn < BOUND_BYTES, "let in " + letIn);
        go.countDown();
        flood.awaitDone();
        peer.write(Frames.close(1000, "").mask());
        assertEquals(PIECES, within(count));
    }

    @Test
    @DisplayName("3.6 a blocking loop echoes, on both sides")
    void blockingLoop() throws Exception {
        WebSocketServer server = blocking(ReceiveContract::echoLoop);
        WebSocket ws = closeLater(client().connect(on.uri(server, "/")));
        for (int i = 0; i < 200; i++) {
            ws.send("m" + i);
        }
        for (int i = 0; i < 200; i++) {
            assertEquals(new Message.Text("m" + i), ws.receive());
        }
        ws.send(new byte[] { 1, 2, 3 });
        assertEquals(new Message.Binary(new byte[] { 1, 2, 3 }), ws.receive());
        ws.close();
        assertNull(ws.receive());
        assertTrue(within(ws.closeFuture()).clean());
    }

    private static void echoLoop(WebSocket ws) throws InterruptedException {
        for (Message message; (message = ws.receive()) != null;) {
            switch (message) {
                case Message.Text text -> ws.send(text.text());
                case Message.Binary binary -> ws.send(binary.bytes());
            }
        }
    }

    @Test
    @DisplayName("3.6 when a blocking handler returns, its connection is closed with 1000")
    void blockingHandlerReturns() throws IOException {
        RawSocket peer = rawPeer(blocking(ws -> ws.send("only this")));
        assertEquals("only this", peer.readFrame().text());
        assertEquals(1000, peer.readFrame().closeCode());
    }

    @Test
    @DisplayName("3.6 when a blocking handler throws, its connection is closed with 1011")
    void blockingHandlerThrows() throws IOException {
        RawSocket peer = rawPeer(blocking(ws -> {
            throw new IOException("disk full at /secret");
        }));
        RawFrame close = peer.readFrame();
        assertEquals(1011, close.closeCode());
        assertFalse(close.closeReason().contains("secret"), close.closeReason());
    }

    @Test
    @DisplayName("3.6 receive with a time-out that passes leaves the connection as it was")
    void receiveTimesOut() throws Exception {
        RawServer server = closeLater(on.rawServer());
        RawSocket peer = connectBlocking(server);
        assertThrows(TimeoutException.class, () -> ws.receive(Duration.ofMillis(50)));
        peer.write(Frames.text("late"));
        assertEquals(new Message.Text("late"), ws.receive(LONG));
    }

    @Test
    @DisplayName("3.6 receive can be interrupted, and leaves the connection as it was")
    void receiveIsInterruptible() throws Exception {
        RawServer server = closeLater(on.rawServer());
        RawSocket peer = connectBlocking(server);
        for (Thread.Builder builder : new Thread.Builder[] { Thread.ofPlatform(), Thread.ofVirtual() }) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread receiver = builder.start(
                    () -> thrown.complete(assertThrows(InterruptedException.class, () -> ws.receive())));
            Patience.awaitWaiting(receiver);
            receiver.interrupt();
            within(thrown);
        }
        peer.write(Frames.text("still here"));
        assertEquals(new Message.Text("still here"), ws.receive());
        ws.send("so am I");
        assertEquals("so am I", peer.readFrame().text());
    }

    @Test
    @DisplayName("3.6 receive answers what came before the peer's Close frame, then null")
    void receiveUntilClose() throws Exception {
        RawServer server = closeLater(on.rawServer());
        RawSocket peer = connectBlocking(server);
        peer.write(Frames.text("a"), Frames.text("b"), Frames.close(1000, ""));
        assertEquals(new Message.Text("a"), ws.receive());
        assertEquals(new Message.Text("b"), ws.receive());
        assertNull(ws.receive());
        assertTrue(peer.readFrame().isClose());
        peer.close();
        assertTrue(within(ws.closeFuture()).normal());
        assertNull(ws.receive());
        assertNull(ws.receive(SHORT));
        assertNull(ws.receiveStream());
    }

    @Test
    @DisplayName("3.6 receive answers what came before a lost connection, then throws how it was lost")
    void receiveUntilLost() throws Exception {
        RawServer server = closeLater(on.rawServer());
        RawSocket peer = connectBlocking(server);
        peer.write(Frames.text("a"));
        peer.close();
        within(ws.closeFuture());
        assertEquals(new Message.Text("a"), ws.receive());
        assertEnd(1006);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1008, 1009, 1011, 4000 })
    @DisplayName("3.6 receive throws at a Close frame with another code than 1000 and 1001")
    void receiveUntilAnError(int code) throws Exception {
        RawServer server = closeLater(on.rawServer());
        RawSocket peer = connectBlocking(server);
        CompletableFuture<CloseInfo> thrown = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> thrown
                        .complete(assertThrows(ConnectionClosedException.class, ws::receive).closeInfo()
                                .orElseThrow()));
        peer.write(Frames.close(code, "why"));
        assertEquals(code, peer.readFrame().closeCode());
        peer.close();
        assertTrue(within(thrown).clean());
        assertEquals("why", within(thrown).reason());
        assertEnd(code);
    }

    private void assertEnd(int code) {
        for (Executable call : List.<Executable>of(ws::receive, () -> ws.receive(LONG), ws::receiveStream,
                () -> ws.send("a"), () -> ws.send(new byte[1]), () -> ws.send(ByteBuffer.allocate(1)),
                () -> ws.sendPart("a", true), () -> ws.send(PreparedMessage.text("a")))) {
            ConnectionClosedException thrown = assertThrows(ConnectionClosedException.class, call);
            CloseInfo info = thrown.closeInfo().orElseThrow();
            assertEquals(code, info.code());
            assertFalse(info.normal());
            assertSame(info, within(ws.closeFuture()));
        }
    }

    @Test
    @DisplayName("3.6 an end that the application asked for, with a code of its own, is null")
    void receiveUntilOwnClose() throws Exception {
        RawServer server = closeLater(on.rawServer());
        RawSocket peer = connectBlocking(server);
        ws.close(4001, "done");
        peer.write(Frames.text("under way"));
        assertEquals(4001, peer.readFrame().closeCode());
        peer.write(Frames.close(4001, "done"));
        peer.close();
        assertEquals(new Message.Text("under way"), ws.receive());
        assertNull(ws.receive());
        assertThrows(ConnectionClosedException.class, () -> ws.send("late"));
    }

    @Test
    @DisplayName("3.6 an abort is no normal end: a reader that waits hears of it")
    void receiveUntilAbort() throws Exception {
        RawServer server = closeLater(on.rawServer());
        connectBlocking(server);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread reader = Thread.ofVirtual()
                .start(() -> thrown.complete(assertThrows(ConnectionClosedException.class, ws::receive)));
        Patience.awaitWaiting(reader);
        ws.abort();
        within(thrown);
    }

    @Test
    @DisplayName("3.6 a blocking handler that only sends ends when its client has gone")
    void sendsUntilThePeerHasGone() throws IOException {
        for (boolean resets : new boolean[] { true, false }) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            RawSocket peer = rawPeer(blocking(ws -> thrown.complete(assertThrows(Throwable.class, () -> {
                while (true) {
                    ws.send("tick");
                    Thread.onSpinWait();
                }
            }))));
            assertEquals("tick", peer.readFrame().text());
            if (resets) {
                peer.reset();
            } else {
                peer.write(Frames.close(1000, "").mask());
                peer.readToClose();
                peer.close();
            }
            Throwable end = within(thrown);
            assertTrue(end instanceof ConnectionClosedException, end::toString);
        }
    }

    @Test
    @DisplayName("3.6 pause, resume and demand are refused: the connection pauses by itself")
    void blockingStylePausesByItself() throws IOException {
        RawServer server = closeLater(on.rawServer());
        connectBlocking(server);
        assertThrows(IllegalStateException.class, ws::pause);
        assertThrows(IllegalStateException.class, ws::resume);
        assertThrows(IllegalStateException.class, () -> ws.demand(1));
    }

    @Test
    @DisplayName("3.6 receive on a connection with a handler is refused")
    void receiveNeedsBlockingStyle() throws IOException {
        WebSocket socket = connect(serve(new Echo()), new Recorder());
        assertThrows(IllegalStateException.class, socket::receive);
    }

    /** The client's connection to a raw server, in blocking style. */
    private WebSocket ws;

    private RawSocket connectBlocking(RawServer server) throws IOException {
        CompletableFuture<WebSocket> connecting = new CompletableFuture<>();
        WebSocketClient client = client();
        Thread.ofVirtual().start(() -> {
            try {
                connecting.complete(client.connect(on.uri(server, "/")));
            } catch (IOException | InterruptedException e) {
                connecting.completeExceptionally(e);
            }
        });
        RawSocket peer = closeLater(server.accept());
        peer.acceptHandshake();
        ws = within(connecting);
        return peer;
    }

    private WebSocketServer blocking(BlockingHandler handler) throws IOException {
        return start(on.server().blocking("/", handler));
    }
}
