package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Executed and delegated tasks: alone, in order, on threads of the transport. */
abstract class LayerTaskContract extends LayerPart {
    LayerTaskContract(LayerContract on) {
        super(on);
    }

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
        assertEquals(TcpEnd.RESET, layer.ending);
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
}
