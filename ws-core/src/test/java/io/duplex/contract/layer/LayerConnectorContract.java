package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.AddressText;
import io.duplex.transport.OutputState;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportClock;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The connecting side. */
abstract class LayerConnectorContract extends LayerPart {
    LayerConnectorContract(LayerContract on) {
        super(on);
    }

    @Test
    void itConnectsThenBytesFlowBothWays() throws IOException {
        ServerSocket server = server(1);
        TestLayer layer = watch(new TestLayer() {
            @Override
            protected void onAttach() {
                send(new byte[] { 1, 2, 3 });
            }

            @Override
            protected void onEnd() {
                state = OutputState.END;
            }
        });
        connector().connect(server.getLocalSocketAddress(), layer);
        Socket peer = closing(server.accept());
        assertArrayEquals(new byte[] { 1, 2, 3 }, peer.getInputStream().readNBytes(3));
        peer.getOutputStream().write(new byte[] { 4, 5 });
        layer.awaitReceived(2);
        assertEquals(server.getLocalSocketAddress(), layer.host.remoteAddress());
        assertEquals(peer.getRemoteSocketAddress(), layer.host.localAddress());
        peer.shutdownOutput();
        assertEquals(-1, peer.getInputStream().read());
        layer.awaitEvent("released");
        assertEquals(TcpEnd.FIN_EXCHANGED, layer.ending);
    }

    /** Linux refuses a broadcast address at once, before the socket has anything that could linger. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aConnectThatFailsAtOnceIsAFailureUnderLingerToo() {
        TestLayer layer = watch(new TestLayer());
        SocketOptions lingering = SocketOptions.of(SocketOptions.SO_LINGER, Duration.ofSeconds(5));
        Transport.Connector connector =
                closing(transport().connector(new TransportSettings("client", true, lingering)));
        connector.connect(new InetSocketAddress("255.255.255.255", 9), layer);
        layer.awaitEvent("released");
        assertSame(TcpEnd.NOT_CONNECTED, layer.ending);
        assertTrue(layer.events().contains("receiveFailure"), layer.events().toString());
    }

    @Test
    void aRefusedConnectionIsAFailureThatNamesTheAddress() throws IOException {
        ServerSocket server = server(1);
        SocketAddress nobody = server.getLocalSocketAddress();
        server.close();
        TestLayer layer = watch(new TestLayer());
        connector().connect(nobody, layer);
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "receiveFailure", "released"), layer.events());
        assertEquals(TcpEnd.NOT_CONNECTED, layer.ending);
        assertInstanceOf(ConnectException.class, layer.failure);
        assertEquals("cannot connect to " + AddressText.of(nobody) + ": Connection refused",
                layer.failure.getMessage());
    }

    @Test
    void anUnresolvedAddressIsAFailure() {
        TestLayer layer = watch(new TestLayer());
        connector().connect(InetSocketAddress.createUnresolved("no.such.host.invalid", 1), layer);
        layer.awaitEvent("released");
        assertEquals(TcpEnd.NOT_CONNECTED, layer.ending);
        assertTrue(layer.failure.getMessage().contains("no.such.host.invalid"), layer.failure.getMessage());
    }

    @Test
    void theLayersDeadlineEndsAConnectThatHangs() throws IOException {
        ServerSocket full = server(1);
        for (int i = 0; i < 8; i++) {
            SocketChannel filler = closing(SocketChannel.open());
            filler.configureBlocking(false);
            filler.connect(full.getLocalSocketAddress());
        }
        TestLayer layer = watch(new TestLayer() {
            @Override
            protected void onAttach() {
                deadlineNanos = TransportClock.nanoTime() + 50_000_000;
            }

            @Override
            protected void onDue() {
                state = OutputState.ABORT;
            }
        });
        connector().connect(full.getLocalSocketAddress(), layer);
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "deadline", "receiveFailure", "released"), layer.events());
        assertEquals(TcpEnd.NOT_CONNECTED, layer.ending);
    }

    @Test
    void anAbortInAttachPreventsTheConnect() throws IOException {
        TestLayer layer = watch(new TestLayer() {
            @Override
            protected void onAttach() {
                state = OutputState.ABORT;
            }
        });
        connector().connect(server(1).getLocalSocketAddress(), layer);
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "receiveFailure", "released"), layer.events());
    }

    @Test
    void readingGoesOnWhileWritingIsBlocked() throws IOException {
        ServerSocket server = server(1);
        TestLayer layer = watch(new TestLayer() {
            @Override
            protected void onConnected() {
                send(new byte[64 * MIB]);
            }
        });
        connector().connect(server.getLocalSocketAddress(), layer);
        Socket peer = closing(server.accept());
        // The peer reads nothing, so the layer's bytes cannot all leave; its own must arrive all the same.
        peer.getOutputStream().write(new byte[8 * MIB]);
        layer.awaitReceived(8 * MIB);
        assertTrue(layer.waitingBytes() > 0);
        assertTrue(
                layer.producers.stream().allMatch(name -> name.startsWith("client-" + on.writingThreads())),
                layer.producers::toString);
        layer.become(OutputState.ABORT);
    }

    @Test
    void aClosedConnectorRefusesAndTouchesNoLayer() throws IOException {
        Transport.Connector connector = connector();
        connector.close();
        connector.close();
        TestLayer layer = new TestLayer();
        SocketAddress address = server(1).getLocalSocketAddress();
        assertThrows(IllegalStateException.class, () -> connector.connect(address, layer));
        assertEquals(List.of(), layer.events());
    }

    @Test
    void closeEndsAConnectThatHangs() throws IOException {
        ServerSocket full = server(1);
        for (int i = 0; i < 8; i++) {
            SocketChannel filler = closing(SocketChannel.open());
            filler.configureBlocking(false);
            filler.connect(full.getLocalSocketAddress());
        }
        TestLayer layer = watch(new TestLayer());
        Transport.Connector connector = connector();
        connector.connect(full.getLocalSocketAddress(), layer);
        layer.awaitEvent("attach");
        connector.close();
        assertEquals(TcpEnd.NOT_CONNECTED, layer.ending);
    }

    private ServerSocket server(int backlog) throws IOException {
        return closing(new ServerSocket(0, backlog, InetAddress.getLoopbackAddress()));
    }
}
