package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.contract.layer.TestLayer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    /**
     * Some for the deadline itself, its way down the wheel, and for what a busy machine does; a spin makes
     * thousands.
     */
    private static final int FEW_TURNS = 40;

    private OneLoop one;
    private EventLoop loop;

    @BeforeEach
    void start() throws Exception {
        one = new OneLoop();
        loop = one.loop();
    }

    @AfterEach
    void close() throws Exception {
        one.close();
    }

    /** Loops work at once. */
    @Test
    void loopsHaveBuffersOfTheirOwn() throws Exception {
        try (OneLoop other = new OneLoop()) {
            assertNotSame(loop.reader(), other.loop().reader());
            assertNotSame(loop.outputBatch(), other.loop().outputBatch());
        }
    }

    @Test
    void tasksRunInTheOrderOfTheirSubmission() throws Exception {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            int number = i;
            loop.submit(() -> order.add(number));
        }
        assertEquals(IntStream.range(0, 5_000).boxed().toList(), one.ask(() -> order));
    }

    @Test
    void aBurstOfTasksWakesTheSelectorOnceAtMost() throws Exception {
        CountDownLatch go = one.hold();
        long before = loop.wakeUps();
        CountDownLatch ran = new CountDownLatch(4_000);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 1_000; n++) {
                    loop.submit(ran::countDown);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(before, loop.wakeUps(), "an awake loop needs no waking");
        go.countDown();
        assertTrue(ran.await(OneLoop.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(before, loop.wakeUps());
    }

    @Test
    void aBurstOfRequestsForOutputIsOneTaskAndOneLook() throws Exception {
        TestLayer layer = new TestLayer();
        OneLoop.Pair pair = one.connect(layer);
        layer.awaitEvent("connected");
        one.ask(() -> true);
        int before = layer.produced.get();
        CountDownLatch go = one.hold();
        long wakeUps = loop.wakeUps();
        for (int i = 0; i < 1_000; i++) {
            pair.connection().outputReady();
        }
        go.countDown();
        one.ask(() -> true);
        assertEquals(before + 1, layer.produced.get());
        assertTrue(loop.wakeUps() <= wakeUps + 1);
    }

    @Test
    void anIdleLoopSleeps() throws Exception {
        TestLayer layer = new TestLayer();
        one.connect(layer);
        layer.awaitEvent("connected");
        assertTrue(one.turnsWhileNothingHappens(layer) < FEW_TURNS);
    }

    @Test
    void anInterruptLeftBehindDoesNotKeepItAwake() throws Exception {
        TestLayer layer = new TestLayer();
        one.connect(layer);
        layer.awaitEvent("connected");
        loop.submit(() -> Thread.currentThread().interrupt());
        assertTrue(one.turnsWhileNothingHappens(layer) < FEW_TURNS);
    }

    @Test
    void aTaskThatThrowsDoesNotEndIt() throws Exception {
        loop.submit(() -> {
            throw new AssertionError("on purpose");
        });
        assertEquals(1, one.ask(() -> 1));
    }

    @Test
    void errorsOfOneLayerCostItsConnectionOnly() throws Exception {
        TestLayer broken = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                throw new StackOverflowError("on purpose");
            }
        };
        TestLayer healthy = new TestLayer();
        OneLoop.Pair first = one.connect(broken);
        OneLoop.Pair second = one.connect(healthy);
        first.peer().write(ByteBuffer.wrap(new byte[1]));
        broken.awaitEvent("released");
        second.peer().write(ByteBuffer.wrap(new byte[1]));
        healthy.awaitReceived(1);
        assertFalse(healthy.events().contains("released"));
    }

    @Test
    void aFailingPollEndsInReleasedToo() throws Exception {
        TestLayer layer = new TestLayer() {
            @Override
            public Runnable pollTask() {
                throw new IllegalStateException("on purpose");
            }
        };
        one.connect(layer);
        layer.awaitEvent("released");
        // Returns only when all that was admitted has been released.
        one.close();
        assertEquals(List.of("attach", "released"), layer.events());
    }
}
