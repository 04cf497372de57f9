package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.AddressText;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Listeners: addresses, admission, and connections that were just accepted. */
abstract class LayerListenerContract extends LayerPart {
    LayerListenerContract(LayerContract on) {
        super(on);
    }

    @Test
    void itIsFoundAsAService() {
        Class<?> type = transport().getClass();
        assertTrue(ServiceLoader.load(Transport.class).stream().anyMatch(p -> p.type() == type));
        assertEquals(on.name(), transport().name());
    }

    @Test
    void anAddressInUseIsNamedInTheFailure() throws IOException {
        Transport.Listener first = listen(Optional::empty);
        IOException failure = assertThrows(IOException.class,
                () -> transport().listen(first.address(), SETTINGS, (remote, nanoTime) -> Optional.empty()));
        assertTrue(failure.getMessage().contains(AddressText.of(first.address())), failure.getMessage());
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
