package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.OverflowPolicy;
import io.duplex.SendQueueFullException;
import io.duplex.SendQueueOptions;
import io.duplex.SendStatus;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.internal.session.Outbound.Form;
import io.duplex.testkit.Patience;
import io.duplex.testkit.Payload;
import io.duplex.testkit.RawFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bound is for a wait that a mistake makes endless. */
@Timeout(30)
class OutboundTest {
    private static final Object FIRST = new Object();
    private static final Object SECOND = new Object();

    private final ReentrantLock lock = new ReentrantLock();
    private final OutboundQueue queue = new OutboundQueue(Role.SERVER, Segment.POOL, new MaskKeys());
    private final Completions completions = new Completions();
    private final TestGate gate = new TestGate();
    private Outbound outbound = outbound(OverflowPolicy.CLOSE);

    private Outbound outbound(OverflowPolicy policy) {
        return new Outbound(lock, queue, completions, new SendQueueOptions(20, 10, policy, true),
                ExtensionChain.of(List.of()), gate);
    }

    private SendStatus send(String text) {
        return outbound.message(Opcode.TEXT, Form.LENT, bytes(text), Optional.empty());
    }

    private SendStatus part(Object owner, String text, boolean last) {
        return outbound.part(owner, Opcode.TEXT, bytes(text), last, false);
    }

    // ---- messages

    @Test
    void messagesLeaveInTheOrderOfTheCalls() throws IOException {
        assertEquals(SendStatus.ACCEPTED, send("a"));
        outbound.message(Opcode.BINARY, Form.OWNED, bytes("b"), Optional.empty());
        outbound.message(Opcode.TEXT, Form.FRAME, ByteBuffer.wrap(new byte[] { (byte) 0x81, 1, 'c' }),
                Optional.empty());
        assertEquals(List.of("1a", "2b", "1c"), drain());
        assertEquals(3, gate.asked);
        assertEquals(3, gate.signals.get());
    }

    @Test
    void aTransportThatKnowsOfOutputIsNotToldAgain() {
        gate.told = true;
        assertEquals(SendStatus.ACCEPTED, send("a"));
        assertEquals(1, gate.asked);
        assertEquals(0, gate.signals.get());
    }

    @Test
    void aConnectionThatIsNotOpenTakesNothing() {
        gate.open = false;
        assertEquals(SendStatus.CLOSED, send("a"));
        assertEquals(SendStatus.CLOSED, part(FIRST, "a", true));
        assertTrue(queue.isEmpty());
        assertEquals(0, gate.signals.get());
    }

    @Test
    void aboveTheHighWaterMarkTheSenderIsToldAndLaterToldAgain() throws IOException {
        send("1234567");
        assertFalse(drained(), "the high-water mark was never reported");
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("x"));
        drainOnce(5);
        assertFalse(drained(), "some bytes wait");
        drainOnce(100);
        assertTrue(drained());
        assertFalse(drained(), "once only");
    }

    @Test
    void withALowWaterMarkTheSenderIsToldWhileALittleWaits() throws IOException {
        outbound = new Outbound(lock, queue, completions,
                new SendQueueOptions(20, 10, 4, OverflowPolicy.CLOSE, true), ExtensionChain.of(List.of()),
                gate);
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("123456789"));
        drainOnce(6);
        assertFalse(drained(), "five bytes wait");
        drainOnce(1);
        assertTrue(drained(), "four bytes wait");
        assertFalse(drained(), "once only");
    }

    @Test
    void theCompletionIsForTheLastByte() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        send("before");
        outbound.message(Opcode.TEXT, Form.LENT, bytes("me"), Optional.of(done));
        assertFalse(completions.reached(queue.appendedBytes() - 1));
        assertEquals(List.of(done), completions.take(queue.appendedBytes()));
    }

    // ---- a full queue

    private void fill() {
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("0123456789012345678"));
    }

    @Test
    void aMessageIsTakenWhileLessThanTheLimitWaits() {
        send("01234567890123456");
        assertEquals(19, queue.bytes());
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("x".repeat(1000)));
    }

    @Test
    void whatTheSocketHasNotTakenCountsAgainstTheLimit() {
        gate.unsentBytes = 20;
        assertEquals(SendStatus.CLOSED, send("a"));
        gate.unsentBytes = 19;
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("a"));
    }

    @Test
    void thePolicyCloseReportsTheSlowPeer() {
        fill();
        assertEquals(SendStatus.CLOSED, send("late"));
        assertEquals(List.of(OverflowPolicy.CLOSE), gate.overflows);
    }

    @Test
    void thePolicyDropDrops() throws IOException {
        outbound = outbound(OverflowPolicy.DROP);
        fill();
        assertEquals(SendStatus.DROPPED, send("late"));
        assertEquals(List.of(OverflowPolicy.DROP), gate.overflows);
        assertEquals(1, drain().size());
        assertEquals(SendStatus.ACCEPTED, send("later"));
    }

    @Test
    void thePolicyFailThrows() {
        outbound = outbound(OverflowPolicy.FAIL);
        fill();
        assertThrows(SendQueueFullException.class, () -> send("late"));
        assertEquals(List.of(OverflowPolicy.FAIL), gate.overflows);
        assertFalse(lock.isLocked());
    }

    @Test
    void thePolicyBlockThrowsWhereNobodyMayWait() {
        outbound = outbound(OverflowPolicy.BLOCK);
        gate.mustNotWait = true;
        fill();
        assertThrows(SendQueueFullException.class, () -> send("late"));
    }

    @Test
    void aWaitForRoomEndsByAnInterruptAndDropsTheMessage() {
        outbound = outbound(OverflowPolicy.BLOCK);
        fill();
        Thread.currentThread().interrupt();
        assertEquals(SendStatus.DROPPED, send("late"));
        assertTrue(Thread.interrupted(), "the thread stays interrupted");
    }

    @Test
    void aWaitForRoomEndsWhenBytesLeave() throws Exception {
        outbound = outbound(OverflowPolicy.BLOCK);
        fill();
        CompletableFuture<SendStatus> status = waiting(() -> send("late"));
        drain();
        drained();
        assertEquals(SendStatus.ACCEPTED, status.get());
        assertEquals(List.of("1late"), drain());
    }

    @Test
    void aWaitForRoomEndsWhenTheConnectionDoes() throws Exception {
        outbound = outbound(OverflowPolicy.BLOCK);
        fill();
        CompletableFuture<SendStatus> status = waiting(() -> send("late"));
        locked(() -> {
            gate.open = false;
            outbound.close();
        });
        assertEquals(SendStatus.CLOSED, status.get());
    }

    /** A call on a thread of its own that waits by now. */
    private static CompletableFuture<SendStatus> waiting(Supplier<SendStatus> call) {
        CompletableFuture<SendStatus> answer = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                answer.complete(call.get());
            } catch (Throwable thrown) {
                answer.completeExceptionally(thrown);
            }
        });
        Patience.awaitWaiting(caller);
        return answer;
    }

    // ---- parts, RFC 6455 section 5.4

    @Test
    void partsBecomeFragments() throws IOException {
        part(FIRST, "a", false);
        part(FIRST, "b", false);
        part(FIRST, "c", true);
        assertEquals(List.of("1a-", "0b-", "0c"), drain());
    }

    @Test
    void anEmptyPartInTheMiddleIsNotSentAnEmptyLastOneIs() throws IOException {
        part(FIRST, "", false);
        part(FIRST, "a", false);
        part(FIRST, "", true);
        assertEquals(List.of("1a-", "0"), drain());
    }

    @Test
    void wholeMessagesWaitForTheLastPart() throws IOException {
        part(FIRST, "a", false);
        ByteBuffer lent = bytes("whole");
        outbound.message(Opcode.TEXT, Form.LENT, lent, Optional.empty());
        lent.array()[0] = 'X';
        outbound.message(Opcode.BINARY, Form.OWNED, bytes("2"), Optional.empty());
        part(FIRST, "b", true);
        assertEquals(List.of("1a-", "0b", "1whole", "22"), drain());
    }

    @Test
    void waitingMessagesCountAgainstTheLimit() {
        part(FIRST, "a", false);
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("0123456789012345678"));
        assertEquals(SendStatus.CLOSED, send("late"));
    }

    @Test
    void anotherSendersPartsAreRefused() {
        part(FIRST, "a", false);
        assertThrows(IllegalStateException.class, () -> part(SECOND, "b", false));
        assertFalse(lock.isLocked());
        assertEquals(SendStatus.ACCEPTED, part(FIRST, "b", true));
        assertEquals(SendStatus.ACCEPTED, part(SECOND, "c", true));
    }

    @Test
    void aMessageDoesNotChangeItsType() {
        part(FIRST, "a", false);
        assertThrows(IllegalStateException.class,
                () -> outbound.part(FIRST, Opcode.BINARY, bytes("b"), true, false));
    }

    @Test
    void aSenderThatMayWaitTakesItsTurn() throws Exception {
        part(FIRST, "a", false);
        CompletableFuture<SendStatus> second = CompletableFuture
                .supplyAsync(() -> outbound.part(SECOND, Opcode.TEXT, bytes("second"), true, true));
        part(FIRST, "b", true);
        assertEquals(SendStatus.ABOVE_HIGH_WATER, second.get());
        assertEquals(List.of("1a-", "0b", "1second"), drain());
    }

    @Test
    void messagesThatWereDeferredFailWithTheConnection() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        part(FIRST, "a", false);
        outbound.message(Opcode.TEXT, Form.LENT, bytes("whole"), Optional.of(done));
        locked(() -> {
            outbound.close();
            assertEquals(List.of(done), outbound.release());
        });
    }

    @ParameterizedTest
    @EnumSource(names = { "TEXT", "BINARY" })
    void theTypeIsOnTheFirstFragment(Opcode type) throws IOException {
        outbound.part(FIRST, type, bytes("a"), false, false);
        outbound.part(FIRST, type, bytes("b"), true, false);
        assertEquals(List.of(type.value() + "a-", "0b"), drain());
    }

    // ---- helpers

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(Payload.of(text).bytes());
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private boolean drained() {
        boolean[] tell = { false };
        locked(() -> tell[0] = outbound.drained());
        return tell[0];
    }

    private void drainOnce(int count) {
        locked(() -> queue.drainTo(ByteBuffer.allocate(count)));
    }

    /** Each frame as its opcode, its payload, and a dash if more fragments follow. */
    private List<String> drain() throws IOException {
        ByteBuffer wire = ByteBuffer.allocate(10_000);
        locked(() -> queue.drainTo(wire));
        ByteArrayInputStream in = new ByteArrayInputStream(wire.array(), 0, wire.position());
        List<String> frames = new ArrayList<>();
        while (in.available() > 0) {
            RawFrame frame = RawFrame.read(in);
            frames.add(frame.opcode() + frame.text() + (frame.fin() ? "" : "-"));
        }
        return frames;
    }

    private static final class TestGate implements Outbound.Gate {
        private final List<OverflowPolicy> overflows = new CopyOnWriteArrayList<>();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
        private final AtomicInteger signals = new AtomicInteger();
        private final List<Long> overBudget = new ArrayList<>();
        private volatile boolean open = true;
        private volatile boolean mustNotWait;
        private volatile Thread corked;
        private long unsentBytes;
        private int asked;
        private boolean told;
        private Runnable onTaken = () -> {};

        @Override
        public boolean takesMessages() {
            return open;
        }

        @Override
        public boolean mustNotWait() {
            return mustNotWait;
        }

        @Override
        public boolean isCorked() {
            return corked == Thread.currentThread();
        }

        @Override
        public void uncork() {
            corked = null;
        }

        @Override
        public long unsentBytes() {
            return unsentBytes;
        }

        @Override
        public boolean mustSignal(boolean atOnce) {
            asked++;
            return !told;
        }

        @Override
        public boolean mustSignalEncoded(boolean atOnce) {
            return mustSignal(atOnce);
        }

        @Override
        public void signal() {
            signals.incrementAndGet();
        }

        @Override
        public void later(Runnable task) {
            later.add(task);
        }

        @Override
        public void taken(boolean text, long bytes) {
            onTaken.run();
        }

        @Override
        public void overflowed(OverflowPolicy policy) {
            overflows.add(policy);
            onTaken.run();
        }

        @Override
        public void encodingFailed(Throwable thrown) {
            failures.add(thrown);
        }

        @Override
        public void overBudget(long bytes) {
            overBudget.add(bytes);
        }
    }
}
