package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.NotSentException;
import io.duplex.OverflowPolicy;
import io.duplex.PreparedMessage;
import io.duplex.SendQueueOptions;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Design section 3, rule 3: order, wholeness, completion. What a full queue does is in
 * {@link OverflowContract}.
 */
abstract class SendContract extends ContractPart {
    private static final int THREADS = 6;
    private static final int MESSAGES = 300;
    /** For tests that send more than a default queue holds. */
    private static final ConnectionOptions BLOCKING = ConnectionOptions.SERVER.withSendQueue(
            ConnectionOptions.SERVER.sendQueue().withOverflow(OverflowPolicy.BLOCK));

    SendContract(TransportContract on) {
        super(on);
    }

    @Test
    @DisplayName("3.3 messages that many threads of a server send stay whole, and each thread's in order")
    void manyThreadsOfAServer() throws IOException {
        Recorder recorder = new Recorder().ignoring(Event.Drained.class);
        RawSocket peer = rawPeer(serve(recorder, BLOCKING));
        sendFromManyThreads(recorder.awaitOpen(), peer, false);
    }

    @Test
    @DisplayName("3.3 messages that many threads of a client send stay whole, and each thread's in order")
    void manyThreadsOfAClient() throws IOException {
        Recorder recorder = new Recorder().ignoring(Event.Drained.class);
        RawSocket peer = rawPeer(recorder);
        sendFromManyThreads(recorder.awaitOpen(), peer, true);
    }

    private static void sendFromManyThreads(WebSocket ws, RawSocket peer, boolean masked) throws IOException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            String name = Integer.toString(t);
            threads.add(Thread.ofVirtual()
                    .start(() -> CallbackContract.repeat(MESSAGES,
                            i -> ws.send(name + ":" + i + ":" + name.repeat(i * 7)))));
        }
        int[] next = new int[THREADS];
        for (int i = 0; i < THREADS * MESSAGES; i++) {
            RawFrame frame = peer.readFrame();
            assertEquals(masked, frame.masked());
            assertTrue(frame.fin());
            String[] parts = frame.text().split(":", -1);
            int thread = Integer.parseInt(parts[0]);
            assertEquals(next[thread]++, Integer.parseInt(parts[1]));
            assertEquals(parts[0].repeat(Integer.parseInt(parts[1]) * 7), parts[2]);
        }
        threads.forEach(CallbackContract::join);
    }

    @Test
    @DisplayName("3.3 nothing but control frames comes between the parts of a message")
    void partsAreNotInterleaved() throws IOException {
        Recorder recorder = new Recorder().ignoring(Event.Drained.class);
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        ws.sendPart("a", false);
        assertSame(SendStatus.ACCEPTED, ws.send("after"));
        ws.sendPong(ByteBuffer.wrap(new byte[] { 1 }));
        assertThrows(IllegalStateException.class, () -> ws.sendPart(ByteBuffer.allocate(1), true));
        ws.sendPart("b", false);
        ws.sendPart("", true);
        List<RawFrame> data = new ArrayList<>();
        while (data.size() < 4) {
            RawFrame frame = peer.readFrame();
            if (frame.opcode() < 8) {
                data.add(frame);
            }
        }
        assertEquals(List.of(1, 0, 0, 1), data.stream().map(RawFrame::opcode).toList());
        assertEquals(List.of(false, false, true, true), data.stream().map(RawFrame::fin).toList());
        assertEquals(List.of("a", "b", "", "after"), data.stream().map(RawFrame::text).toList());
    }

    @Test
    @DisplayName("3.3 every kind of send arrives as what it is")
    void everyKindOfSend() throws IOException {
        Recorder recorder = new Recorder();
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] { 9, 1, 2, 9 }).position(1).limit(3);
        ws.send("täxt");
        ws.send(new byte[] { 1, 2 });
        ws.send(buffer);
        ws.send(PreparedMessage.text("prepared"));
        ws.send("");
        assertEquals(3, buffer.position());
        assertEquals("täxt", peer.readFrame().text());
        assertEquals(2, peer.readFrame().opcode());
        assertEquals(Frames.binary(new byte[] { 1, 2 }).payload(), peer.readFrame().payload());
        assertEquals("prepared", peer.readFrame().text());
        assertEquals("", peer.readFrame().text());
    }

    /** The peer reads late, so the socket does not take all; in a callback bytes may be lent. */
    @Test
    @DisplayName("3.5 the caller's buffer is its own again when send returns")
    void aBufferIsTheCallersAgainWhenSendReturns() throws IOException {
        int messages = 40;
        int bytes = 300_000;
        CompletableFuture<Void> sent = new CompletableFuture<>();
        RawSocket peer = rawPeer(serve(new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                ByteBuffer heap = ByteBuffer.allocate(bytes);
                ByteBuffer direct = ByteBuffer.allocateDirect(bytes);
                for (int i = 0; i < messages; i++) {
                    ByteBuffer buffer = (i % 2 == 0 ? heap : direct).clear();
                    ws.send(buffer.put(filled(bytes, i)).flip());
                    buffer.clear().put(filled(bytes, 255));
                }
                sent.complete(null);
            }
        }, ConnectionOptions.SERVER.withSendQueue(SendQueueOptions.SERVER.withLimitBytes(16 << 20))));
        within(sent);
        for (int i = 0; i < messages; i++) {
            Assertions.assertArrayEquals(filled(bytes, i), peer.readFrame().payload().bytes());
        }
    }

    @Test
    @DisplayName("3.3 sizes around each form of the length arrive, masked and unmasked")
    void sizesAroundEachForm() throws IOException {
        Recorder onServer = new Recorder().ignoring(Event.Drained.class);
        Recorder onClient = new Recorder().ignoring(Event.Drained.class);
        WebSocket client = connect(serve(onServer), onClient);
        WebSocket server = onServer.awaitOpen();
        onClient.awaitOpen();
        for (int size : new int[] { 0, 1, 125, 126, 127, 65_535, 65_536, 1 << 20 }) {
            client.send(filled(size, size));
            Assertions.assertArrayEquals(filled(size, size), onServer.awaitBinary());
            server.send(filled(size, size));
            Assertions.assertArrayEquals(filled(size, size), onClient.awaitBinary());
        }
    }

    @Test
    @DisplayName("3.3 an unpaired surrogate is refused and the connection lives on")
    void unpairedSurrogate() throws IOException {
        Recorder recorder = new Recorder();
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        assertThrows(IllegalArgumentException.class, () -> ws.send("a\uD800"));
        ws.send("good");
        assertEquals("good", peer.readFrame().text());
    }

    @Test
    @DisplayName("3.3 a broadcast reaches every connection")
    void broadcast() throws IOException {
        WebSocketServer server = serve(new Echo());
        List<RawSocket> peers = List.of(rawPeer(server), rawPeer(server), rawPeer(server));
        Patience.await("all are open", () -> server.connections().size() == 3);
        server.broadcast(PreparedMessage.text("to all"));
        for (RawSocket peer : peers) {
            assertEquals("to all", peer.readFrame().text());
        }
    }

    @Test
    @DisplayName("3.3 sendAsync completes when the socket has taken the message, and fails if it never will")
    void sendAsyncTells() throws IOException {
        Recorder recorder = new Recorder().ignoring(Event.Drained.class);
        RawSocket peer = rawPeer(serve(recorder, hugeQueue()));
        WebSocket ws = recorder.awaitOpen();
        within(ws.sendAsync(new Message.Text("now")));
        assertEquals("now", peer.readFrame().text());
        fillAndAwaitStuck(ws);
        CompletableFuture<Void> behind = ws.sendAsync(new Message.Text("never"));
        assertFalse(behind.isDone());
        ws.abort();
        assertInstanceOf(NotSentException.class, failureOf(behind));
        assertInstanceOf(NotSentException.class, failureOf(ws.sendAsync(new Message.Text("late"))));
    }

    private static ConnectionOptions hugeQueue() {
        return ConnectionOptions.SERVER.withSendQueue(ConnectionOptions.SERVER.sendQueue()
                .withLimitBytes(64 << 20)
                .withOverflow(OverflowPolicy.FAIL));
    }

    @Test
    @DisplayName("3.3 flush lets messages leave while the callback goes on")
    void flushInsideACallback() throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        Recorder recorder = new Recorder().on(Event.Opened.class, (ws, e) -> {
            ws.send("early");
            ws.flush();
            await("the peer has read it", read);
        });
        RawSocket peer = rawPeer(serve(recorder));
        assertEquals("early", peer.readFrame().text());
        read.countDown();
        recorder.awaitOpen();
    }

    @Test
    @DisplayName("3.3 thousands of messages sent before close all arrive, from a server")
    void allArriveBeforeCloseFromAServer() throws IOException {
        Recorder recorder = new Recorder().ignoring(Event.Drained.class);
        RawSocket peer = rawPeer(serve(recorder, BLOCKING));
        sendThenClose(recorder.awaitOpen(), peer);
    }

    @Test
    @DisplayName("3.3 thousands of messages sent before close all arrive, from a client")
    void allArriveBeforeCloseFromAClient() throws IOException {
        Recorder recorder = new Recorder().ignoring(Event.Drained.class);
        RawSocket peer = rawPeer(recorder);
        sendThenClose(recorder.awaitOpen(), peer);
    }

    private static void sendThenClose(WebSocket ws, RawSocket peer) throws IOException {
        Thread sender = Thread.ofVirtual().start(() -> {
            CallbackContract.repeat(5000, i -> ws.send(i + " " + "x".repeat(500)));
            ws.close(1000, "all said");
        });
        for (int i = 0; i < 5000; i++) {
            assertTrue(peer.readFrame().text().startsWith(i + " "));
        }
        assertEquals("all said", peer.readFrame().closeReason());
        CallbackContract.join(sender);
    }

    @Test
    @DisplayName("3.3 thousands of messages in front of a Close frame all reach the handler")
    void allAreDeliveredBeforeOnClose() throws IOException {
        Recorder recorder = new Recorder();
        RawSocket peer = rawPeer(serve(recorder));
        byte[][] frames = new byte[5001][];
        for (int i = 0; i < 5000; i++) {
            frames[i] = Frames.text("m" + i).mask().bytes();
        }
        frames[5000] = Frames.close(1000, "").mask().bytes();
        peer.write(frames);
        peer.readToClose();
        peer.close();
        recorder.awaitOpen();
        for (int i = 0; i < 5000; i++) {
            assertEquals("m" + i, recorder.awaitText());
        }
        recorder.awaitClosed();
    }

    @Test
    @DisplayName("3.3 send returns CLOSED once the connection is closing")
    void sendAfterClose() throws IOException {
        Recorder recorder = new Recorder();
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        ws.close(1000, "");
        assertSame(SendStatus.CLOSED, ws.send("late"));
        assertTrue(peer.readFrame().isClose());
    }
}
