package io.duplex.transport.bio.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BlockingListenerTest {
    private static final TransportSettings SETTINGS = new TransportSettings("listener-test", true);

    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile boolean threadsMissing;

    /** A listening socket that fails as if descriptors had run out. */
    private final class ScarceSocket extends ServerSocket {
        private ScarceSocket() throws IOException {
            super(0, 8, InetAddress.getLoopbackAddress());
        }

        @Override
        public Socket accept() throws IOException {
            attempts.incrementAndGet();
            if (failures.getAndDecrement() > 0) {
                throw new SocketException("Too many open files");
            }
            return super.accept();
        }
    }

    private final ThreadModel threads = new ThreadModel() {
        @Override
        public Thread connectionThread(String name, boolean daemon, Runnable task) {
            if (threadsMissing) {
                throw new OutOfMemoryError("unable to create native thread (on purpose)");
            }
            return Thread.ofVirtual().name(name).unstarted(task);
        }

        @Override
        public ExecutorService helpers(String namePrefix) {
            return Executors.newVirtualThreadPerTaskExecutor();
        }

        @Override
        public int idleReadBytes() {
            return 512;
        }
    };

    private BlockingListener listen(Supplier<Optional<ByteLayer>> layers) throws IOException {
        BlockingListener listener = new BlockingListener(new ScarceSocket(), DriverPair.setup(),
                new ConnectionGroup(SETTINGS, threads),
                (remote, nanoTime) -> layers.get());
        listener.start();
        return listener;
    }

    @Test
    void itGoesOnAfterAcceptFailures() throws Exception {
        failures.set(3);
        CountDownLatch connected = new CountDownLatch(1);
        BlockingListener listener = listen(() -> Optional.of(new StubLayer() {
            @Override
            public void connected(long nanoTime) {
                connected.countDown();
            }
        }));
        try (listener; Socket peer = new Socket()) {
            peer.connect(listener.address());
            assertTrue(connected.await(20, TimeUnit.SECONDS));
            assertTrue(attempts.get() >= 4);
        }
    }

    @Test
    void closeEndsAPauseBetweenFailures() throws Exception {
        failures.set(Integer.MAX_VALUE);
        BlockingListener listener = listen(Optional::empty);
        while (attempts.get() < 2) {
            Thread.onSpinWait();
        }
        listener.close();
        int last = attempts.get();
        listener.close();
        assertEquals(last, attempts.get());
    }

    @Test
    void aConnectionForWhichThereIsNoThreadIsResetAndReleased() throws Exception {
        threadsMissing = true;
        List<String> calls = new CopyOnWriteArrayList<>();
        CountDownLatch released = new CountDownLatch(1);
        BlockingListener listener = listen(() -> Optional.of(new StubLayer() {
            @Override
            public void attach(LayerHost host, long nanoTime) {
                calls.add("attach");
            }

            @Override
            public void connected(long nanoTime) {
                calls.add("connected");
            }

            @Override
            public void released(TcpEnd ending, long nanoTime) {
                calls.add("released " + ending);
                released.countDown();
            }
        }));
        try (listener; Socket peer = new Socket()) {
            peer.connect(listener.address());
            peer.setSoTimeout(20_000);
            assertThrows(SocketException.class, () -> peer.getInputStream().read());
            assertTrue(released.await(20, TimeUnit.SECONDS));
            assertEquals(List.of("attach", "released RESET"), calls);
        }
    }
}
