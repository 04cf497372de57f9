package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.OutputState;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Output: who writes, when, and in how many writes. */
abstract class LayerOutputContract extends LayerPart {
    LayerOutputContract(LayerContract on) {
        super(on);
    }

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
        assertEquals(Set.of("test-" + on.callingThread()), layer.producers);
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
}
