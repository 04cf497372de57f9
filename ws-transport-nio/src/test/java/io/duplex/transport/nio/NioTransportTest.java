package io.duplex.transport.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.AddressText;
import io.duplex.transport.Ending;
import io.duplex.transport.OutputState;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Order of calls, and how connections end. */
class NioTransportTest extends NioFixture {
    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    /** Sends back what it gets, and ends its direction behind the peer's. */
    private static final class EchoLayer extends TestLayer {
        @Override
        protected void onReceive(ByteBuffer src) {
            byte[] bytes = new byte[src.remaining()];
            src.get(bytes);
            send(bytes);
        }

        @Override
        protected void onEnd() {
            state = OutputState.END;
        }
    }

    @Test
    void itIsFoundAsAService() {
        assertTrue(
                ServiceLoader.load(Transport.class).stream().anyMatch(p -> p.type() == NioTransport.class));
        assertEquals("nio", new NioTransport(2).name());
    }

    @Test
    void anAddressInUseIsNamedInTheFailure() throws IOException {
        Transport.Listener first = listen(Optional::empty);
        IOException failure = assertThrows(IOException.class,
                () -> new NioTransport(2).listen(first.address(), SETTINGS, Optional::empty));
        assertTrue(failure.getMessage().contains(AddressText.of(first.address())), failure.getMessage());
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
        assertEquals(Ending.FIN_EXCHANGED, layer.ending);
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
        assertEquals(Ending.FIN_EXCHANGED, layer.ending);
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
        assertEquals(Ending.CLOSED_FIRST, layer.ending);
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
        assertEquals(Ending.FIN_EXCHANGED, layer.ending);
    }

    @Test
    void closeFromAnotherThreadFreesTheReader() throws IOException {
        TestLayer layer = new TestLayer();
        peerOf(layer);
        layer.awaitEvent("connected");
        layer.become(OutputState.CLOSE);
        layer.awaitEvent("released");
        assertEquals(Ending.CLOSED_FIRST, layer.ending);
        assertFalse(layer.events().contains("receiveFailure"));
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
        assertEquals(Ending.RESET, layer.ending);
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
        assertEquals(Ending.BROKEN, layer.ending);
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
        assertEquals(Ending.BROKEN, layer.ending);
        assertNotNull(layer.failure);
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
        assertEquals(Ending.RESET, broken.ending);
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
        assertEquals(Ending.RESET, layer.ending);
    }

    @Test
    void anExceptionInAttachStillEndsInReleased() throws IOException {
        TestLayer layer = new TestLayer() {
            @Override
            protected void onAttach() {
                throw new IllegalStateException("on purpose");
            }
        };
        Socket peer = peerOf(layer);
        assertThrows(SocketException.class, () -> peer.getInputStream().read());
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "released"), layer.events());
    }

    @Test
    void noLayerRefusesWithAReset() throws IOException {
        Transport.Listener listener = listen(Optional::empty);
        // The reset may come before connect has returned.
        assertThrows(SocketException.class, () -> peer(listener.address()).getInputStream().read());
    }

    @Test
    void theAcceptorSurvivesAFailingSupplier() throws IOException {
        TestLayer layer = watch(new TestLayer());
        AtomicInteger count = new AtomicInteger();
        Transport.Listener listener = listen(() -> {
            if (count.getAndIncrement() == 0) {
                throw new IllegalStateException("on purpose");
            }
            return Optional.of(layer);
        });
        assertThrows(SocketException.class, () -> peer(listener.address()).getInputStream().read());
        peer(listener.address()).getOutputStream().write(HELLO);
        layer.awaitReceived(HELLO.length);
    }

    @Test
    void stopAcceptingLeavesConnectionsAlone() throws IOException {
        EchoLayer layer = watch(new EchoLayer());
        Transport.Listener listener = listen(() -> Optional.of(layer));
        Socket peer = peer(listener.address());
        layer.awaitEvent("connected");
        listener.stopAccepting();
        listener.stopAccepting();
        // Refused, or reset if it came before the acceptor had let go of the listening socket.
        assertThrows(IOException.class, () -> peer(listener.address()).getInputStream().read());
        assertTrue(((InetSocketAddress) listener.address()).getPort() > 0);
        peer.getOutputStream().write(HELLO);
        assertArrayEquals(HELLO, peer.getInputStream().readNBytes(HELLO.length));
    }
}
