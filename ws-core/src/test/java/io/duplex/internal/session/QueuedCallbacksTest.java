package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.FailureOrigin;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.CloseStatus;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.OverBudgetException;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.testkit.Recorder;
import io.duplex.transport.CallbackThreads;
import io.duplex.transport.LayerHost;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Callbacks on an executor that runs when the test says so: order, bounds, demand, failures, rejection; first
 * in a session, then alone, with the table of {@link QueuedCallbacks}.
 */
class QueuedCallbacksTest {
    /** Keeps tasks until they are run one by one; may refuse. */
    private static final class StepExecutor implements Executor {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private boolean refuses;

        @Override
        public void execute(Runnable task) {
            if (refuses) {
                throw new RejectedExecutionException("shut down");
            }
            tasks.add(task);
        }

        StepExecutor runAll() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
            return this;
        }
    }

    private final StepExecutor executor = new StepExecutor();
    private final Recorder recorder = new Recorder();

    private Solo solo(WebSocketHandler handler) {
        return new Solo(handler, Pair.options(ConnectionOptions.SERVER), executor).connect();
    }

    private Solo open() {
        Solo solo = solo(recorder);
        executor.runAll();
        recorder.expect(new Event.Opened());
        return solo;
    }

    @Test
    void callbacksRunOnTheExecutorInOrder() {
        Solo solo = solo(recorder);
        solo.feed(Frames.text("a"), Frames.ping("p"), Frames.binary(new byte[] { 1 }), Frames.pong("q"));
        recorder.assertNothingElse();
        executor.runAll();
        recorder.expect(new Event.Opened());
        recorder.expect(new Event.Text("a"));
        assertEquals("p", recorder.expect(Event.Ping.class).payload().text());
        assertArrayEquals(new byte[] { 1 }, recorder.expect(Event.Binary.class).payload().bytes());
        assertEquals("q", recorder.expect(Event.Pong.class).payload().text());
        recorder.assertNothingElse();
    }

    @Test
    void oneTaskServesABurstAndLeavesTheExecutorToOthersAfterItsShare() {
        Solo solo = open();
        for (int i = 0; i < 100; i++) {
            solo.feed(Frames.text("m" + i));
        }
        assertEquals(1, executor.tasks.size());
        executor.tasks.remove().run();
        for (int i = 0; i < 64; i++) {
            recorder.expect(new Event.Text("m" + i));
        }
        recorder.assertNothingElse();
        assertEquals(0, executor.tasks.size(), "an executor may run what its own threads submit first");
        solo.run();
        assertEquals(1, executor.tasks.size(),
                "asked for by the transport, after what others have submitted");
        executor.runAll();
        recorder.expect(new Event.Text("m64"));
    }

    @Test
    void aTaskEndsAfterManyBytesToo() {
        Solo solo = open();
        byte[] large = new byte[WorkBudget.BYTES];
        solo.feed(Frames.binary(large));
        solo.feed(Frames.binary(new byte[1]));
        executor.tasks.remove().run();
        recorder.expect(Event.Binary.class);
        recorder.assertNothingElse();
        solo.run();
        executor.runAll();
        recorder.expect(Event.Binary.class);
    }

    @Test
    void aTaskThatTheTransportDropsAtTheEndIsAskedForAnew() {
        Solo solo = open();
        for (int i = 0; i < 65; i++) {
            solo.feed(Frames.text("m"));
        }
        executor.tasks.remove().run();
        solo.host().reset();
        executor.runAll();
        for (int i = 0; i < 65; i++) {
            recorder.expect(new Event.Text("m"));
        }
        recorder.expect(Event.Failed.class);
        recorder.expect(Event.Closed.class);
        recorder.assertNothingElse();
    }

    @Test
    void callerOwnedBuffersAreCopied() {
        List<ByteBuffer> seen = new ArrayList<>();
        Solo solo = solo(new WebSocketHandler() {
            @Override
            public void onBinary(WebSocket ws, ByteBuffer payload) {
                seen.add(payload);
            }
        });
        byte[] wire = Solo.wire(Role.SERVER, Frames.binary(new byte[] { 1, 2, 3 }));
        ByteBuffer lent = ByteBuffer.wrap(wire);
        solo.session().receive(lent, 0);
        Arrays.fill(wire, (byte) 99);
        executor.runAll();
        assertEquals(ByteBuffer.wrap(new byte[] { 1, 2, 3 }), seen.get(0));
        assertTrue(seen.get(0).isReadOnly());
    }

    @Test
    void partsAreQueuedToo() {
        Recorder parts = new Recorder(Delivery.PARTS);
        Solo solo = solo(parts);
        solo.feed(Frames.text("ab").notFinal(), Frames.continuation("c".getBytes()));
        solo.feed(Frames.binary(new byte[] { 7 }));
        executor.runAll();
        parts.expect(new Event.Opened());
        parts.expect(new Event.TextPart("ab", false));
        parts.expect(new Event.TextPart("c", true));
        parts.expect(new Event.BinaryPart(Payload.copyOf(ByteBuffer.wrap(new byte[] { 7 })), true));
    }

    @Test
    void readingPausesAboveTheHighWaterMarkUntilCallbacksHaveRun() {
        Solo solo = open();
        byte[] piece = new byte[20_000];
        solo.feed(Frames.binary(piece), Frames.binary(piece), Frames.binary(piece));
        assertTrue(solo.session().wantsRead());
        solo.feed(Frames.binary(piece));
        assertFalse(solo.session().wantsRead());
        executor.runAll();
        assertTrue(solo.session().wantsRead());
    }

    @Test
    void manyEmptyMessagesFillTheQueueToo() {
        Solo solo = open();
        for (int i = 0; i < 1024; i++) {
            solo.feed(Frames.text(""));
        }
        assertTrue(solo.session().wantsRead());
        solo.feed(Frames.text(""));
        assertFalse(solo.session().wantsRead());
    }

    @Test
    void queuedMessagesAreDeliveredOnDemandOnly() {
        recorder.on(Event.Text.class, (ws, text) -> ws.pause());
        Solo solo = open();
        solo.feed(Frames.text("a"), Frames.text("b"), Frames.text("c"), Frames.text("d"));
        executor.runAll();
        recorder.expect(new Event.Text("a"));
        recorder.assertNothingElse();
        solo.socket().demand(1);
        executor.runAll();
        recorder.expect(new Event.Text("b"));
        recorder.assertNothingElse();
        assertFalse(solo.session().wantsRead());
        solo.socket().resume();
        executor.runAll();
        recorder.expect(new Event.Text("c"));
        recorder.assertNothingElse();
    }

    @Test
    void aCleanEndWaitsForMessagesThatWereNotDemanded() {
        Solo solo = open();
        solo.feed(Frames.text("a"));
        solo.socket().pause();
        executor.runAll();
        recorder.assertNothingElse();
        solo.socket().resume();
        solo.feed(Frames.close(1000, "")).end();
        solo.socket().pause();
        executor.runAll();
        recorder.assertNothingElse();
        solo.socket().resume();
        executor.runAll();
        solo.run();
        executor.runAll();
        recorder.expect(new Event.Text("a"));
        assertTrue(recorder.expect(Event.Closed.class).info().clean());
    }

    @Test
    void aBrokenConnectionDoesNotWaitForDemand() {
        Solo solo = open();
        solo.feed(Frames.text("never delivered"));
        solo.socket().pause();
        executor.runAll();
        solo.socket().abort();
        solo.run();
        executor.runAll();
        assertSame(TcpEnd.RESET, recorder.expect(Event.Closed.class).info().tcpEnd());
        recorder.assertNothingElse();
    }

    @Test
    void theCloseFrameIsAnsweredAfterWhatHandlersSend() {
        recorder.on(Event.Text.class, (ws, text) -> ws.send(text.text()));
        Solo solo = open();
        solo.feed(Frames.text("a"), Frames.close(1000, "bye")).end();
        assertEquals(List.of(), solo.sentInWords());
        executor.runAll();
        solo.run();
        assertEquals(List.of("text a", "close 1000 bye"), solo.sentInWords());
        executor.runAll();
        recorder.expect(new Event.Text("a"));
        CloseInfo info = recorder.expect(Event.Closed.class).info();
        assertTrue(info.clean());
        assertEquals(Optional.of(new CloseStatus(1000, "bye")), info.received());
    }

    @Test
    void aHandlerThatNeverAnswersIsCutAtTheCloseDeadline() {
        Solo solo = open();
        solo.feed(Frames.text("a"), Frames.close(1000, ""));
        solo.advance(Duration.ofSeconds(11));
        assertTrue(solo.wasReset());
        executor.runAll();
        recorder.expect(new Event.Text("a"));
        assertEquals(1000, recorder.expect(Event.Closed.class).info().received().orElseThrow().code());
    }

    @Test
    void anErrorFailsTheConnectionAndQueuedMessagesAreNotDelivered() {
        StackOverflowError thrown = new StackOverflowError("deep");
        recorder.on(Event.Text.class, (ws, text) -> {
            throw thrown;
        });
        Solo solo = open();
        solo.feed(Frames.text("a"), Frames.text("b"), Frames.ping("p"));
        executor.runAll();
        solo.run();
        assertEquals(List.of("pong p", "close 1011 internal error"), solo.sentInWords());
        solo.end();
        executor.runAll();
        recorder.expect(new Event.Text("a"));
        assertSame(thrown, recorder.expect(Event.Failed.class).cause());
        recorder.expect(Event.Closed.class);
        recorder.assertNothingElse();
    }

    @Test
    void anExecutorThatRejectsEachTaskFailsTheConnectionAndIsNotNeededAnyMore() {
        executor.refuses = true;
        Solo solo = solo(recorder);
        recorder.expect(new Event.Opened());
        assertInstanceOf(RejectedExecutionException.class, recorder.expect(Event.Failed.class).cause());
        assertEquals(List.of("close 1011 internal error"), solo.sentInWords());
        solo.end();
        recorder.expect(Event.Closed.class);
        assertTrue(solo.socket().closeFuture().isDone());
    }

    @Test
    void anExecutorThatIsShutDownLaterDropsQueuedMessages() {
        Solo solo = open();
        executor.refuses = true;
        solo.feed(Frames.text("a"), Frames.text("b"));
        assertInstanceOf(RejectedExecutionException.class, recorder.expect(Event.Failed.class).cause());
        solo.end();
        recorder.expect(Event.Closed.class);
        recorder.assertNothingElse();
    }

    @Test
    void anExecutorThatIsShutDownAtTheEndStillGetsOnClose() {
        Solo solo = open();
        solo.feed(Frames.text("a"));
        solo.socket().pause();
        executor.runAll();
        solo.end();
        executor.runAll();
        executor.refuses = true;
        recorder.expect(Event.Failed.class);
        solo.socket().resume();
        recorder.expect(Event.Closed.class);
        assertTrue(solo.socket().closeFuture().isDone());
    }

    @Test
    void theCloseFutureCompletesAfterOnClose() {
        Solo solo = open();
        solo.feed(Frames.close(1000, "")).end();
        executor.runAll();
        solo.run();
        assertFalse(solo.socket().closeFuture().isDone());
        executor.runAll();
        recorder.expect(Event.Closed.class);
        assertTrue(solo.socket().closeFuture().isDone());
    }

    /** Counts the wake-ups of the transport inside a callback, and at its end. */
    private final class Wakeups implements WebSocketHandler {
        private final LayerHost host = mock(LayerHost.class);
        private final List<Integer> counts = new ArrayList<>();
        private final Consumer<WebSocket> onOpen;
        private int count;

        Wakeups(Consumer<WebSocket> onOpen) {
            this.onOpen = onOpen;
        }

        @Override
        public void onOpen(WebSocket ws) {
            onOpen.accept(ws);
            counts.add(count);
        }

        List<Integer> run() {
            doAnswer(call -> {
                count++;
                return null;
            }).when(host).outputReady();
            new Session(Pair.context(Role.SERVER, Pair.options(ConnectionOptions.SERVER), List.of(),
                    Optional.of(executor::execute)), host, this, null).connected(0);
            executor.runAll();
            counts.add(count);
            return counts;
        }
    }

    @Test
    void whatACallbackSendsWakesTheTransportOnceWhenItReturns() {
        assertEquals(List.of(0, 1), new Wakeups(ws -> {
            ws.send("a");
            ws.send("b");
        }).run());
    }

    @Test
    void flushWakesTheTransportBeforeTheCallbackReturns() {
        Wakeups wakeups = new Wakeups(ws -> {
            ws.send("a");
            ws.flush();
        });
        assertEquals(List.of(1, 1), wakeups.run());
        verify(wakeups.host).flush();
    }

    @Test
    void aPingLeavesAtOnceSinceACallbackMayAwaitItsPong() {
        assertEquals(List.of(1, 1), new Wakeups(WebSocket::ping).run());
    }

    // ---- alone: the task ----------------------------------------------------------------------------------

    /** Callbacks without a session. The receiving calls that they ask for run when the test says so. */
    private class Alone implements WebSocketHandler {
        private final ArrayDeque<Runnable> receivingCalls = new ArrayDeque<>();
        private final List<String> called = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private final CompletableFuture<CloseInfo> closed = new CompletableFuture<>();
        private final LayerHost host = mock(LayerHost.class);
        private final QueuedCallbacks callbacks;

        Alone() {
            this(executor);
        }

        Alone(Executor taken) {
            this(taken, MemoryBudget.UNLIMITED);
        }

        Alone(Executor taken, MemoryBudget memory) {
            doAnswer(call -> receivingCalls.add(call.getArgument(0))).when(host).execute(any());
            callbacks = new QueuedCallbacks(taken::execute, host, memory, mock(WebSocket.class), this,
                    new ConnectionListener() {}, new Wakeup(), () -> {}, failures::add);
        }

        QueuedCallbacks callbacks() {
            return callbacks;
        }

        @Override
        public void onText(WebSocket ws, String text) {
            called.add(text);
        }

        @Override
        public void onPing(WebSocket ws, ByteBuffer payload) {
            called.add("ping");
        }

        @Override
        public void onDrained(WebSocket ws) {
            called.add("drained");
        }

        @Override
        public void onError(WebSocket ws, Throwable cause) {
            called.add("error");
        }

        @Override
        public void onClose(WebSocket ws, CloseInfo info) {
            called.add("closed");
        }

        Alone texts(String... messages) {
            for (String message : messages) {
                callbacks.text(message, message.length());
            }
            return this;
        }

        Alone texts(int count) {
            for (int i = 0; i < count; i++) {
                texts("m");
            }
            return this;
        }

        Alone paused() {
            callbacks.demand().pause();
            return this;
        }

        void demand(long count) {
            callbacks.demand().add(count);
            callbacks.demanded();
        }

        void end() {
            callbacks.closed(new CloseInfo(Optional.empty(), Optional.empty(), CloseInfo.Initiator.PEER,
                    Optional.empty(), TcpEnd.BROKEN), closed);
        }

        /** Runs all tasks and receiving calls. */
        void runAll() {
            while (task() != Task.NONE) {
                executor.runAll();
                if (!receivingCalls.isEmpty()) {
                    receivingCalls.remove().run();
                }
            }
        }

        /** Where the task is; there is one at most. */
        Task task() {
            assertTrue(executor.tasks.size() + receivingCalls.size() <= 1);
            return executor.tasks.isEmpty()
                    ? receivingCalls.isEmpty() ? Task.NONE : Task.WITH_TRANSPORT
                    : Task.SUBMITTED;
        }
    }

    private enum Task {
        NONE,
        /** A message is queued that the application does not demand. */
        NONE_UNDEMANDED, SUBMITTED, WITH_TRANSPORT
    }

    private enum Cause {
        CALLBACK, UNDEMANDED_MESSAGE, DEMAND, DROP, RUNS, RUNS_ITS_SHARE, REJECTED, TURN, ENDED
    }

    /** The table of the class, with the causes that must not ask for a second task. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            NONE,            CALLBACK,           SUBMITTED
            NONE,            UNDEMANDED_MESSAGE, NONE
            NONE,            DEMAND,             NONE
            NONE,            DROP,               NONE
            NONE,            REJECTED,           WITH_TRANSPORT
            NONE,            ENDED,              SUBMITTED
            NONE_UNDEMANDED, CALLBACK,           NONE
            NONE_UNDEMANDED, DEMAND,             SUBMITTED
            NONE_UNDEMANDED, DROP,               SUBMITTED
            NONE_UNDEMANDED, ENDED,              NONE
            SUBMITTED,       CALLBACK,           SUBMITTED
            SUBMITTED,       DEMAND,             SUBMITTED
            SUBMITTED,       DROP,               SUBMITTED
            SUBMITTED,       RUNS,               NONE
            SUBMITTED,       UNDEMANDED_MESSAGE, SUBMITTED
            SUBMITTED,       RUNS_ITS_SHARE,     WITH_TRANSPORT
            SUBMITTED,       ENDED,              SUBMITTED
            WITH_TRANSPORT,  CALLBACK,           WITH_TRANSPORT
            WITH_TRANSPORT,  DEMAND,             WITH_TRANSPORT
            WITH_TRANSPORT,  DROP,               WITH_TRANSPORT
            WITH_TRANSPORT,  TURN,               SUBMITTED
            WITH_TRANSPORT,  ENDED,              SUBMITTED
            """)
    void whereTheTaskIs(Task before, Cause cause, Task after) {
        Alone alone = new Alone();
        switch (before) {
            case NONE -> assertEquals(Task.NONE, alone.task());
            case NONE_UNDEMANDED -> assertEquals(Task.NONE, alone.paused().texts("a").task());
            case SUBMITTED -> assertEquals(Task.SUBMITTED, alone.texts("a").task());
            case WITH_TRANSPORT -> {
                alone.texts(65);
                executor.tasks.remove().run();
                assertEquals(Task.WITH_TRANSPORT, alone.task());
            }
        }
        switch (cause) {
            case CALLBACK -> alone.callbacks.drained();
            case UNDEMANDED_MESSAGE -> alone.paused().texts("b");
            case DEMAND -> alone.demand(1);
            case DROP -> alone.callbacks.dropMessages();
            case RUNS -> executor.tasks.remove().run();
            case RUNS_ITS_SHARE -> {
                alone.texts(64);
                executor.tasks.remove().run();
            }
            case REJECTED -> {
                executor.refuses = true;
                alone.callbacks.drained();
            }
            case TURN -> alone.receivingCalls.remove().run();
            case ENDED -> {
                // The transport drops them.
                alone.receivingCalls.clear();
                alone.end();
            }
        }
        assertEquals(after, alone.task());
    }

    @Test
    void aLargeMessageIsATasksShare() {
        Alone alone = new Alone();
        alone.callbacks.text("large", WorkBudget.BYTES);
        alone.texts("small");
        executor.tasks.remove().run();
        assertEquals(List.of("large"), alone.called);
        assertEquals(Task.WITH_TRANSPORT, alone.task());
    }

    @Test
    void theEndWhileTheTransportHasTheTaskLosesNoCallback() {
        Alone alone = new Alone().texts(65);
        executor.tasks.remove().run();
        alone.receivingCalls.clear();
        alone.end();
        executor.runAll();
        assertEquals(66, alone.called.size());
        assertEquals("closed", alone.called.getLast());
    }

    @Test
    void afterTheEndATaskAsksForTheNextItself() {
        Alone alone = new Alone().texts(100);
        alone.end();
        executor.tasks.remove().run();
        assertEquals(64, alone.called.size());
        assertEquals(Task.SUBMITTED, alone.task());
        executor.runAll();
        assertEquals(101, alone.called.size());
        verify(alone.host, never()).execute(any());
    }

    @Test
    void anExecutorMayRunATaskAtOnce() {
        Alone alone = new Alone(Runnable::run);
        alone.texts("a", "b");
        alone.callbacks.drained();
        alone.end();
        assertEquals(List.of("a", "b", "drained", "closed"), alone.called);
        assertFalse(CallbackThreads.isCurrent());
    }

    @Test
    void aCallbackRunsOnAThreadThatIsKnownAsOne() {
        Alone alone = new Alone();
        List<Boolean> current = new ArrayList<>();
        alone.callbacks.after(() -> current.add(CallbackThreads.isCurrent()));
        executor.runAll();
        assertEquals(List.of(true), current);
        assertFalse(CallbackThreads.isCurrent());
    }

    // ---- alone: rejection ---------------------------------------------------------------------------------

    @Test
    void aRejectionDropsMessagesAndLeavesTheRestToTheTransport() {
        Alone alone = new Alone();
        executor.refuses = true;
        alone.texts("a");
        alone.callbacks.ping(ByteBuffer.allocate(0));
        alone.callbacks.drained();
        assertEquals(List.of(), alone.called, "the transport calls later");
        RejectedExecutionException failure =
                assertInstanceOf(RejectedExecutionException.class, alone.failures.getFirst());
        assertEquals("the executor of this connection's callbacks takes no task: "
                + "java.util.concurrent.RejectedExecutionException: shut down", failure.getMessage());
        alone.runAll();
        assertEquals(List.of("drained"), alone.called);
    }

    @Test
    void anExecutorThatHasRejectedATaskIsNotAskedAgain() {
        Alone alone = new Alone();
        executor.refuses = true;
        alone.callbacks.drained();
        alone.runAll();
        executor.refuses = false;
        alone.callbacks.drained();
        assertEquals(Task.WITH_TRANSPORT, alone.task());
        alone.runAll();
        assertEquals(List.of("drained", "drained"), alone.called);
        assertEquals(1, alone.failures.size(), "reported once");
    }

    @Test
    void theTransportMakesNoMoreCallbacksAtOnceThanATask() {
        Alone alone = new Alone();
        executor.refuses = true;
        for (int i = 0; i < 100; i++) {
            alone.callbacks.drained();
        }
        alone.receivingCalls.remove().run();
        assertEquals(64, alone.called.size());
        alone.receivingCalls.remove().run();
        assertEquals(64, alone.called.size(), "its turn leads to the next call of the transport");
        alone.receivingCalls.remove().run();
        assertEquals(100, alone.called.size());
        assertEquals(Task.NONE, alone.task());
    }

    @Test
    void aRejectionOfALaterTaskDropsTheMessagesBeforeIt() {
        Alone alone = new Alone().texts(65);
        executor.tasks.remove().run();
        executor.refuses = true;
        alone.callbacks.drained();
        alone.runAll();
        assertEquals(65, alone.called.size());
        assertEquals("drained", alone.called.getLast());
    }

    @Test
    void whateverTheExecutorThrowsIsARejection() {
        Error thrown = new Error("no thread");
        Alone alone = new Alone(task -> {
            throw thrown;
        });
        alone.callbacks.drained();
        assertSame(thrown, alone.failures.getFirst().getCause());
        alone.runAll();
        assertEquals(List.of("drained"), alone.called);
    }

    @Test
    void aRejectionAfterTheEndMakesTheLastCallbacksAtOnce() {
        Alone alone = new Alone();
        executor.refuses = true;
        alone.end();
        assertEquals(List.of("closed"), alone.called);
        assertTrue(alone.closed.isDone());
        verify(alone.host, never()).execute(any());
    }

    @Test
    void theEndWhileTheTransportHasTheTaskOfARejectionLosesNoCallback() {
        Alone alone = new Alone();
        executor.refuses = true;
        alone.callbacks.drained();
        alone.receivingCalls.clear();
        alone.end();
        assertEquals(List.of("drained", "closed"), alone.called);
    }

    // ---- alone: what is dropped ---------------------------------------------------------------------------

    @Test
    void aBrokenConnectionDropsTheMessagesWithoutDemandOnly() {
        Alone alone = new Alone().paused().texts("a", "b", "c");
        alone.callbacks.ping(ByteBuffer.allocate(0));
        alone.demand(1);
        alone.callbacks.error(FailureOrigin.PEER, new IOException("broken"));
        executor.runAll();
        assertEquals(List.of("a", "ping", "error"), alone.called);
    }

    @Test
    void aBrokenConnectionStillDeliversWhatIsDemanded() {
        Alone alone = new Alone().texts("a", "b");
        alone.callbacks.error(FailureOrigin.PEER, new IOException("broken"));
        executor.runAll();
        assertEquals(List.of("a", "b", "error"), alone.called);
    }

    @Test
    void anAbortDropsMessagesAndPingsAndKeepsTheRest() {
        Alone alone = new Alone().paused().texts("a");
        alone.callbacks.ping(ByteBuffer.allocate(0));
        alone.callbacks.after(() -> alone.called.add("after"));
        alone.callbacks.drained();
        alone.callbacks.dropMessages();
        alone.texts("late");
        alone.callbacks.error(FailureOrigin.PEER, new IOException("broken"));
        alone.end();
        alone.callbacks.demand().resume();
        executor.runAll();
        assertEquals(List.of("after", "drained", "error", "closed"), alone.called,
                "the error does not bring the messages back");
    }

    @Test
    void aHandlerThatThrowsGetsNoFurtherMessage() {
        IllegalStateException thrown = new IllegalStateException("deliberate");
        Alone alone = new Alone() {
            @Override
            public void onText(WebSocket ws, String text) {
                super.onText(ws, text);
                throw thrown;
            }
        };
        alone.texts("a", "b");
        alone.callbacks.drained();
        executor.runAll();
        assertEquals(List.of("a", "drained"), alone.called);
        assertEquals(List.of(thrown), alone.failures);
    }

    @Test
    void whatATaskAfterTheCallbacksThrowsIsReported() {
        IllegalStateException thrown = new IllegalStateException("deliberate");
        Alone alone = new Alone();
        alone.callbacks.after(() -> {
            throw thrown;
        });
        alone.callbacks.drained();
        executor.runAll();
        assertEquals(List.of(thrown), alone.failures);
        assertEquals(List.of("drained"), alone.called);
    }

    // ---- alone: bounds, memory, the end -------------------------------------------------------------------

    @Test
    void thereIsRoomAgainBelowHalfOfTheHighWaterMark() {
        List<Boolean> room = new ArrayList<>();
        Alone alone = new Alone() {
            @Override
            public void onText(WebSocket ws, String text) {
                room.add(callbacks().hasRoom());
            }
        };
        alone.callbacks.text("a", 40 << 10);
        alone.callbacks.text("b", 30 << 10);
        alone.callbacks.text("c", 10 << 10);
        assertFalse(alone.callbacks.hasRoom());
        verify(alone.host, never()).inputReady();
        executor.runAll();
        assertEquals(List.of(false, true, true), room);
        verify(alone.host, times(1)).inputReady();
    }

    @Test
    void memoryIsReservedUntilTheCallbackHasRun() {
        MemoryBudget memory = new MemoryBudget(256 << 10);
        Alone alone = new Alone(executor, memory);
        alone.callbacks.text("a", 100 << 10);
        assertTrue(memory.usedBytes() >= 100 << 10);
        assertThrows(OverBudgetException.class, () -> alone.callbacks.text("b", 200 << 10));
        executor.runAll();
        assertEquals(List.of("a"), alone.called);
        assertEquals(0, memory.usedBytes());
    }

    @Test
    void theEndIsKnownBeforeOnClose() {
        Alone alone = new Alone().paused().texts("undemanded");
        CompletableFuture<CloseInfo> ended = alone.callbacks.ended(alone.closed);
        assertFalse(ended.isDone());
        alone.end();
        assertTrue(ended.isDone());
        assertFalse(alone.closed.isDone());
        alone.demand(1);
        executor.runAll();
        assertEquals(List.of("undemanded", "closed"), alone.called);
        assertSame(ended.join(), alone.closed.join());
    }
}
