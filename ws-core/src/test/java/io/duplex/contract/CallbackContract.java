package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ReadyState;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.testkit.RawSocket;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Design section 3, rules 1, 2 and 5: callbacks, locks, buffers. */
abstract class CallbackContract extends ContractPart {
    CallbackContract(TransportContract on) {
        super(on);
    }

    @Test
    @DisplayName("3.1 callbacks never overlap and keep the order of arrival")
    void callbacksNeverOverlap() throws IOException {
        Recorder recorder = new Recorder().ignoring(Event.Drained.class)
                .on(Event.Text.class, (ws, text) -> ws.send(text.text()));
        RawSocket peer = rawPeer(serve(recorder));
        WebSocket ws = recorder.awaitOpen();
        Thread sender = Thread.ofVirtual().start(() -> repeat(300, i -> ws.send(new byte[100])));
        byte[][] frames = new byte[300][];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = Frames.join(Frames.text("m" + i).mask().bytes(), Frames.ping("p" + i).mask().bytes());
        }
        peer.write(frames);
        for (int i = 0; i < frames.length; i++) {
            assertEquals("m" + i, recorder.awaitText());
            assertEquals("p" + i, recorder.await(Event.Ping.class).payload().text());
        }
        join(sender);
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.1 exactly one onOpen is followed by exactly one onClose, on a server")
    void oneOpenAndOneCloseOnAServer() throws IOException {
        Recorder recorder = new Recorder();
        WebSocketServer server = serve(recorder);
        RawSocket peer = rawPeer(server);
        peer.write(Frames.text("a").mask(), Frames.close(1000, "").mask());
        peer.readToClose();
        peer.close();
        recorder.awaitOpen();
        assertEquals("a", recorder.awaitText());
        recorder.awaitClosed();
        server.close();
        recorder.assertNothingElse();
    }

    @Test
    @DisplayName("3.1 exactly one onOpen is followed by exactly one onClose, on a client")
    void oneOpenAndOneCloseOnAClient() throws IOException {
        Recorder recorder = new Recorder();
        RawSocket peer = rawPeer(recorder);
        peer.write(Frames.text("a"), Frames.close(1000, ""));
        peer.readToClose();
        peer.close();
        recorder.awaitOpen();
        assertEquals("a", recorder.awaitText());
        recorder.awaitClosed();
    }

    @Test
    @DisplayName("3.1 onError comes before onClose")
    void onErrorComesBeforeOnClose() throws IOException {
        Recorder recorder = new Recorder();
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.text("unmasked"));
        peer.readToClose();
        peer.close();
        recorder.awaitOpen();
        assertInstanceOf(WebSocketProtocolException.class, recorder.awaitError());
        recorder.awaitClosed();
    }

    @Test
    @DisplayName("3.1 callbacks run on a thread of the transport, which bears its name, unless they were "
            + "off-loaded")
    void callbacksRunOnNamedThreads() throws IOException {
        BlockingQueue<String> names = new ArrayBlockingQueue<>(4);
        Recorder onServer = new Recorder().on(Event.Text.class,
                (ws, e) -> names.add(Thread.currentThread().getName()));
        Recorder onClient = new Recorder();
        WebSocket ws = connect(serve(onServer), onClient);
        ws.send("a");
        onServer.awaitOpen();
        onServer.awaitText();
        String name = take(names);
        assertEquals(!on.offloaded(), name.startsWith(TransportContract.SERVER_THREADS), name);
    }

    @Test
    @DisplayName("3.2 two connections whose handlers send to each other do not deadlock")
    void handlersThatSendToEachOther() throws IOException {
        int count = 3000;
        List<WebSocket> both = new CopyOnWriteArrayList<>();
        WebSocketServer server = serve(new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                both.add(ws);
                ws.send("ready");
            }

            @Override
            public void onText(WebSocket ws, String text) {
                both.get(both.get(0) == ws ? 1 : 0).send(text);
            }
        });
        CountDownLatch ready = new CountDownLatch(2);
        CountDownLatch relayed = new CountDownLatch(2 * count);
        WebSocketHandler counting = new WebSocketHandler() {
            @Override
            public void onText(WebSocket ws, String text) {
                (text.equals("ready") ? ready : relayed).countDown();
            }
        };
        WebSocket a = connect(server, counting);
        WebSocket b = connect(server, counting);
        await("both are open", ready);
        Thread one = Thread.ofVirtual().start(() -> repeat(count, i -> a.send("x".repeat(50))));
        Thread two = Thread.ofVirtual().start(() -> repeat(count, i -> b.send("y".repeat(50))));
        await("each has all of the other", relayed);
        join(one);
        join(two);
    }

    @Test
    @DisplayName("3.2 no lock is held while a callback runs")
    void noLockIsHeldInCallbacks() throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        CompletableFuture<Void> sawIt = new CompletableFuture<>();
        Recorder recorder = new Recorder().on(Event.Text.class, (ws, e) -> {
            Thread.ofVirtual().start(() -> {
                ws.send("from outside");
                ws.bufferedAmount();
                ws.ping();
                ws.pause();
                ws.resume();
                ws.close(1000, "enough");
                done.countDown();
            });
            await("another thread has used the connection", done);
            sawIt.complete(null);
        });
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.text("go").mask());
        within(sawIt);
        assertEquals("from outside", peer.readFrame().text());
        assertEquals(1000, peer.readToClose().closeCode());
        recorder.awaitOpen();
        recorder.awaitText();
    }

    @Test
    @DisplayName("3.2 send and close may be called from onOpen")
    void sendAndCloseFromOnOpen() throws IOException {
        Recorder recorder = new Recorder().on(Event.Opened.class, (ws, e) -> {
            ws.send("hello");
            ws.close(4000, "already");
        });
        RawSocket peer = rawPeer(serve(recorder));
        assertEquals("hello", peer.readFrame().text());
        assertEquals(4000, peer.readFrame().closeCode());
        peer.write(Frames.close(4000, "").mask());
        peer.readToEnd();
        peer.close();
        recorder.awaitOpen();
        recorder.awaitClosed();
    }

    @Test
    @DisplayName("3.2 send and close may be called from onClose, without effect")
    void sendAndCloseFromOnClose() throws IOException {
        AtomicReference<SendStatus> status = new AtomicReference<>();
        Recorder recorder = new Recorder().on(Event.Closed.class, (ws, e) -> {
            status.set(ws.send("late"));
            ws.close(4000, "late");
            ws.abort();
        });
        RawSocket peer = rawPeer(serve(recorder));
        peer.write(Frames.close(1000, "").mask());
        assertEquals(1000, peer.readFrame().closeCode());
        peer.readToEnd();
        peer.close();
        WebSocket ws = recorder.awaitOpen();
        recorder.awaitClosed();
        within(ws.closeFuture());
        assertSame(SendStatus.CLOSED, status.get());
        assertSame(ReadyState.CLOSED, ws.readyState());
    }

    @Test
    @DisplayName("3.5 a buffer of a callback is read-only, and an array is the application's")
    void buffersAreLentAndArraysKept() throws IOException {
        BlockingQueue<byte[]> kept = new ArrayBlockingQueue<>(10);
        CompletableFuture<Boolean> readOnly = new CompletableFuture<>();
        RawSocket peer = rawPeer(serve(new WebSocketHandler() {
            @Override
            public void onBinary(WebSocket ws, ByteBuffer payload) throws Exception {
                readOnly.complete(payload.isReadOnly());
                WebSocketHandler.super.onBinary(ws, payload);
            }

            @Override
            public void onBinary(WebSocket ws, byte[] payload) {
                kept.add(payload);
            }
        }));
        peer.write(Frames.binary(filled(1000, 1)).mask(), Frames.binary(filled(1000, 2)).mask());
        peer.write(Frames.binary(filled(1000, 3)).mask());
        assertTrue(within(readOnly));
        byte[] first = take(kept);
        byte[] second = take(kept);
        take(kept);
        assertArrayEquals(filled(1000, 1), first);
        assertArrayEquals(filled(1000, 2), second);
    }

    @Test
    @DisplayName("3.5 what a caller sends is never changed, though a client masks")
    void whatIsSentIsNotChanged() throws IOException {
        RawSocket peer = rawPeer(new Recorder().on(Event.Opened.class, (ws, e) -> {
            for (int size : new int[] { 10, 1000, 100_000 }) {
                byte[] array = filled(size, 7);
                ByteBuffer direct = ByteBuffer.allocateDirect(size).put(filled(size, 7)).flip();
                ws.send(array);
                ws.send(direct);
                assertArrayEquals(filled(size, 7), array);
                assertEquals(ByteBuffer.wrap(array), direct.flip());
            }
        }));
        for (int size : new int[] { 10, 10, 1000, 1000, 100_000, 100_000 }) {
            assertArrayEquals(filled(size, 7), peer.readFrame().payload().bytes());
        }
    }

    /** Two connections in turn, of which each leaves its buffers as the other must not find them. */
    @Test
    @DisplayName("3.5 a buffer of a callback is a read-only slice of its payload, whatever other handlers "
            + "did to theirs")
    void lentBuffersAreExactSlices() throws IOException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        WebSocketServer server = serve(new WebSocketHandler() {
            private void look(WebSocket ws, ByteBuffer payload) {
                boolean exact = payload.isReadOnly() && !payload.hasArray() && payload.position() == 0
                        && payload.limit() == payload.capacity() && payload.order() == ByteOrder.BIG_ENDIAN;
                seen.add((exact ? "" : "not exact: " + payload + payload.order() + ' ')
                        + Payload.copyOf(payload).text());
                payload.order(ByteOrder.LITTLE_ENDIAN).position(payload.limit()).mark();
            }

            @Override
            public void onBinary(WebSocket ws, ByteBuffer payload) {
                look(ws, payload);
            }

            @Override
            public void onPing(WebSocket ws, ByteBuffer payload) {
                look(ws, payload);
            }

            @Override
            public void onPong(WebSocket ws, ByteBuffer payload) {
                look(ws, payload);
            }
        });
        List<RawSocket> peers = List.of(rawPeer(server), rawPeer(server));
        for (int round = 0; round < 4; round++) {
            for (RawSocket peer : peers) {
                peer.write(Frames.binary((byte) 'a', (byte) 'b').mask(), Frames.binary().mask(),
                        Frames.ping("ping").mask(), Frames.pong("pong").mask(),
                        Frames.binary((byte) 'c').notFinal().mask(), Frames.continuation((byte) 'd').mask());
                for (String expected : List.of("ab", "", "ping", "pong", "cd")) {
                    assertEquals(expected, take(seen));
                }
            }
        }
    }

    @Test
    @DisplayName("3.5 a caller may reuse its array as soon as send has returned")
    void whatIsSentMayBeReusedAtOnce() throws IOException {
        RawSocket peer = rawPeer(serve(new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                byte[] array = new byte[10_000];
                for (int i = 0; i < 50; i++) {
                    Arrays.fill(array, (byte) i);
                    ws.send(i % 2 == 0 ? ByteBuffer.wrap(array) : ByteBuffer.wrap(array).asReadOnlyBuffer());
                }
                Arrays.fill(array, (byte) 99);
            }
        }));
        for (int i = 0; i < 50; i++) {
            assertArrayEquals(filled(10_000, i), peer.readFrame().payload().bytes());
        }
    }

    static <T> T take(BlockingQueue<T> queue) {
        try {
            T taken = queue.poll(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
            if (taken == null) {
                throw new AssertionError("nothing came");
            }
            return taken;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void repeat(int times, IntConsumer body) {
        for (int i = 0; i < times; i++) {
            body.accept(i);
        }
    }

    static void join(Thread thread) {
        try {
            thread.join(Duration.ofNanos(Recorder.WAIT_NANOS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertNull(thread.isAlive() ? thread : null, "still running");
    }
}
