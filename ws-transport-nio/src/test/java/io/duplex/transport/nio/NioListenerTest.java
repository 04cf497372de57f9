package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.contract.layer.TestLayer;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NioListenerTest {
    private final LoopGroup group = new LoopGroup(new TransportSettings("listener-test", true), 2);
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();
    private ServerSocketChannel socket;
    private NioListener listener;

    @BeforeEach
    void bind() throws IOException {
        socket = Binding.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), OneLoop.setup(),
                false);
    }

    @AfterEach
    void close() {
        listener.close();
    }

    private NioListener listen(ServerSocketChannel on, Supplier<Optional<ByteLayer>> layers)
            throws IOException {
        group.startAll();
        listener = new NioListener(on, OneLoop.setup(), group, (remote, nanoTime) -> layers.get());
        listener.start();
        return listener;
    }

    private Socket peer() throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.address();
        return new Socket(address.getAddress(), address.getPort());
    }

    @Test
    void theSocketMayBeBoundAgainSoon() throws IOException {
        listen(socket, Optional::empty);
        assertTrue(socket.getOption(StandardSocketOptions.SO_REUSEADDR));
    }

    @Test
    void connectionsAreSpreadOverTheLoopsAndSendAtOnce() throws IOException {
        List<TestLayer> layers = new CopyOnWriteArrayList<>();
        listen(socket, () -> {
            layers.add(new TestLayer());
            return Optional.of(layers.getLast());
        });
        for (int i = 0; i < 4; i++) {
            try (Socket peer = peer()) {
                peer.getOutputStream().write(1);
                while (layers.size() <= i) {
                    Thread.onSpinWait();
                }
                layers.get(i).awaitReceived(1);
            }
            String expected = "listener-test-loop-" + (i % 2 + 1);
            assertEquals(expected, layers.get(i).callers.peek().getName());
        }
    }

    @Test
    void delayOfSmallSegmentsIsOff() throws IOException {
        try (SocketChannel peer = SocketChannel.open(socket.getLocalAddress());
                SocketChannel accepted = socket.accept()) {
            Wire.accepted(accepted, OneLoop.setup());
            assertTrue(accepted.getOption(StandardSocketOptions.TCP_NODELAY));
            assertTrue(peer.isConnected());
        }
        listen(socket, Optional::empty);
    }

    @Test
    void itGoesOnAfterAcceptFailures() throws IOException {
        failures.set(3);
        TestLayer layer = new TestLayer();
        listen(new ScarceChannel(), () -> Optional.of(layer));
        try (Socket peer = peer()) {
            peer.getOutputStream().write(1);
            layer.awaitReceived(1);
            assertTrue(attempts.get() >= 4);
        }
    }

    @Test
    void closeEndsAPauseBetweenFailures() throws IOException {
        failures.set(Integer.MAX_VALUE);
        listen(new ScarceChannel(), Optional::empty);
        while (attempts.get() < 2) {
            Thread.onSpinWait();
        }
        listener.close();
        int last = attempts.get();
        listener.close();
        assertEquals(last, attempts.get());
    }

    @Test
    void anInterruptLeftBehindByTheSupplierDoesNotEndAccepting() throws IOException {
        TestLayer layer = new TestLayer();
        AtomicInteger calls = new AtomicInteger();
        listen(socket, () -> {
            if (calls.getAndIncrement() == 0) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
            return Optional.of(layer);
        });
        assertThrows(SocketException.class, () -> peer().getInputStream().read());
        try (Socket peer = peer()) {
            peer.getOutputStream().write(1);
            layer.awaitReceived(1);
        }
    }

    /** A listening socket that fails as if descriptors had run out. */
    private final class ScarceChannel extends ServerSocketChannel {
        private ScarceChannel() {
            super(socket.provider());
        }

        @Override
        public SocketChannel accept() throws IOException {
            attempts.incrementAndGet();
            if (failures.getAndDecrement() > 0) {
                throw new SocketException("Too many open files");
            }
            return socket.accept();
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
            return socket.bind(local, backlog);
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
            return socket.setOption(name, value);
        }

        @Override
        public <T> T getOption(SocketOption<T> name) throws IOException {
            return socket.getOption(name);
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return socket.supportedOptions();
        }

        @Override
        public ServerSocket socket() {
            return socket.socket();
        }

        @Override
        public SocketAddress getLocalAddress() throws IOException {
            return socket.getLocalAddress();
        }

        @Override
        protected void implCloseSelectableChannel() throws IOException {
            socket.close();
        }

        @Override
        protected void implConfigureBlocking(boolean block) throws IOException {
            socket.configureBlocking(block);
        }
    }
}
