package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.Leaks;
import io.duplex.testkit.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sockets that close as slowly as a test wants: which thread, which result, and no endless wait.
 */
@Timeout(60)
class LingeringClosesTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final LingeringCloses closes = new LingeringCloses("test");

    @AfterEach
    void cut() {
        closes.cut();
        Leaks.awaitNoThreads("test-linger-");
    }

    /** A socket that closes when its latch says so. */
    private static class TestSocket implements LingeringCloses.Socket {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch acknowledged = new CountDownLatch(1);
        final CompletableFuture<TcpEnd> ending = new CompletableFuture<>();
        volatile int seconds;
        volatile boolean atOnce;
        volatile Thread thread;

        @Override
        public void closeLingering(int lingerSeconds) throws IOException {
            seconds = lingerSeconds;
            thread = Thread.currentThread();
            begun.countDown();
            try {
                acknowledged.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void closeAtOnce() {
            atOnce = true;
        }
    }

    @Test
    void aCloseThatReturnsBeforeItsTimeWasAcknowledged() throws Exception {
        TestSocket socket = new TestSocket();
        closes.close(socket, LONG, socket.ending::complete);
        socket.begun.await();
        assertFalse(socket.ending.isDone());
        assertTrue(socket.thread.getName().startsWith("test-linger-"), socket.thread.getName());
        assertTrue(socket.thread.isDaemon());
        socket.acknowledged.countDown();
        assertEquals(TcpEnd.LINGER_ACKNOWLEDGED, socket.ending.get());
        assertFalse(socket.atOnce);
    }

    @Test
    void aCloseThatTakesItsTimeHasExpired() throws Exception {
        TestSocket socket = new TestSocket() {
            @Override
            public void closeLingering(int lingerSeconds) {
                long end = System.nanoTime() + Duration.ofSeconds(lingerSeconds).toNanos();
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(end - System.nanoTime());
                }
            }
        };
        closes.close(socket, Duration.ofMillis(1), socket.ending::complete);
        assertEquals(TcpEnd.LINGER_EXPIRED, socket.ending.get());
    }

    @Test
    void secondsAreRoundedUp() throws Exception {
        TestSocket socket = new TestSocket();
        closes.close(socket, Duration.ofMillis(3_001), socket.ending::complete);
        socket.begun.await();
        assertTrue(socket.seconds == 4 || socket.seconds == 3,
                "after a long wait for the thread: " + socket.seconds);
        socket.acknowledged.countDown();
    }

    @Test
    void aBrokenConnectionIsClosedAndSaysSo() throws Exception {
        TestSocket socket = new TestSocket() {
            @Override
            public void closeLingering(int lingerSeconds) throws IOException {
                throw new IOException("Connection reset");
            }
        };
        closes.close(socket, LONG, socket.ending::complete);
        assertEquals(TcpEnd.BROKEN, socket.ending.get());
        assertTrue(socket.atOnce);
    }

    @Test
    void whatWaitedLongerThanItsTimeIsClosedWithoutWaiting() throws Exception {
        List<TestSocket> holders = java.util.stream.Stream.generate(TestSocket::new)
                .limit(LingeringCloses.MAX_THREADS)
                .toList();
        holders.forEach(holder -> closes.close(holder, LONG, holder.ending::complete));
        for (TestSocket holder : holders) {
            holder.begun.await();
        }
        TestSocket late = new TestSocket();
        closes.close(late, Duration.ofNanos(1), late.ending::complete);
        assertFalse(late.ending.isDone(), "there is no thread for it");
        holders.get(0).acknowledged.countDown();
        assertEquals(TcpEnd.LINGER_EXPIRED, late.ending.get());
        assertTrue(late.atOnce);
        holders.forEach(holder -> holder.acknowledged.countDown());
    }

    @Test
    void cuttingWaitsForNobodyAndTellsOnce() throws Exception {
        AtomicInteger told = new AtomicInteger();
        TestSocket socket = new TestSocket();
        closes.close(socket, LONG, ending -> {
            told.incrementAndGet();
            socket.ending.complete(ending);
        });
        socket.begun.await();
        closes.cut();
        assertEquals(TcpEnd.LINGER_EXPIRED, socket.ending.getNow(null));
        socket.acknowledged.countDown();
        Patience.await("the thread ends", () -> !socket.thread.isAlive());
        assertEquals(1, told.get());
    }

    @Test
    void behindTheCutASocketIsClosedWithoutWaiting() {
        closes.cut();
        TestSocket socket = new TestSocket();
        closes.close(socket, LONG, socket.ending::complete);
        assertEquals(TcpEnd.LINGER_EXPIRED, socket.ending.getNow(null));
        assertTrue(socket.atOnce);
    }
}
