package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

/** Listeners, connectors and raw peers of a test; afterwards it closes them and checks what the layers saw. */
abstract class NioFixture {
    static final TransportSettings SETTINGS = new TransportSettings("test", true, 64);
    private static final int PATIENCE_MILLIS = 20_000;

    private final NioTransport transport = new NioTransport(2);
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final List<TestLayer> watched = new CopyOnWriteArrayList<>();

    Transport.Listener listen(Supplier<Optional<ByteLayer>> layers) throws IOException {
        return closing(transport.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), SETTINGS,
                layers));
    }

    /** Connects a raw socket to a listener that serves it with the layer. */
    Socket peerOf(TestLayer layer) throws IOException {
        watch(layer);
        return peer(listen(() -> Optional.of(layer)).address());
    }

    Socket peer(SocketAddress address) throws IOException {
        Socket socket = closing(new Socket());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(address, PATIENCE_MILLIS);
        return socket;
    }

    Transport.Connector connector() {
        return closing(transport.connector(new TransportSettings("client", true, 1)));
    }

    <T extends TestLayer> T watch(T layer) {
        watched.add(layer);
        return layer;
    }

    <T extends AutoCloseable> T closing(T closeable) {
        toClose.add(closeable);
        return closeable;
    }

    @AfterEach
    void closeAllAndCheckTheContract() throws Exception {
        for (AutoCloseable closeable : toClose) {
            closeable.close();
        }
        for (TestLayer layer : watched) {
            assertEquals(List.of(), List.copyOf(layer.violations));
            List<String> events = layer.events();
            assertEquals("attach", events.getFirst());
            assertEquals("released", events.getLast());
            assertEquals(1, events.stream().filter("released"::equals).count());
        }
    }
}
