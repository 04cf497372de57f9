package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

/**
 * Listeners, connectors and raw peers of a test; afterwards it closes them and checks what the layers saw.
 */
public abstract class LayerFixture {
    /** The settings of {@link #listen}. */
    protected static final TransportSettings SETTINGS = new TransportSettings("test", true);
    private static final int PATIENCE_MILLIS = 20_000;

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final List<TestLayer> watched = new CopyOnWriteArrayList<>();

    /**
     * The transport under test.
     *
     * @return a transport
     */
    protected abstract Transport transport();

    /** A listener on a free port of the loopback interface. */
    protected final Transport.Listener listen(Supplier<Optional<ByteLayer>> layers) throws IOException {
        return closing(
                transport().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), SETTINGS,
                        (remote, nanoTime) -> layers.get()));
    }

    /** Connects a raw socket to a listener that serves it with the layer. */
    protected final Socket peerOf(TestLayer layer) throws IOException {
        watch(layer);
        return peer(listen(() -> Optional.of(layer)).address());
    }

    /** A raw socket that is connected to the address. */
    protected final Socket peer(SocketAddress address) throws IOException {
        Socket socket = closing(new Socket());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(address, PATIENCE_MILLIS);
        return socket;
    }

    /** A connector whose threads have names that begin with {@code client-}. */
    protected final Transport.Connector connector() {
        return closing(transport().connector(new TransportSettings("client", true)));
    }

    /** Has the layer's record looked at when the test is over. */
    protected final <T extends TestLayer> T watch(T layer) {
        watched.add(layer);
        return layer;
    }

    /** Closes it when the test is over, in the order of these calls. */
    protected final <T extends AutoCloseable> T closing(T closeable) {
        toClose.add(closeable);
        return closeable;
    }

    @AfterEach
    protected final void closeAllAndCheckTheContract() throws Exception {
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

    /** The live platform threads whose name begins so; virtual threads cannot be listed. */
    protected static List<Thread> threadsOf(String prefix) {
        return Thread.getAllStackTraces()
                .keySet()
                .stream()
                .filter(t -> t.getName().startsWith(prefix))
                .toList();
    }

    /** Polls a condition without an event, without sleeping; bounded. */
    protected static void awaitNoMore(String what, BooleanSupplier some) {
        long start = System.nanoTime();
        while (some.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20), what);
            Thread.onSpinWait();
        }
    }
}
