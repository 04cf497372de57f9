package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.testkit.Patience;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The order of calls, and how a connection ends: each end with its own {@link TcpEnd}, for one connection
 * only.
 */
abstract class LayerEndingContract extends LayerPart {
    LayerEndingContract(LayerContract on) {
        super(on);
    }

    @Test
    void callsComeInOrderAndTheLastIsReleased() throws IOException {
        EchoLayer layer = new EchoLayer();
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(HELLO);
        assertArrayEquals(HELLO, peer.getInputStream().readNBytes(HELLO.length));
        peer.shutdownOutput();
        assertEquals(-1, peer.getInputStream().read());
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "connected", "receive", "receiveEnd", "released"), layer.events());
        assertEquals(TcpEnd.FIN_EXCHANGED, layer.ending);
        assertEquals(peer.getLocalSocketAddress(), layer.host.remoteAddress());
        assertEquals(peer.getRemoteSocketAddress(), layer.host.localAddress());
    }

    @Test
    void everyByteOfAnEchoComesBackInOrder() throws Exception {
        Socket peer = peerOf(new EchoLayer());
        byte[] sent = new byte[8 << 20];
        new Random(1).nextBytes(sent);
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                peer.getOutputStream().write(sent);
                peer.shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertArrayEquals(sent, peer.getInputStream().readAllBytes());
        writer.join();
    }

    @Test
    void endHalfClosesBehindAllBytesAndReadsOn() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onConnected() {
                send(new byte[1 << 20]);
                state = OutputState.END;
            }
        };
        Socket peer = peerOf(layer);
        assertEquals(1 << 20, peer.getInputStream().readAllBytes().length);
        peer.getOutputStream().write(HELLO);
        layer.awaitReceived(HELLO.length);
        assertFalse(layer.events().contains("released"));
        peer.shutdownOutput();
        layer.awaitEvent("released");
        assertEquals(TcpEnd.FIN_EXCHANGED, layer.ending);
    }

    @Test
    void endFromAnotherThreadIsActedOnWhileTheReaderWaits() throws IOException {
        TestLayer layer = new TestLayer();
        Socket peer = peerOf(layer);
        layer.awaitEvent("connected");
        layer.send(HELLO);
        layer.become(OutputState.END);
        assertArrayEquals(HELLO, peer.getInputStream().readAllBytes());
    }

    @Test
    void closeWritesAllBytesAndEndsBothDirections() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onConnected() {
                send(new byte[1 << 20]);
                state = OutputState.CLOSE;
            }
        };
        Socket peer = peerOf(layer);
        assertEquals(1 << 20, peer.getInputStream().readAllBytes().length);
        layer.awaitEvent("released");
        assertEquals(TcpEnd.CLOSED_FIRST, layer.ending);
    }

    @Test
    void closeBehindThePeersFinIsAnExchange() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onEnd() {
                state = OutputState.CLOSE;
            }
        };
        Socket peer = peerOf(layer);
        peer.shutdownOutput();
        layer.awaitEvent("released");
        assertEquals(TcpEnd.FIN_EXCHANGED, layer.ending);
    }

    @Test
    void closeFromAnotherThreadFreesTheReader() throws IOException {
        TestLayer layer = new TestLayer();
        peerOf(layer);
        layer.awaitEvent("connected");
        layer.become(OutputState.CLOSE);
        layer.awaitEvent("released");
        assertEquals(TcpEnd.CLOSED_FIRST, layer.ending);
        assertFalse(layer.events().contains("receiveFailure"));
    }

    @Test
    void aCloseThatLingersIsOverWhenThePeersKernelHasAll() throws IOException {
        TestLayer layer = new TestLayer();
        layer.lingerTime = Optional.of(Duration.ofMinutes(1));
        Socket peer = peerOf(layer);
        layer.awaitEvent("connected");
        peer.getOutputStream().write(HELLO);
        layer.awaitReceived(HELLO.length);
        layer.send(HELLO);
        layer.become(OutputState.CLOSE);
        layer.awaitEvent("released");
        assertEquals(TcpEnd.LINGER_ACKNOWLEDGED, layer.ending);
        assertFalse(layer.events().contains("receiveEnd"), "the peer has not ended");
        assertArrayEquals(HELLO, peer.getInputStream().readAllBytes());
    }

    @Test
    void inputThatNobodyWantedDoesNotMakeAResetOfAClose() throws IOException {
        TestLayer layer = new TestLayer();
        layer.lingerTime = Optional.of(Duration.ofMinutes(1));
        layer.wantsRead = false;
        Socket peer = peerOf(layer);
        layer.awaitEvent("connected");
        peer.getOutputStream().write(HELLO);
        layer.send(HELLO);
        layer.become(OutputState.CLOSE);
        layer.awaitEvent("released");
        assertEquals(TcpEnd.LINGER_ACKNOWLEDGED, layer.ending);
        assertArrayEquals(HELLO, peer.getInputStream().readAllBytes());
    }

    @Test
    void aCloseThatLingersEndsAtItsTime() throws IOException {
        TestLayer layer = watch(new TestLayer());
        layer.lingerTime = Optional.of(Duration.ofMillis(1));
        Transport.Listener listener = listen(() -> Optional.of(layer));
        try (Socket peer = new Socket()) {
            peer.setReceiveBufferSize(4096);
            peer.connect(listener.address());
            layer.awaitEvent("connected");
            layer.send(new byte[256 << 10]);
            layer.become(OutputState.CLOSE);
            layer.awaitEvent("released");
            assertEquals(TcpEnd.LINGER_EXPIRED, layer.ending);
            assertEquals(256 << 10, peer.getInputStream().readAllBytes().length, "the kernel goes on");
        }
    }

    @Test
    void closingTheListenerDoesNotWaitForACloseThatLingers() throws IOException {
        TestLayer layer = watch(new TestLayer());
        layer.lingerTime = Optional.of(Duration.ofHours(1));
        Transport.Listener listener = listen(() -> Optional.of(layer));
        try (Socket peer = new Socket()) {
            peer.setReceiveBufferSize(4096);
            peer.connect(listener.address());
            layer.awaitEvent("connected");
            layer.send(new byte[256 << 10]);
            layer.become(OutputState.CLOSE);
            Patience.await("the close is under way", () -> !threadsOf("test-linger-").isEmpty());
            assertFalse(layer.events().contains("released"));
            listener.close();
            layer.awaitEvent("released");
            assertEquals(TcpEnd.LINGER_EXPIRED, layer.ending);
        }
    }

    @Test
    void abortResetsAtOnceThoughOutputWaits() throws IOException {
        TestLayer layer = new TestLayer();
        Socket peer = peerOf(layer);
        layer.awaitEvent("connected");
        layer.send(new byte[64 << 20]);
        layer.await("a first buffer", () -> layer.waitingBytes() < 64 << 20);
        layer.become(OutputState.ABORT);
        layer.awaitEvent("released");
        assertEquals(TcpEnd.RESET, layer.ending);
        SocketException seen = assertThrows(SocketException.class,
                () -> peer.getInputStream().readAllBytes());
        assertEquals("Connection reset", seen.getMessage());
    }

    @Test
    void abortInACallResets() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                state = OutputState.ABORT;
            }
        };
        Socket peer = peerOf(layer);
        peer.getOutputStream().write(HELLO);
        assertThrows(SocketException.class, () -> peer.getInputStream().read());
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "connected", "receive", "released"), layer.events());
    }

    @Test
    void aResetByThePeerIsAFailure() throws IOException {
        TestLayer layer = new TestLayer();
        Socket peer = peerOf(layer);
        layer.awaitEvent("connected");
        peer.setSoLinger(true, 0);
        peer.close();
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "connected", "receiveFailure", "released"), layer.events());
        assertEquals(TcpEnd.BROKEN, layer.ending);
        assertEquals("Connection reset", layer.failure.getMessage());
    }

    @Test
    void aWriteThatFailsWhileReadingPausesIsAFailure() throws IOException {
        TestLayer layer = new TestLayer();
        layer.wantsRead = false;
        Socket peer = peerOf(layer);
        layer.awaitEvent("connected");
        layer.send(new byte[64 << 20]);
        layer.await("a first buffer", () -> layer.waitingBytes() < 64 << 20);
        peer.setSoLinger(true, 0);
        peer.close();
        layer.awaitEvent("released");
        assertEquals(TcpEnd.BROKEN, layer.ending);
        assertInstanceOf(on.writeFailure(), layer.failure);
    }

    @Test
    void anExceptionOutOfACallResetsThatConnectionOnly() throws IOException {
        TestLayer broken = watch(new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                throw new IllegalStateException("on purpose");
            }
        });
        TestLayer healthy = watch(new TestLayer());
        List<TestLayer> layers = new ArrayList<>(List.of(broken, healthy));
        Transport.Listener listener = listen(() -> Optional.of(layers.removeFirst()));
        Socket first = peer(listener.address());
        Socket second = peer(listener.address());
        first.getOutputStream().write(HELLO);
        assertThrows(SocketException.class, () -> first.getInputStream().read());
        broken.awaitEvent("released");
        assertEquals(TcpEnd.RESET, broken.ending);
        second.getOutputStream().write(HELLO);
        healthy.awaitReceived(HELLO.length);
    }

    @Test
    void anExceptionOutOfProduceResetsTheConnection() throws IOException {
        TestLayer layer = new TestLayer();
        Socket peer = peerOf(layer);
        layer.awaitEvent("connected");
        layer.failProduce = true;
        layer.send(HELLO);
        assertThrows(SocketException.class, () -> peer.getInputStream().read());
        layer.awaitEvent("released");
        assertEquals(TcpEnd.RESET, layer.ending);
    }

    @Test
    void anExceptionInAttachStillEndsInReleased() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onAttach() {
                throw new IllegalStateException("on purpose");
            }
        };
        // The reset may come before connect has returned.
        assertThrows(SocketException.class, () -> peerOf(layer).getInputStream().read());
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "released"), layer.events());
    }
}
