package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.OverflowPolicy;
import io.duplex.SendQueueFullException;
import io.duplex.SendQueueOptions;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.Opcode;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.Payload;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.Recorder;
import io.duplex.transport.TcpEnd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends of a session: when they wait, when they wake the transport, and whom they notify. The bound is for a
 * wait that a mistake makes endless.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SendCallsTest {
    private static final String FULL = "0123456789012345678";
    private static final Object FIRST = new Object();
    private static final Object SECOND = new Object();

    private final ManualHost host = new ManualHost();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private RuntimeException thrownByListener;
    private Session session;
    private WebSocket ws;

    private void open(OverflowPolicy policy) {
        session = new Session(Pair.context(Role.SERVER, options(policy), List.of(), new Listener(),
                Traffic.UNCOUNTED), host, new WebSocketHandler() {}, null);
        ws = session.socket();
        session.connected(0);
    }

    private static ConnectionOptions options(OverflowPolicy policy) {
        return Pair.options(ConnectionOptions.SERVER)
                .withSendQueue(new SendQueueOptions(20, 10, policy, true));
    }

    private SendStatus part(Object owner, String text, boolean last, boolean stream) {
        return session.sendPart(owner, Opcode.TEXT, ByteBuffer.wrap(Payload.of(text).bytes()), last, stream);
    }

    private final class Listener implements ConnectionListener {
        @Override
        public void sent(WebSocket socket, boolean text, long bytes) {
            hear("sent " + (text ? "text " : "binary ") + bytes);
        }

        @Override
        public void overflowed(WebSocket socket, OverflowPolicy policy) {
            hear("overflowed " + policy);
        }

        @Override
        public void failed(WebSocket socket, Throwable cause) {
            heard.add("failed " + cause.getMessage());
        }

        private void hear(String what) {
            heard.add(what);
            // Not under a lock: another thread can send meanwhile.
            assertTrue(CompletableFuture.supplyAsync(ws::bufferedAmount).join() >= 0);
            if (thrownByListener != null) {
                throw thrownByListener;
            }
        }
    }

    // ---- waking the transport

    @Test
    void theTransportIsWokenOnceForABurst() throws IOException {
        open(OverflowPolicy.CLOSE);
        int before = host.wakeups.get();
        ws.send("a");
        ws.send("b");
        part(FIRST, "c", true, false);
        assertEquals(1, host.wakeups.get() - before);
        drain();
        ws.send("d");
        assertEquals(2, host.wakeups.get() - before);
    }

    @Test
    void aTransportThatHasLeftSomethingNeedsNoWakeup() {
        open(OverflowPolicy.CLOSE);
        ws.send("abc");
        int before = host.wakeups.get();
        assertTrue(session.produce(ByteBuffer.allocate(2), 0));
        ws.send("d");
        assertEquals(before, host.wakeups.get());
    }

    @ParameterizedTest
    @EnumSource(names = { "DROP", "FAIL" })
    void aRefusalWakesNothing(OverflowPolicy policy) throws IOException {
        open(policy);
        ws.send(FULL);
        session.produce(ByteBuffer.allocate(100), 0);
        int before = host.wakeups.get();
        try {
            ws.send("late");
        } catch (SendQueueFullException e) {
            assertEquals(OverflowPolicy.FAIL, policy);
        }
        assertEquals(before, host.wakeups.get());
        assertEquals(List.of(), drain(), "the refused message has left no trace");
    }

    // ---- notifying

    @Test
    void theListenerHearsOfEachMessageThatWasAccepted() {
        open(OverflowPolicy.CLOSE);
        ws.send("abc");
        ws.send(new byte[2]);
        part(FIRST, "de", false, false);
        part(FIRST, "f", true, false);
        assertEquals(List.of("sent text 3", "sent binary 2", "sent text 3"), heard);
    }

    @Test
    void whatTheListenerThrowsIsNotTheSendersMatter() throws IOException {
        open(OverflowPolicy.CLOSE);
        thrownByListener = new IllegalStateException("of the test");
        assertEquals(SendStatus.ACCEPTED, ws.send("a"));
        host.runTasks();
        assertEquals(List.of("sent text 1", "failed of the test"), heard);
        assertEquals(List.of("1a", "8"), drain().stream()
                .map(frame -> frame.substring(0,
                        frame.charAt(0) == '8' ? 1 : frame.length()))
                .toList());
    }

    @Test
    void aConnectionThatIsNotOpenTakesNothing() throws IOException {
        open(OverflowPolicy.BLOCK);
        ws.close(1000, "");
        drain();
        int before = host.wakeups.get();
        assertEquals(SendStatus.CLOSED, ws.send("a"));
        assertEquals(SendStatus.CLOSED, part(FIRST, "a", true, false));
        assertEquals(SendStatus.CLOSED, part(FIRST, "a", true, true));
        assertEquals(0, ws.bufferedAmount());
        assertEquals(before, host.wakeups.get());
        assertEquals(List.of(), heard);
    }

    // ---- a full queue

    @Test
    void thePolicyCloseFailsTheConnectionOfASlowPeer() throws IOException {
        open(OverflowPolicy.CLOSE);
        ws.send(FULL);
        assertEquals(SendStatus.CLOSED, ws.send("late"));
        host.runTasks();
        assertEquals(List.of("sent text 19", "overflowed CLOSE",
                "failed the peer was too slow: its send queue overflowed"), heard);
        assertEquals(List.of("1" + FULL, "8\u0003\ufffdtoo slow"), drain());
    }

    @Test
    void thePolicyDropDropsAndTheConnectionGoesOn() throws IOException {
        open(OverflowPolicy.DROP);
        ws.send(FULL);
        assertEquals(SendStatus.DROPPED, ws.send("late"));
        assertEquals(List.of("1" + FULL), drain());
        assertEquals(SendStatus.ACCEPTED, ws.send("later"));
        assertEquals(List.of("sent text 19", "overflowed DROP", "sent text 5"), heard);
    }

    @Test
    void thePolicyFailThrowsAndTheConnectionGoesOn() throws IOException {
        open(OverflowPolicy.FAIL);
        ws.send(FULL);
        assertThrows(SendQueueFullException.class, () -> ws.send("late"));
        assertEquals(List.of("1" + FULL), drain());
        assertEquals(SendStatus.ACCEPTED, ws.send("later"));
        assertEquals(List.of("sent text 19", "overflowed FAIL", "sent text 5"), heard);
    }

    @Test
    void thePolicyBlockThrowsOnTheTransportsThread() {
        open(OverflowPolicy.BLOCK);
        ws.send(FULL);
        host.transport = Thread.currentThread();
        assertThrows(SendQueueFullException.class, () -> ws.send("late"));
        assertThrows(SendQueueFullException.class, () -> part(FIRST, "late", false, true));
        assertEquals(List.of("sent text 19", "overflowed FAIL", "overflowed FAIL"), heard);
    }

    @Test
    void aListenerThatThrowsDoesNotHideTheRefusal() {
        open(OverflowPolicy.FAIL);
        ws.send(FULL);
        thrownByListener = new IllegalStateException("of the test");
        assertThrows(SendQueueFullException.class, () -> ws.send("late"));
    }

    @Test
    void aMessageThatFindsNoMemoryFailsTheConnection() throws IOException {
        MemoryBudget none = new MemoryBudget(1);
        Solo solo = new Solo(Role.SERVER, new WebSocketHandler() {}, Pair.options(ConnectionOptions.SERVER))
                .within(none)
                .connect();
        assertEquals(SendStatus.CLOSED, solo.socket().send(new byte[100_000]));
        assertTrue(solo.run().sentInWords().getFirst().startsWith("close 1013 "));
    }

    // ---- waiting

    @Test
    void aWaitForRoomEndsByAnInterruptAndDropsTheMessage() {
        open(OverflowPolicy.BLOCK);
        ws.send(FULL);
        Thread.currentThread().interrupt();
        assertEquals(SendStatus.DROPPED, ws.send("late"));
        assertTrue(Thread.interrupted(), "the thread stays interrupted");
        assertEquals(List.of("sent text 19", "overflowed DROP"), heard);
    }

    @Test
    void aWaitForRoomEndsWhenTheOperatingSystemHasTakenTheBytes() throws Exception {
        open(OverflowPolicy.BLOCK);
        ws.send(FULL);
        CompletableFuture<SendStatus> status = waiting(() -> ws.send("late"));
        ByteBuffer wire = ByteBuffer.allocate(100);
        session.produce(wire, 0);
        assertEquals(FULL.length() + 2, wire.position());
        assertFalse(status.isDone(), "produced is not sent");
        session.sent(0);
        assertEquals(SendStatus.ACCEPTED, within(status));
        assertEquals(List.of("1late"), drain());
    }

    @Test
    void allThatWaitGetInOneAfterAnother() throws Exception {
        open(OverflowPolicy.BLOCK);
        ws.send(FULL);
        List<CompletableFuture<SendStatus>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(waiting(() -> ws.send(FULL)));
        }
        List<String> left = new ArrayList<>();
        while (left.size() < 4) {
            left.addAll(drain());
        }
        for (CompletableFuture<SendStatus> status : waiting) {
            assertEquals(SendStatus.ABOVE_HIGH_WATER, within(status));
        }
    }

    static Stream<Consumer<Session>> ends() {
        return Stream.of(session -> session.socket().close(1000, ""), session -> session.socket().abort(),
                session -> session.released(TcpEnd.RESET, 0),
                session -> session.receiveFailure(new IOException("of the test"), 0));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void aWaitForRoomEndsWhenTheConnectionDoes(Consumer<Session> end) throws Exception {
        open(OverflowPolicy.BLOCK);
        ws.send(FULL);
        CompletableFuture<SendStatus> message = waiting(() -> ws.send("late"));
        CompletableFuture<SendStatus> stream = waiting(() -> part(FIRST, "late", false, true));
        end.accept(session);
        assertEquals(SendStatus.CLOSED, within(message));
        assertEquals(SendStatus.CLOSED, within(stream));
    }

    @Test
    void aStreamThatMayWaitTakesItsTurn() throws Exception {
        open(OverflowPolicy.CLOSE);
        part(FIRST, "a", false, true);
        CompletableFuture<SendStatus> second = waiting(() -> part(SECOND, "second", true, true));
        part(FIRST, "b", true, true);
        assertEquals(SendStatus.ABOVE_HIGH_WATER, within(second));
        assertEquals(List.of("1a-", "0b", "1second"), drain());
    }

    /** The transport would not know of the output that has to leave first. */
    @Test
    void aCallbackThatWaitsForRoomUncorksItsOutputFirst() throws Exception {
        CompletableFuture<SendStatus> status = new CompletableFuture<>();
        CompletableFuture<Thread> callback = new CompletableFuture<>();
        session = new Session(Pair.context(Role.SERVER, options(OverflowPolicy.BLOCK), List.of(),
                Optional.of(task -> Thread.ofPlatform().daemon().start(task))), host, new WebSocketHandler() {
                    @Override
                    public void onText(WebSocket socket, String text) {
                        callback.complete(Thread.currentThread());
                        socket.send(FULL);
                        status.complete(socket.send("late"));
                    }
                }, null);
        session.connected(0);
        int before = host.wakeups.get();
        session.receive(ByteBuffer.wrap(Solo.wire(Role.SERVER, Frames.text("go"))), 0);
        Patience.awaitWaiting(callback.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
        assertFalse(status.isDone());
        assertEquals(before + 1, host.wakeups.get());
        assertEquals(List.of("1" + FULL), drain());
        assertEquals(SendStatus.ACCEPTED, within(status));
    }

    // ---- helpers

    /** A call on a thread of its own that waits by now. */
    private static CompletableFuture<SendStatus> waiting(Supplier<SendStatus> call) {
        CompletableFuture<SendStatus> answer = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform().daemon().start(() -> {
            try {
                answer.complete(call.get());
            } catch (Throwable thrown) {
                answer.completeExceptionally(thrown);
            }
        });
        Patience.awaitWaiting(caller);
        assertFalse(answer.isDone());
        return answer;
    }

    private static <T> T within(CompletableFuture<T> future) throws Exception {
        return future.get(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS);
    }

    /** Each frame as its opcode, its payload, and a dash if more fragments follow. */
    private List<String> drain() throws IOException {
        return host.drain(session).stream().map(SendCallsTest::inWords).toList();
    }

    private static String inWords(RawFrame frame) {
        return frame.opcode() + frame.text() + (frame.fin() ? "" : "-");
    }

    /** In a callback a server lends it to the transport, whose pipe takes a part; a client masks a copy. */
    @ParameterizedTest
    @EnumSource
    void aLargeBufferIsTheCallersAgainWhenSendReturns(Role role) throws IOException {
        byte[] bytes = "a".repeat(300_000).getBytes();
        byte[] afterSend = new byte[bytes.length];
        Solo solo = new Solo(role, new WebSocketHandler() {
            @Override
            public void onText(WebSocket ws, String text) {
                ws.send(ByteBuffer.wrap(bytes));
                System.arraycopy(bytes, 0, afterSend, 0, bytes.length);
                Arrays.fill(bytes, (byte) 'X');
            }
        }).connect();
        solo.feed(Frames.text("go"));
        int headerBytes = role == Role.CLIENT ? 14 : 10;
        byte[] wire = solo.sentBytes(headerBytes + bytes.length);
        assertEquals("a".repeat(bytes.length), RawFrame.read(new ByteArrayInputStream(wire)).text());
        assertEquals("a".repeat(bytes.length), new String(afterSend), "the buffer is not changed");
    }
}
