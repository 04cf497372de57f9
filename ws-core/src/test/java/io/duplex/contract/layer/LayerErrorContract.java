package io.duplex.contract.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.testkit.Leaks;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Errors, of memory above all, while the logger throws as well: they cost their connection, and nothing else.
 */
abstract class LayerErrorContract extends LayerPart {
    /** The call in which a layer throws. */
    enum Place {
        ATTACH, CONNECTED, RECEIVE, PRODUCE, END, DEADLINE, TASK, EXECUTE
    }

    private final Logger logger = Logger.getLogger("io.duplex");
    private final AtomicInteger logged = new AtomicInteger();
    private final Handler failing = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            // Above SafeLog.BURST it is a line of the level FINE.
            if ((entry.getMessage() + entry.getThrown()).contains("on purpose")) {
                logged.incrementAndGet();
            }
            throw new OutOfMemoryError("on purpose, in the log");
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    LayerErrorContract(LayerContract on) {
        super(on);
    }

    @BeforeEach
    void breakTheLog() {
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.FINE);
        logger.addHandler(failing);
    }

    @AfterEach
    void mendTheLog() {
        logger.removeHandler(failing);
        logger.setLevel(null);
        logger.setUseParentHandlers(true);
    }

    @ParameterizedTest
    @EnumSource
    void anErrorCostsItsConnectionOnly(Place place) throws Exception {
        AtomicInteger count = new AtomicInteger();
        List<TestLayer> layers = List.of(new FailingLayer(place), new FailingLayer(place), new EchoLayer());
        layers.forEach(this::watch);
        Transport.Listener listener = listen(() -> Optional.of(layers.get(count.getAndIncrement())));
        OptionalInt before = Leaks.descriptors();
        for (TestLayer layer : layers.subList(0, 2)) {
            try (Socket peer = new Socket()) {
                peer.connect(listener.address());
                peer.getOutputStream().write(HELLO);
                peer.shutdownOutput();
                assertThrows(IOException.class, () -> readToTheEnd(peer));
            } catch (IOException e) {
                // The reset may come before the peer is done with writing.
            }
            layer.awaitEvent("released");
        }
        Leaks.awaitDescriptors(before);
        Socket peer = peer(listener.address());
        peer.getOutputStream().write(HELLO);
        assertEquals("hello", new String(peer.getInputStream().readNBytes(HELLO.length), US_ASCII));
        assertEquals(2, logged.get());
    }

    private static void readToTheEnd(Socket peer) throws IOException {
        while (peer.getInputStream().read() >= 0) {
            // Only the end matters.
        }
        throw new IOException("an orderly end");
    }

    private static final class FailingLayer extends TestLayer {
        private final Place place;
        private boolean polled;

        FailingLayer(Place place) {
            this.place = place;
        }

        private void failIf(Place here) {
            if (place == here) {
                throw new OutOfMemoryError("on purpose, in " + here);
            }
        }

        @Override
        protected void onAttach() {
            failIf(Place.ATTACH);
        }

        @Override
        protected void onConnected() {
            failIf(Place.CONNECTED);
            if (place == Place.DEADLINE) {
                deadlineNanos = host.nanoTime() + MS;
            }
            if (place == Place.EXECUTE) {
                host.execute(() -> failIf(Place.EXECUTE));
            }
        }

        @Override
        protected void onReceive(ByteBuffer src) {
            failIf(Place.RECEIVE);
            super.onReceive(src);
            send(HELLO);
        }

        @Override
        protected void onProduced() {
            failIf(Place.PRODUCE);
        }

        @Override
        protected void onEnd() {
            failIf(Place.END);
        }

        @Override
        protected void onDue() {
            failIf(Place.DEADLINE);
        }

        @Override
        public Runnable pollTask() {
            boolean first = place == Place.TASK && !polled;
            polled = true;
            return first ? () -> failIf(Place.TASK) : null;
        }
    }

    @Test
    void admissionThatFailsLeavesNoSocketBehind() throws Exception {
        AtomicInteger count = new AtomicInteger();
        EchoLayer layer = watch(new EchoLayer());
        Transport.Listener listener = listen(() -> {
            if (count.getAndIncrement() < 3) {
                throw new OutOfMemoryError("on purpose");
            }
            return Optional.<ByteLayer>of(layer);
        });
        OptionalInt before = Leaks.descriptors();
        for (int i = 0; i < 3; i++) {
            try (Socket refused = new Socket()) {
                refused.connect(listener.address());
                assertThrows(IOException.class, () -> readToTheEnd(refused));
            } catch (IOException e) {
                // The reset may come before connect has returned.
            }
        }
        Leaks.awaitDescriptors(before);
        Socket peer = peer(listener.address());
        peer.getOutputStream().write(HELLO);
        assertEquals("hello", new String(peer.getInputStream().readNBytes(HELLO.length), US_ASCII));
    }
}
