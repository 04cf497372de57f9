package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.NotSentException;
import io.duplex.OverflowPolicy;
import io.duplex.SendQueueFullException;
import io.duplex.SendQueueOptions;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.Negotiated;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Senders of one connection side by side, on real threads. An extension that stands still in the middle of a
 * message holds each race open at its decisive point, so that a test finds it each time.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SendingTest {
    private static final int LARGE_BYTES = 100_000;

    private final HeldExtension extension = new HeldExtension();
    private final ManualHost host = new ManualHost();
    private ConnectionListener listener = new ConnectionListener() {};
    private Session session;

    private WebSocket open(OverflowPolicy policy) {
        return open(policy, List.of(extension));
    }

    private WebSocket open(OverflowPolicy policy, List<Extension> extensions) {
        session = session(host, policy, extensions, listener);
        return session.socket();
    }

    private static Session session(ManualHost host, OverflowPolicy policy, List<Extension> extensions,
            ConnectionListener listener) {
        ConnectionOptions options = Pair.options(ConnectionOptions.SERVER)
                .withSendQueue(SendQueueOptions.SERVER.withOverflow(policy));
        Session made = new Session(
                Pair.context(Role.SERVER, options, extensions, listener, Traffic.UNCOUNTED), host,
                new WebSocketHandler() {}, null);
        made.connected(0);
        return made;
    }

    // ---- who never waits

    @Test
    void anEventLoopNeverWaitsForASenderThatWaitsForRoom() throws Exception {
        WebSocket ws = open(OverflowPolicy.BLOCK);
        while (ws.bufferedAmount() < SendQueueOptions.SERVER.limitBytes()) {
            ws.send(new byte[LARGE_BYTES]);
        }
        Blocked<SendStatus> waiting = new Blocked<>(() -> ws.send("late"));
        host.transport = Thread.currentThread();
        assertThrows(SendQueueFullException.class, () -> ws.send("from a callback"));
        assertThrows(SendQueueFullException.class,
                () -> ws.sendPart(ByteBuffer.allocate(LARGE_BYTES), true));
        host.transport = null;
        drain();
        assertTrue(waiting.get().compareTo(SendStatus.ABOVE_HIGH_WATER) <= 0, "taken");
    }

    @Test
    void noSenderWaitsForAnotherThatCompresses() throws Exception {
        WebSocket ws = open(OverflowPolicy.BLOCK);
        CountDownLatch go = extension.hold();
        Future<SendStatus> first = start(() -> ws.send("first"));
        extension.awaitHeld();
        byte[] reused = "second".getBytes(StandardCharsets.UTF_8);
        host.transport = Thread.currentThread();
        assertEquals(SendStatus.ACCEPTED, ws.send(reused));
        host.transport = null;
        Arrays.fill(reused, (byte) 'x');
        assertEquals(SendStatus.ACCEPTED, ws.sendPart("thi", false));
        assertEquals(SendStatus.ACCEPTED, ws.send("fourth"));
        assertEquals(SendStatus.ACCEPTED, ws.sendPart("rd", true));
        go.countDown();
        assertEquals(SendStatus.ACCEPTED, within(first));
        assertEquals(List.of("first", "second", "third", "fourth"), messages());
        assertEquals(List.of("first", "second", "thi", "rd", "fourth"), extension.seen,
                "the compressor saw them in the order of the wire");
    }

    @Test
    void noUserCodeRunsUnderALock() throws Exception {
        CountDownLatch bothInside = new CountDownLatch(2);
        Session[] ends = new Session[2];
        for (int i = 0; i < 2; i++) {
            int other = 1 - i;
            ends[i] = session(new ManualHost(), OverflowPolicy.CLOSE, List.of(new HeldExtension()),
                    new ConnectionListener() {
                        private boolean told;

                        @Override
                        public void sent(WebSocket ws, boolean text, long bytes) {
                            if (!told) {
                                told = true;
                                bothInside.countDown();
                                awaitLatch(bothInside);
                                ends[other].socket().send("to the other");
                            }
                        }
                    });
        }
        Future<SendStatus> a = start(() -> ends[0].socket().send("a"));
        Future<SendStatus> b = start(() -> ends[1].socket().send("b"));
        assertEquals(SendStatus.ACCEPTED, within(a));
        assertEquals(SendStatus.ACCEPTED, within(b));
    }

    // ---- order

    @Test
    void theWiresOrderIsTheCompressorsOrder() throws Exception {
        Negotiated negotiated = PerMessageDeflate.create()
                .accept(ExtensionHeader.parse(List.of("permessage-deflate")).get(0))
                .orElseThrow();
        WebSocket ws = open(OverflowPolicy.BLOCK, List.of(negotiated.extension()));
        int threads = 6;
        int each = 60;
        String filler = "the same words again and again ".repeat(80);
        List<Future<Void>> senders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            senders.add(start(() -> {
                for (int i = 0; i < each; i++) {
                    String text = thread + ":" + i + ":" + (i % 3 == 0 ? "short" : filler);
                    if (i % 5 == 4) {
                        try (var writer = ws.sendingWriter()) {
                            writer.write(text);
                        }
                    } else {
                        ws.send(text);
                    }
                }
                return null;
            }));
        }
        InflatingReader wire = new InflatingReader(negotiated);
        int[] next = new int[threads];
        int messages = 0;
        while (messages < threads * each) {
            for (String text : wire.read(drain())) {
                String[] parts = text.split(":");
                assertEquals(next[Integer.parseInt(parts[0])]++, Integer.parseInt(parts[1]));
                assertTrue(parts[2].equals("short") || parts[2].equals(filler), "whole and unmixed");
                messages++;
            }
            host.runTasks();
        }
        for (Future<Void> sender : senders) {
            within(sender);
        }
        session.released(TcpEnd.RESET, 0);
    }

    @Test
    void closeAndPingStayBehindWhatWasSentBefore() throws Exception {
        WebSocket ws = open(OverflowPolicy.CLOSE);
        CountDownLatch go = extension.hold();
        Future<SendStatus> first = start(() -> ws.send("first"));
        extension.awaitHeld();
        ws.send("second");
        ws.ping();
        ws.send("third");
        ws.close(1000, "");
        assertEquals(SendStatus.CLOSED, ws.send("too late"));
        assertEquals(List.of(), frames());
        go.countDown();
        assertEquals(SendStatus.ACCEPTED, within(first));
        assertEquals(List.of("1 first", "1 second", "9", "1 third", "8"), frames());
    }

    @Test
    void aSenderThatHelpsOthersLeavesTheRestToTheTransport() throws Exception {
        WebSocket ws = open(OverflowPolicy.CLOSE);
        CountDownLatch go = extension.hold();
        Future<SendStatus> first = start(() -> ws.send("first"));
        extension.awaitHeld();
        for (int i = 0; i < 5; i++) {
            ws.send(new byte[40_000]);
        }
        go.countDown();
        within(first);
        assertEquals(3, extension.seen.size(), "its own, and two of the others'");
        host.runTasks();
        assertEquals(6, extension.seen.size());
        assertEquals(6, messages().size());
    }

    // ---- streams

    @Test
    void twoThreadsThatStreamAtOnceTakeTurns() throws Exception {
        WebSocket ws = open(OverflowPolicy.BLOCK, List.of());
        int threads = 4;
        int each = 200;
        List<Future<Void>> senders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            byte[] half = new byte[100];
            Arrays.fill(half, (byte) ('a' + t));
            senders.add(start(() -> {
                for (int i = 0; i < each; i++) {
                    try (OutputStream out = ws.sendingStream()) {
                        out.write(half);
                        out.flush();
                        out.write(half);
                    }
                }
                return null;
            }));
        }
        int messages = 0;
        StringBuilder message = new StringBuilder();
        while (messages < threads * each) {
            for (Future<Void> sender : senders) {
                if (sender.isDone()) {
                    within(sender);
                }
            }
            for (RawFrame frame : drain()) {
                message.append(frame.text());
                if (frame.fin()) {
                    assertEquals(message.substring(0, 1).repeat(200), message.toString());
                    message.setLength(0);
                    messages++;
                }
            }
        }
        for (Future<Void> sender : senders) {
            within(sender);
        }
    }

    @Test
    void aStreamIsNotHeldUpByMessagesThatWaitForItsEnd() throws Exception {
        WebSocket ws = open(OverflowPolicy.CLOSE, List.of());
        OutputStream out = ws.sendingStream();
        out.write(1);
        out.flush();
        ws.send(new byte[LARGE_BYTES]);
        assertTrue(LARGE_BYTES > SendQueueOptions.SERVER.highWaterBytes());
        drain();
        Future<Void> streaming = start(() -> {
            out.write(2);
            out.flush();
            out.close();
            return null;
        });
        within(streaming);
        assertEquals(List.of("2 \u0002", "0", "2 " + "\0".repeat(LARGE_BYTES)),
                frames().stream().map(frame -> frame.replace("0 \u0002", "2 \u0002")).toList());
    }

    // ---- refused

    @Test
    void aPartThatIsRefusedHasNotTouchedTheCompressor() throws IOException {
        WebSocket ws = open(OverflowPolicy.DROP);
        extension.keepsBack = true;
        ws.sendPart("be", false);
        ws.send(new byte[2 << 20]);
        assertEquals(SendStatus.ABOVE_HIGH_WATER, ws.sendPart("g", false), "taken: its own end is awaited");
        List<RawFrame> none = drain();
        assertEquals(List.of(), none);
        ws.sendPart("in", true);
        assertEquals(SendStatus.DROPPED, ws.sendPart("refused", false));
        assertEquals(SendStatus.DROPPED, ws.send("refused"));
        List<String> sent = messages();
        assertEquals(List.of("begin", "\0".repeat(2 << 20)), sent);
        ws.sendPart("ne", false);
        ws.sendPart("xt", true);
        ws.send("last");
        assertEquals(List.of("next", "last"), messages());
    }

    @Test
    void aPartThatIsRefusedInTheMiddleLeavesItsMessageOpen() throws IOException {
        WebSocket ws = open(OverflowPolicy.DROP);
        extension.keepsBack = true;
        ws.sendPart("swallowed ", false);
        assertThrows(IllegalStateException.class, () -> ws.sendPart(ByteBuffer.allocate(1), true),
                "another type");
        extension.keepsBack = false;
        assertEquals(SendStatus.ABOVE_HIGH_WATER, ws.sendPart("y".repeat(2 << 20), false));
        assertEquals(SendStatus.DROPPED, ws.sendPart("refused", false));
        assertEquals(SendStatus.DROPPED, ws.sendPart("refused", true));
        drain();
        ws.sendPart("end", true);
        List<RawFrame> last = drain();
        assertEquals("end", last.getLast().text());
        assertEquals(0, last.getLast().opcode(), "the message that had begun");
    }

    // ---- the connection ends meanwhile

    @Test
    void theFutureOfAMessageThatWasBeingCompressedFailsWithTheConnection() throws Exception {
        WebSocket ws = open(OverflowPolicy.CLOSE);
        CountDownLatch go = extension.hold();
        Future<CompletableFuture<Void>> first = start(() -> ws.sendAsync(new Message.Text("first")));
        extension.awaitHeld();
        CompletableFuture<Void> second = ws.sendAsync(new Message.Text("second"));
        ws.sendPart("begun", false);
        CompletableFuture<Void> deferred = ws.sendAsync(new Message.Text("third"));
        ws.abort();
        session.released(TcpEnd.RESET, 0);
        go.countDown();
        for (CompletableFuture<Void> future : List.of(within(first), second, deferred)) {
            assertInstanceOf(NotSentException.class,
                    assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS))
                            .getCause());
        }
    }

    @Test
    void aClosedExtensionIsAClosedConnection() throws Exception {
        WebSocket ws = open(OverflowPolicy.CLOSE);
        CountDownLatch go = extension.hold();
        extension.throwsWhenClosed = true;
        Future<SendStatus> first = start(() -> ws.send("first"));
        extension.awaitHeld();
        session.released(TcpEnd.BROKEN, 0);
        go.countDown();
        assertEquals(SendStatus.CLOSED, within(first));
        assertEquals(SendStatus.CLOSED, ws.send("second"));
    }

    @Test
    void anExtensionThatThrowsFailsTheConnectionAndNoMessageIsLostInSilence() throws Exception {
        List<Throwable> failures = new ArrayList<>();
        listener = new ConnectionListener() {
            @Override
            public void failed(WebSocket ws, Throwable cause) {
                failures.add(cause);
            }
        };
        WebSocket ws = open(OverflowPolicy.CLOSE);
        CountDownLatch go = extension.hold();
        extension.thrown = new OutOfMemoryError("of the test");
        Future<SendStatus> first = start(() -> ws.send("first"));
        extension.awaitHeld();
        CompletableFuture<Void> second = ws.sendAsync(new Message.Text("second"));
        go.countDown();
        assertEquals(SendStatus.CLOSED, within(first));
        assertThrows(ExecutionException.class, () -> second.get(20, TimeUnit.SECONDS));
        host.runTasks();
        assertEquals(List.of("8"), frames());
        assertEquals(List.of(extension.thrown), failures);
    }

    // ---- helpers

    private List<RawFrame> drain() throws IOException {
        return host.drain(session);
    }

    private List<String> frames() throws IOException {
        return drain().stream()
                .map(frame -> frame.opcode() + (frame.opcode() < 3 && !frame.text().isEmpty()
                        ? " " + frame.text()
                        : ""))
                .toList();
    }

    /** Whole data messages, put together from their fragments. */
    private List<String> messages() throws IOException {
        List<String> messages = new ArrayList<>();
        StringBuilder message = new StringBuilder();
        for (RawFrame frame : drain()) {
            if (frame.opcode() < 8) {
                assertEquals(message.isEmpty(), frame.opcode() != 0, "no message inside another: " + frame);
                message.append(frame.text());
                if (frame.fin()) {
                    messages.add(message.toString());
                    message.setLength(0);
                }
            }
        }
        return messages;
    }

    private static <T> CompletableFuture<T> start(Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        });
        return result;
    }

    private static <T> T within(Future<T> future) throws Exception {
        return future.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertTrue(latch.await(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A call that waits by now. */
    private static final class Blocked<T> {
        private final CompletableFuture<T> result = new CompletableFuture<>();

        Blocked(Callable<T> call) {
            Thread caller = Thread.ofPlatform().daemon().start(() -> {
                try {
                    result.complete(call.call());
                } catch (Throwable thrown) {
                    result.completeExceptionally(thrown);
                }
            });
            Patience.awaitWaiting(caller);
            assertFalse(result.isDone());
        }

        T get() throws Exception {
            return within(result);
        }
    }

    // ---- after a failure, and after the encoder

    @Test
    void aFailureIsReportedByOneTask() {
        WebSocket ws = open(OverflowPolicy.CLOSE);
        byte[] large = new byte[LARGE_BYTES];
        while (ws.send(large) != SendStatus.CLOSED) {
            // Until the queue overflows, which fails the connection.
        }
        int tasks = host.waitingTasks();
        for (int i = 0; i < 100; i++) {
            assertEquals(SendStatus.CLOSED, ws.send(large));
        }
        assertEquals(tasks, host.waitingTasks());
    }

    @Test
    void aMessageThatShrinksBelowTheMarkIsNotDrained() {
        HeldExtension extension = new HeldExtension();
        extension.shrinks = true;
        WebSocket ws = open(OverflowPolicy.CLOSE, List.of(extension));
        assertEquals(SendStatus.ACCEPTED, ws.send(new byte[200 << 10]));
        session.produce(ByteBuffer.allocate(100), 0);
        session.sent(0);
        assertEquals(0, host.waitingTasks(), "no callback: no send was above the high-water mark");
    }

    @Test
    void readingGoesOnWhenTheEncoderKeepsAllBack() {
        HeldExtension extension = new HeldExtension();
        extension.keepsBack = true;
        WebSocket ws = open(OverflowPolicy.CLOSE, List.of(extension));
        CountDownLatch held = extension.hold();
        Thread sender = Thread.ofPlatform().start(() -> ws.sendPart(ByteBuffer.allocate(100 << 10), false));
        extension.awaitHeld();
        // Another sender publishes that too much waits.
        ws.sendPong(ByteBuffer.allocate(0));
        assertFalse(session.wantsRead());
        int before = host.resumptions.get();
        held.countDown();
        join(sender);
        assertTrue(session.wantsRead());
        assertEquals(1, host.resumptions.get() - before);
    }

    @Test
    void anExtensionThatFailsToCloseHidesNoEnd() {
        HeldExtension extension = new HeldExtension();
        extension.closeFailure = new IllegalStateException("on purpose");
        WebSocket ws = open(OverflowPolicy.CLOSE, List.of(extension));
        CompletableFuture<Void> unsent = ws.sendAsync(new Message.Text("late"));
        session.released(TcpEnd.BROKEN, 0);
        assertTrue(ws.closeFuture().isDone());
        assertTrue(unsent.isCompletedExceptionally());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
