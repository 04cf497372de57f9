package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.OutputState;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Input: what is offered, and what back-pressure leaves in the kernel. */
abstract class LayerInputContract extends LayerPart {
    /** More than one, for a thread that is on its way into a read sees what is held by itself. */
    private static final int TASKS = 50;

    LayerInputContract(LayerContract on) {
        super(on);
    }

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
    void whatALayerLeavesThoughItWantsMoreIsOfferedAgain() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                host.budget().spend(WorkBudget.BYTES);
                record(new byte[] { src.get() });
            }
        };
        Socket peer = peerOf(layer);
        byte[] all = new byte[1000];
        new Random(1).nextBytes(all);
        peer.getOutputStream().write(all);
        layer.awaitReceived(all.length);
        assertArrayEquals(all, layer.received());
    }

    @Test
    void eachReceivingCallOfATurnHasABudget() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                if (host.budget().isSpent()) {
                    violations.add("a call without a budget");
                }
                host.budget().spend(WorkBudget.BYTES);
                super.onReceive(src);
            }
        };
        Socket peer = peerOf(layer);
        for (int i = 1; i <= 3; i++) {
            peer.getOutputStream().write(i);
            layer.awaitReceived(i);
        }
    }

    /** Takes all bytes at once, and deals with one in each call. */
    private static class Hoarder extends TestLayer {
        private final ConcurrentLinkedQueue<Byte> held = new ConcurrentLinkedQueue<>();

        @Override
        protected void onReceive(ByteBuffer src) {
            while (src.hasRemaining()) {
                held.add(src.get());
            }
            host.budget().spend(WorkBudget.BYTES);
            record(new byte[] { held.remove() });
        }

        @Override
        public boolean holdsInput() {
            return !held.isEmpty();
        }
    }

    @Test
    void aLayerThatHoldsInputIsCalledWithoutNewBytes() throws IOException {
        TestLayer layer = new Hoarder();
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(new byte[] { 1, 2, 3, 4 });
        layer.awaitReceived(4);
        assertArrayEquals(new byte[] { 1, 2, 3, 4 }, layer.received());
    }

    @Test
    void heldInputWaitsForThePauseToEndAlsoAfterThePeersEnd() throws IOException {
        TestLayer layer = new Hoarder() {
            @Override
            protected void onEnd() {
                wantsRead = false;
            }
        };
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(new byte[] { 1, 2, 3, 4 });
        peer.shutdownOutput();
        layer.awaitEvent("receiveEnd");
        layer.wantsRead = true;
        layer.host.inputReady();
        layer.awaitReceived(4);
        layer.become(OutputState.END);
        layer.awaitEvent("released");
    }

    /** Gets its input from tasks, as TLS does when a step of its handshake ends. */
    private static final class Decrypting extends TestLayer {
        private final ConcurrentLinkedQueue<Byte> held = new ConcurrentLinkedQueue<>();

        @Override
        protected void onReceive(ByteBuffer src) {
            Byte next = held.poll();
            if (next != null) {
                record(new byte[] { next });
            }
        }

        @Override
        protected void onProduced() {
            wantsRead = true;
        }

        @Override
        public boolean holdsInput() {
            return !held.isEmpty();
        }
    }

    @Test
    void inputThatATaskHasHeldIsOfferedThoughThePeerIsSilent() throws IOException {
        Decrypting layer = new Decrypting();
        peerOf(layer);
        layer.awaitEvent("connected");
        for (int i = 1; i <= TASKS; i++) {
            layer.host.execute(() -> layer.held.addAll(List.of((byte) 1, (byte) 2)));
            layer.awaitReceived(2 * i);
        }
    }

    @Test
    void inputThatATaskHasHeldIsOfferedOnceOutputHasDrained() throws IOException {
        Decrypting layer = new Decrypting();
        peerOf(layer);
        layer.awaitEvent("connected");
        for (int i = 1; i <= TASKS; i++) {
            layer.host.execute(() -> {
                layer.held.add((byte) 1);
                layer.wantsRead = false;
                layer.send(new byte[10]);
            });
            layer.awaitReceived(i);
        }
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
}
