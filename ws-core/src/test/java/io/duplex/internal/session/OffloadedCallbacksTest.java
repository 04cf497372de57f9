package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.duplex.CloseInfo;
import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.testkit.Recorder;
import io.duplex.transport.Ending;
import io.duplex.transport.LayerHost;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Callbacks on an executor that runs when the test says so: order, bounds, demand, failures, rejection. */
class OffloadedCallbacksTest {
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
    void oneTaskServesABurstAndLeavesTheExecutorToOthersAfterSomeCalls() {
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
                "asked for by the transport, behind what others have submitted");
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
    void whatIsLentIsCopied() {
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
        java.util.Arrays.fill(wire, (byte) 99);
        executor.runAll();
        assertEquals(ByteBuffer.wrap(new byte[] { 1, 2, 3 }), seen.get(0));
        assertTrue(seen.get(0).isReadOnly());
    }

    @Test
    void partsAreOffLoadedToo() {
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
    void readingPausesWhileTooMuchWaitsAndGoesOnWhenItIsTaken() {
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
    void messagesThatWaitAreDeliveredOnDemandOnly() {
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
    void aCleanEndWaitsBehindMessagesThatWereNotDemanded() {
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
        assertSame(Ending.RESET, recorder.expect(Event.Closed.class).info().ending());
        recorder.assertNothingElse();
    }

    @Test
    void theCloseFrameIsAnsweredBehindWhatHandlersSend() {
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
        assertEquals(Optional.of(new CloseInfo.Code(1000, "bye")), info.received());
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
    void anErrorFailsTheConnectionAndWhatWaitsIsNotDelivered() {
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
    void anExecutorThatTakesNothingFailsTheConnectionAndIsNotNeededAnyMore() {
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
    void anExecutorThatIsShutDownLaterDropsWhatWaits() {
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
    void theCloseFutureCompletesBehindOnClose() {
        Solo solo = open();
        solo.feed(Frames.close(1000, "")).end();
        executor.runAll();
        solo.run();
        assertFalse(solo.socket().closeFuture().isDone());
        executor.runAll();
        recorder.expect(Event.Closed.class);
        assertTrue(solo.socket().closeFuture().isDone());
    }

    @Test
    void whatACallbackSendsWakesTheTransportOnceWhenItReturns() {
        LayerHost host = mock(LayerHost.class);
        Session session = session(host, new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                ws.send("a");
                ws.send("b");
                verify(host, never()).outputReady();
            }
        });
        session.connected(0);
        executor.runAll();
        verify(host, times(1)).outputReady();
    }

    @Test
    void flushWakesTheTransportBeforeTheCallbackReturns() {
        LayerHost host = mock(LayerHost.class);
        Session session = session(host, new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                ws.send("a");
                ws.flush();
                verify(host, times(1)).outputReady();
                verify(host).flush();
            }
        });
        session.connected(0);
        executor.runAll();
        verify(host, times(1)).outputReady();
    }

    @Test
    void aPingLeavesAtOnceSinceACallbackMayAwaitItsPong() {
        LayerHost host = mock(LayerHost.class);
        Session session = session(host, new WebSocketHandler() {
            @Override
            public void onOpen(WebSocket ws) {
                ws.ping();
                verify(host, times(1)).outputReady();
            }
        });
        session.connected(0);
        executor.runAll();
        verify(host, times(1)).outputReady();
    }

    private Session session(LayerHost host, WebSocketHandler handler) {
        return new Session(Pair.facts(Role.SERVER, Pair.options(ConnectionOptions.SERVER), List.of(),
                Optional.of(executor::execute)), host, handler, Optional.empty());
    }
}
