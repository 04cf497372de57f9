package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.ConnectionOptions;
import io.duplex.OverflowPolicy;
import io.duplex.SendQueueFullException;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Design section 3, rule 3: what a peer that does not read costs, and whom. */
abstract class OverflowContract extends ContractPart {
    private static final int PIECE_BYTES = 64 << 10;
    private static final int LIMIT_BYTES = 512 << 10;
    /**
     * The limit, the message that was taken below it, and what left the queue and waits in the transport's
     * own buffer.
     */
    private static final int BOUND_BYTES = LIMIT_BYTES + PIECE_BYTES + (128 << 10);
    /** More pieces than the queue and all kernels hold. */
    private static final int MANY = 2000;

    private final Recorder recorder = new Recorder();

    OverflowContract(TransportContract on) {
        super(on);
    }

    private static ConnectionOptions policy(OverflowPolicy policy) {
        return ConnectionOptions.SERVER.withSendQueue(
                ConnectionOptions.SERVER.sendQueue().withLimitBytes(LIMIT_BYTES).withOverflow(policy));
    }

    /**
     * Sends until {@code send} answers neither of the two that take the message; answers how many were taken.
     */
    private static int fill(WebSocket ws, SendStatus expected) {
        for (int taken = 0; taken < MANY; taken++) {
            SendStatus status = ws.send(filled(PIECE_BYTES, taken));
            if (status == expected) {
                return taken;
            }
            assertTrue(status == SendStatus.ACCEPTED || status == SendStatus.ABOVE_HIGH_WATER,
                    "got " + status);
            assertTrue(ws.bufferedAmount() <= BOUND_BYTES, "held " + ws.bufferedAmount());
        }
        throw new AssertionError(MANY + " messages were taken though the peer does not read");
    }

    private static int fillUntilItFails(WebSocket ws) {
        AtomicInteger taken = new AtomicInteger();
        assertThrows(SendQueueFullException.class, () -> CallbackContract.repeat(MANY, i -> {
            ws.send(filled(PIECE_BYTES, i));
            taken.incrementAndGet();
        }));
        return taken.get();
    }

    private static void readPieces(RawSocket peer, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Assertions.assertArrayEquals(filled(PIECE_BYTES, i),
                    peer.readFrame().payload().bytes());
        }
    }

    @Test
    @DisplayName("3.3 CLOSE: the slow peer is closed with 1008, after what was taken")
    void closePolicy() throws IOException {
        recorder.ignoring(Event.Drained.class);
        RawSocket peer = rawPeer(serve(recorder, policy(OverflowPolicy.CLOSE)));
        WebSocket ws = recorder.awaitOpen();
        fill(ws, SendStatus.CLOSED);
        assertEquals(1008, peer.readToClose().closeCode());
        peer.write(Frames.close(1008, "").mask());
        assertSame(RawSocket.End.FIN, peer.readToEnd());
        peer.close();
        recorder.awaitError();
        CloseInfo info = recorder.awaitClosed();
        assertEquals(1008, info.sent().orElseThrow().code());
        assertSame(CloseInfo.Initiator.LIBRARY, info.initiator());
        assertTrue(info.cause().isPresent());
    }

    @Test
    @DisplayName("3.3 FAIL: the call fails and the connection lives on")
    void failPolicy() throws IOException {
        recorder.ignoring(Event.Drained.class);
        RawSocket peer = rawPeer(serve(recorder, policy(OverflowPolicy.FAIL)));
        WebSocket ws = recorder.awaitOpen();
        readPieces(peer, fillUntilItFails(ws));
        Patience.await("all has left", () -> ws.bufferedAmount() == 0);
        ws.send("still here");
        assertEquals("still here", peer.readFrame().text());
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.3 DROP: the new message is dropped and those before it arrive")
    void dropPolicy() throws IOException {
        recorder.ignoring(Event.Drained.class);
        RawSocket peer = rawPeer(serve(recorder, policy(OverflowPolicy.DROP)));
        WebSocket ws = recorder.awaitOpen();
        readPieces(peer, fill(ws, SendStatus.DROPPED));
        Patience.await("all has left", () -> ws.bufferedAmount() == 0);
        ws.send("still here");
        assertEquals("still here", peer.readFrame().text());
    }

    @Test
    @DisplayName("3.3 BLOCK: the caller waits for room, and what waits stays bounded")
    void blockPolicy() throws IOException {
        recorder.ignoring(Event.Drained.class);
        RawSocket peer = rawPeer(serve(recorder, policy(OverflowPolicy.BLOCK)));
        WebSocket ws = recorder.awaitOpen();
        AtomicInteger sent = new AtomicInteger();
        Thread sender = Thread.ofPlatform().daemon().start(() -> CallbackContract.repeat(400, i -> {
            ws.send(filled(PIECE_BYTES, i));
            sent.incrementAndGet();
        }));
        Patience.awaitWaiting(sender);
        assertTrue(sent.get() < 400, "all were taken though the peer does not read");
        assertTrue(ws.bufferedAmount() <= BOUND_BYTES, "held " + ws.bufferedAmount());
        readPieces(peer, 400);
        CallbackContract.join(sender);
    }

    @Test
    @DisplayName("3.3 BLOCK: a caller that waits gets CLOSED when the connection ends")
    void blockPolicyAtTheEnd() throws IOException {
        recorder.ignoring(Event.Drained.class);
        rawPeer(serve(recorder, policy(OverflowPolicy.BLOCK)));
        WebSocket ws = recorder.awaitOpen();
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        Thread sender = Thread.ofPlatform().daemon().start(() -> taken.complete(fill(ws, SendStatus.CLOSED)));
        Patience.awaitWaiting(sender);
        assertFalse(taken.isDone());
        ws.abort();
        assertTrue(within(taken) < MANY);
    }

    @Test
    @DisplayName("3.3 BLOCK: an off-loaded callback waits for room, for what it sends leaves meanwhile")
    void blockPolicyInAnOffloadedCallback() throws IOException {
        Assumptions.assumeTrue(on.offloaded(), "on the transport's thread a callback must not wait");
        recorder.ignoring(Event.Drained.class)
                .on(Event.Text.class,
                        (ws, e) -> CallbackContract.repeat(400, i -> ws.send(filled(PIECE_BYTES, i))));
        RawSocket peer = rawPeer(serve(recorder, policy(OverflowPolicy.BLOCK)));
        peer.write(Frames.text("go").mask());
        readPieces(peer, 400);
    }

    @Test
    @DisplayName("3.3 BLOCK: a callback, which must not wait, gets a failure instead")
    void blockPolicyInACallback() throws IOException {
        Assumptions.assumeFalse(on.offloaded(), "an off-loaded callback waits");
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        recorder.ignoring(Event.Drained.class)
                .on(Event.Text.class,
                        (ws, e) -> taken.complete(fillUntilItFails(ws)));
        RawSocket peer = rawPeer(serve(recorder, policy(OverflowPolicy.BLOCK)));
        peer.write(Frames.text("go").mask());
        readPieces(peer, within(taken));
    }

    @Test
    @DisplayName("3.3 ABOVE_HIGH_WATER is followed by onDrained once all has left")
    void drainedFollowsHighWater() throws IOException {
        CompletableFuture<Long> whenDrained = new CompletableFuture<>();
        recorder.on(Event.Drained.class, (ws, e) -> whenDrained.complete(ws.bufferedAmount()));
        RawSocket peer = rawPeer(serve(recorder, policy(OverflowPolicy.FAIL)));
        WebSocket ws = recorder.awaitOpen();
        int taken = 0;
        while (ws.send(filled(PIECE_BYTES, taken++)) != SendStatus.ABOVE_HIGH_WATER) {
            assertTrue(taken < MANY, "never above the high-water mark though the peer does not read");
        }
        readPieces(peer, taken);
        recorder.await(Event.Drained.class);
        assertEquals(0, within(whenDrained));
        ws.send("small");
        assertEquals("small", peer.readFrame().text());
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.3 a slow peer does not hold up the others")
    void othersAreUnaffected() throws IOException {
        CountDownLatch slowIsOpen = new CountDownLatch(1);
        WebSocketServer server = serve(new WebSocketHandler() {
            private WebSocket slow;

            @Override
            public void onOpen(WebSocket ws) {
                if (slow == null) {
                    slow = ws;
                    slowIsOpen.countDown();
                }
            }

            @Override
            public void onText(WebSocket ws, String text) {
                slow.send(new byte[PIECE_BYTES]);
                ws.send(text);
            }
        }, policy(OverflowPolicy.DROP));
        rawPeer(server);
        await("the slow peer is open", slowIsOpen);
        RawSocket quick = rawPeer(server);
        for (int i = 0; i < 300; i++) {
            quick.write(Frames.text("m" + i).mask());
            assertEquals("m" + i, quick.readFrame().text());
        }
    }
}
