package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.contract.layer.TestLayer;
import io.duplex.testkit.Leaks;
import io.duplex.transport.TransportSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A callback that blocks its loop is reported while it still blocks, and the thread that sees it ends with
 * the loops.
 */
@Timeout(60)
class SlowCallbackTest {
    private final BlockingQueue<Throwable> reports = new LinkedBlockingQueue<>();
    private final CountDownLatch reported = new CountDownLatch(1);

    private void handleSlowly() {
        try {
            assertTrue(reported.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aReportSaysWhereTheLoopIsHeldWhileItIs() throws Exception {
        StallWatch watch =
                new StallWatch("slow-callback-test", Duration.ofMillis(20),
                        (text, here) -> reports.add(here));
        TestLayer layer = new TestLayer() {
            @Override
            protected void onReceive(ByteBuffer src) {
                handleSlowly();
                super.onReceive(src);
            }
        };
        try (OneLoop one = new OneLoop(Optional.of(watch))) {
            OneLoop.Pair pair = one.connect(layer);
            pair.peer().write(ByteBuffer.wrap(new byte[1]));
            Throwable here = reports.poll(30, TimeUnit.SECONDS);
            assertEquals(0, layer.received().length);
            assertTrue(List.of(here.getStackTrace()).toString().contains("handleSlowly"));
            reported.countDown();
            layer.awaitReceived(1);
        }
        Leaks.awaitNoThreads("slow-callback-test");
    }

    @Test
    void aTransportTakesZeroOrAMillisecondAtLeast() {
        NioTransport transport = new NioTransport(1);
        assertThrows(IllegalArgumentException.class, () -> transport.slowCallback(Duration.ofNanos(1)));
        assertThrows(IllegalArgumentException.class, () -> transport.slowCallback(Duration.ofSeconds(-1)));
        transport.slowCallback(Duration.ZERO);
        transport.slowCallback(Duration.ofSeconds(Long.MAX_VALUE));
    }

    @Test
    void zeroIsNoWatch() {
        TransportSettings settings = new TransportSettings("slow-callback-test", true);
        assertEquals(Optional.empty(), StallWatch.of(settings, Duration.ZERO));
        assertTrue(StallWatch.of(settings, NioTransport.DEFAULT_SLOW_CALLBACK).isPresent());
    }
}
