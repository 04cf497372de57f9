package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.Ending;
import io.duplex.transport.OutputState;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportClock;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Back-pressure, writers, deadlines and executed tasks of one connection. */
class NioFlowTest extends NioFixture {
    private static final int MIB = 1 << 20;
    private static final long MS = 1_000_000;

    // Input.

    @Test
    void whatIsLeftIsOfferedAgainInFrontOfNewerBytes() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                wantsRead = false;
                record(new byte[] { src.get() });
            }
        };
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(new byte[] { 1, 2 });
        layer.awaitReceived(1);
        peer.getOutputStream().write(new byte[] { 3 });
        for (int next = 2; next <= 3; next++) {
            layer.wantsRead = true;
            layer.host.inputReady();
            layer.awaitReceived(next);
        }
        assertArrayEquals(new byte[] { 1, 2, 3 }, layer.received());
    }

    @Test
    void whileNothingIsWantedNothingIsTaken() throws Exception {
        AtomicInteger offered = new AtomicInteger();
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                offered.addAndGet(src.remaining());
                src.position(src.limit());
                wantsRead = false;
            }
        };
        Socket peer = peerOf(layer);
        Thread writer = Thread.ofPlatform().start(() -> {
            try {
                peer.getOutputStream().write(new byte[100 * MIB]);
            } catch (IOException e) {
                // The test ends with a reset.
            }
        });
        layer.awaitEvent("receive");
        // A task behind the call: whatever was to follow it without being wanted would have been offered.
        layer.host.execute(() -> layer.call("task", () -> {}));
        layer.awaitEvent("task");
        assertEquals(1, layer.events().stream().filter("receive"::equals).count());
        assertTrue(offered.get() <= 64 * 1024, () -> "read at once: " + offered);
        layer.become(OutputState.ABORT);
        writer.join();
    }

    @Test
    void readingGoesOnWhenATaskTurnsItOn() throws IOException {
        TestLayer layer = new TestLayer();
        layer.wantsRead = false;
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(1);
        layer.awaitEvent("connected");
        layer.host.execute(() -> layer.wantsRead = true);
        layer.awaitReceived(1);
    }

    @Test
    void readingGoesOnWhenOutputHasDrained() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onProduced() {
                wantsRead = true;
            }
        };
        layer.wantsRead = false;
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(1);
        layer.awaitEvent("connected");
        layer.send(new byte[10]);
        layer.awaitReceived(1);
    }

    // Output.

    @Test
    void anotherThreadSendsWhileTheReaderWaits() throws IOException {
        TestLayer layer = new TestLayer();
        Socket peer = peerOf(layer);
        layer.awaitEvent("connected");
        layer.send(new byte[] { 7 });
        assertEquals(7, peer.getInputStream().read());
    }

    @Test
    void whatACallSendsLeavesInOneWriteWhenItReturns() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                super.onReceive(src);
                for (int i = 0; i < 100; i++) {
                    send(new byte[1]);
                }
            }
        };
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(1);
        assertEquals(100, peer.getInputStream().readNBytes(100).length);
        layer.await("sent", () -> layer.writes.get() > 0);
        assertEquals(1, layer.writes.get());
        assertEquals(Set.of("test-loop-1"), layer.producers);
    }

    @Test
    void flushInACallLetsOutputGoBeforeItReturns() throws IOException {
        CountDownLatch seen = new CountDownLatch(1);
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                super.onReceive(src);
                send(new byte[] { 9 });
                host.flush();
                awaitLatch(seen);
            }
        };
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(1);
        assertEquals(9, peer.getInputStream().read());
        seen.countDown();
    }

    @Test
    void manySendersHaveOneWriterAndLoseNothing() throws Exception {
        TestLayer layer = new TestLayer();
        Socket peer = peerOf(layer);
        layer.awaitEvent("connected");
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            senders.add(Thread.ofVirtual().start(() -> {
                for (int n = 0; n < 5_000; n++) {
                    layer.send(new byte[3]);
                }
            }));
        }
        assertEquals(4 * 5_000 * 3, peer.getInputStream().readNBytes(4 * 5_000 * 3).length);
        for (Thread sender : senders) {
            sender.join();
        }
    }

    @Test
    void aPeerThatDoesNotReadHoldsUpNoSender() throws IOException {
        TestLayer layer = new TestLayer();
        peerOf(layer);
        layer.awaitEvent("connected");
        for (int i = 0; i < 64; i++) {
            layer.send(new byte[MIB]);
        }
        layer.await("a full socket", () -> layer.waitingBytes() > 0);
        assertTrue(layer.waitingBytes() > 0);
    }

    @Test
    void anEndlessStreamFromOthersDoesNotKeepTheConnectionThreadFromReading() throws Exception {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                super.onReceive(src);
                send(new byte[64 * MIB]);
            }
        };
        Socket peer = peerOf(layer);
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                peer.getInputStream().skip(Long.MAX_VALUE);
            } catch (IOException e) {
                // The test ends with a reset.
            }
        });
        peer.getOutputStream().write(1);
        layer.awaitReceived(1);
        peer.getOutputStream().write(2);
        layer.awaitReceived(2);
        layer.become(OutputState.ABORT);
        reader.join();
    }

    // Deadlines.

    @Test
    void aDeadlineIsMetWhileTheReaderWaits() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onAttach() {
                deadlineNanos = TransportClock.nanoTime() + 30 * MS;
            }

            @Override
            protected void onDue() {
                state = OutputState.ABORT;
            }
        };
        peerOf(layer);
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "connected", "deadline", "released"), layer.events());
    }

    @Test
    void aDeadlineThatMovesNearerIsMet() throws IOException {
        TestLayer layer = new TestLayer();
        layer.deadlineNanos = TransportClock.nanoTime() + 3_600_000 * MS;
        peerOf(layer);
        layer.awaitEvent("connected");
        layer.setDeadline(TransportClock.nanoTime() + 20 * MS);
        layer.awaitEvent("deadline");
    }

    @Test
    void aDeadlineThatMovedAwayIsMetAtItsNewTime() throws IOException {
        TestLayer layer = new TestLayer();
        layer.deadlineNanos = TransportClock.nanoTime() + 50 * MS;
        peerOf(layer);
        layer.awaitEvent("connected");
        layer.setDeadline(TransportClock.nanoTime() + 200 * MS);
        layer.awaitEvent("deadline");
    }

    @Test
    void aDeadlineIsMetWhileReadingPauses() throws IOException {
        TestLayer layer = new TestLayer();
        layer.wantsRead = false;
        layer.deadlineNanos = TransportClock.nanoTime() + 30 * MS;
        peerOf(layer);
        layer.awaitEvent("deadline");
    }

    @Test
    void aDeadlineFreesAWriteThatIsBlocked() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                super.onReceive(src);
                send(new byte[64 * MIB]);
                deadlineNanos = TransportClock.nanoTime() + 50 * MS;
            }

            @Override
            protected void onDue() {
                state = OutputState.ABORT;
            }
        };
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(1);
        layer.awaitEvent("released");
        assertEquals(Ending.RESET, layer.ending);
        assertTrue(layer.waitingBytes() > 0);
    }

    // Executed tasks.

    @Test
    void tasksRunAloneAndInOrderBetweenReceives() throws Exception {
        List<Integer> order = new ArrayList<>();
        TestLayer layer = new TestLayer();
        Socket peer = peerOf(layer);
        layer.awaitEvent("connected");
        Thread writer = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < 5_000; i++) {
                    peer.getOutputStream().write(1);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; i < 5_000; i++) {
            int number = i;
            layer.host.execute(() -> layer.call("task", () -> order.add(number)));
        }
        layer.host.execute(() -> layer.call("last", () -> {}));
        layer.awaitEvent("last");
        layer.awaitReceived(5_000);
        writer.join();
        assertEquals(IntStream.range(0, 5_000).boxed().toList(), order);
    }

    @Test
    void aTaskOfACallRunsBehindIt() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                super.onReceive(src);
                host.execute(() -> call("task", () -> {}));
                if (events().contains("task")) {
                    violations.add("task ran inside execute");
                }
            }
        };
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(1);
        layer.awaitEvent("task");
        assertEquals(List.of("attach", "connected", "receive", "task"), layer.events());
    }

    @Test
    void tasksThatNeverEndDoNotKeepTheConnectionFromReading() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onConnected() {
                again();
            }

            private void again() {
                host.execute(this::again);
            }
        };
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(1);
        layer.awaitReceived(1);
        peer.getOutputStream().write(2);
        layer.awaitReceived(2);
    }

    @Test
    void aTaskThatThrowsResetsTheConnection() throws IOException {
        TestLayer layer = new TestLayer();
        peerOf(layer);
        layer.awaitEvent("connected");
        layer.host.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        layer.awaitEvent("released");
        assertEquals(Ending.RESET, layer.ending);
        layer.host.execute(() -> layer.call("late", () -> {}));
    }

    @Test
    void aTaskAtTheEndRunsBeforeReleasedAndALaterOneIsDropped() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                super.onReceive(src);
                state = OutputState.ABORT;
                host.execute(() -> call("task", () -> {}));
            }
        };
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(1);
        layer.awaitEvent("released");
        layer.host.execute(() -> layer.call("late", () -> {}));
        assertEquals(List.of("attach", "connected", "receive", "task", "released"), layer.events());
    }

    @Test
    void delegatedTasksRunOffTheTurnAndArePolledAgain() throws IOException {
        AtomicInteger polled = new AtomicInteger();
        CountDownLatch both = new CountDownLatch(2);
        TestLayer layer = new TestLayer() {
            @Override
            public Runnable pollTask() {
                return polled.getAndIncrement() < 2 ? () -> {
                    both.countDown();
                    if (receivingNow()) {
                        violations.add("task inside a receiving call");
                    }
                    awaitLatch(both);
                    host.execute(() -> call("done", () -> {}));
                } : null;
            }
        };
        peerOf(layer);
        layer.awaitEvent("done");
        layer.await("a further poll", () -> polled.get() > 4);
    }

    @Test
    void callsAreMadeOnTransportThreads() throws IOException {
        AtomicInteger inside = new AtomicInteger();
        TestLayer layer = new TestLayer() {
            @Override
            protected void onConnected() {
                count();
            }

            @Override
            protected void onDue() {
                count();
            }

            private void count() {
                if (host.inTransportThread()) {
                    inside.incrementAndGet();
                }
            }
        };
        layer.deadlineNanos = 0;
        peerOf(layer);
        layer.awaitEvent("connected");
        layer.awaitEvent("deadline");
        assertEquals(2, inside.get());
        assertFalse(layer.host.inTransportThread());
        layer.callers.forEach(caller -> assertNotSame(Thread.currentThread(), caller));
    }

    @Test
    void connectionsThatSendToEachOtherInTheirCallsDoNotDeadlock() throws Exception {
        List<TestLayer> pair = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int other = 1 - i;
            pair.add(watch(new TestLayer() {
                @Override
                protected void onReceive(ByteBuffer src) {
                    super.onReceive(src);
                    pair.get(other).send(new byte[] { 1 });
                    pair.get(other).host.execute(() -> {});
                }
            }));
        }
        List<TestLayer> layers = new ArrayList<>(pair);
        Transport.Listener listener = listen(() -> Optional.of(layers.removeFirst()));
        Socket a = peer(listener.address());
        Socket b = peer(listener.address());
        for (TestLayer layer : pair) {
            layer.awaitEvent("connected");
        }
        for (int i = 0; i < 1_000; i++) {
            a.getOutputStream().write(1);
            b.getOutputStream().write(1);
        }
        assertEquals(1, a.getInputStream().read());
        assertEquals(1, b.getInputStream().read());
        for (TestLayer layer : pair) {
            layer.awaitReceived(1_000);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
