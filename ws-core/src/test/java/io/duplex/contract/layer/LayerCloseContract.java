package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.TcpEnd;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportClock;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The end of listeners and connectors: close leaks nothing. */
abstract class LayerCloseContract extends LayerPart {
    private static final int CONNECTIONS = 50;

    LayerCloseContract(LayerContract on) {
        super(on);
    }

    @Test
    void closeResetsEveryConnectionAndReturnsWhenAllAreReleased() throws IOException {
        List<TestLayer> layers = new CopyOnWriteArrayList<>();
        Transport.Listener listener = listen(() -> {
            TestLayer layer = watch(new TestLayer());
            layers.add(layer);
            return Optional.of(layer);
        });
        List<Socket> peers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Socket peer = peer(listener.address());
            peers.add(peer);
            peer.getOutputStream().write(1);
        }
        awaitNoMore("missing layers", () -> layers.size() < CONNECTIONS);
        layers.forEach(layer -> layer.awaitEvent("connected"));
        listener.close();
        for (TestLayer layer : layers) {
            assertEquals(TcpEnd.RESET, layer.ending);
        }
        for (Socket peer : peers) {
            assertThrows(SocketException.class, () -> peer.getInputStream().read());
        }
        listener.close();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void closeLeavesNoThreadAndNoFileDescriptor() throws IOException {
        useOnce("warm-up", 1);
        long before = openSockets();
        useOnce("counted", CONNECTIONS);
        awaitNoMore("threads", () -> !threadsOf("counted").isEmpty());
        awaitNoMore("open sockets", () -> openSockets() > before);
    }

    @Test
    void closeFromAnOwnThreadDoesNotWait() throws IOException {
        Transport.Listener[] listener = new Transport.Listener[1];
        TestLayer layer = watch(new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                listener[0].close();
                super.onReceive(src);
            }
        });
        listener[0] = listen(() -> Optional.of(layer));
        Socket peer = peer(listener[0].address());
        peer.getOutputStream().write(1);
        layer.awaitEvent("released");
        assertEquals(List.of("attach", "connected", "receive", "released"), layer.events());
    }

    @Test
    void closeKeepsAnInterruptForItsCaller() throws IOException {
        TestLayer layer = new TestLayer();
        watch(layer);
        Transport.Listener listener = listen(() -> Optional.of(layer));
        peer(listener.address());
        layer.awaitEvent("connected");
        Thread.currentThread().interrupt();
        listener.close();
        assertTrue(Thread.interrupted());
        assertEquals(TcpEnd.RESET, layer.ending);
    }

    /**
     * A listener and a connector with connections between them, each with a deadline and a writer; then
     * closes both.
     */
    private void useOnce(String name, int connections) throws IOException {
        TransportSettings settings = new TransportSettings(name, true);
        List<TestLayer> layers = new ArrayList<>();
        try (Transport.Listener listener = transport().listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings,
                (remote, nanoTime) -> Optional.of(busyLayer()));
                Transport.Connector connector = transport().connector(settings)) {
            for (int i = 0; i < connections; i++) {
                TestLayer layer = busyLayer();
                layers.add(layer);
                connector.connect(listener.address(), layer);
            }
            layers.forEach(layer -> layer.awaitReceived(1));
            assertFalse(threadsOf(name).isEmpty());
        }
    }

    private TestLayer busyLayer() {
        return watch(new TestLayer() {
            @Override
            protected void onConnected() {
                deadlineNanos = TransportClock.nanoTime() + TimeUnit.HOURS.toNanos(1);
                send(new byte[1 << 20]);
            }
        });
    }

    private static long openSockets() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(LayerCloseContract::isSocket).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false;
        }
    }
}
