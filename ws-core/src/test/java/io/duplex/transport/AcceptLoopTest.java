package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.PlainLayer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AcceptLoopTest {
    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("here", 1);
    private static final SafeLog LOG = SafeLog.of("io.duplex.test.accept");

    private volatile boolean open = true;
    private final AtomicInteger accepts = new AtomicInteger();

    private AcceptLoop loop(AcceptLoop.Accept accept) {
        return new AcceptLoop(() -> open = false, () -> open, () -> {
            accepts.incrementAndGet();
            accept.next();
        }, ADDRESS, LOG);
    }

    @Test
    void goesOnAfterEveryFailureUntilItIsStopped() {
        Iterator<Throwable> failures =
                List.of(new IOException("no descriptors"), new OutOfMemoryError("a test"),
                        new IllegalStateException("user code")).iterator();
        List<AcceptLoop> self = new ArrayList<>();
        self.add(loop(() -> {
            if (!failures.hasNext()) {
                self.getFirst().stop();
                return;
            }
            switch (failures.next()) {
                case IOException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw (RuntimeException) e;
            }
        }));
        self.getFirst().run();
        assertEquals(4, accepts.get());
        assertFalse(open);
    }

    @Test
    void stopEndsThePauseAfterAFailure() throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(1);
        AcceptLoop loop = loop(() -> {
            failed.countDown();
            throw new IOException("no descriptors");
        });
        Thread thread = Thread.ofPlatform().start(loop);
        failed.await();
        loop.stop();
        thread.join();
        assertFalse(open);
    }

    @Test
    void anInterruptOfUserCodeDoesNotReachTheNextAccept() {
        List<Boolean> interrupted = new ArrayList<>();
        List<AcceptLoop> self = new ArrayList<>();
        self.add(loop(() -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
            if (interrupted.size() == 2) {
                self.getFirst().stop();
            }
        }));
        self.getFirst().run();
        assertEquals(List.of(false, false), interrupted);
        assertFalse(Thread.interrupted());
    }

    @Test
    void anAdmissionThatFailsRefusesTheConnection() {
        assertEquals(Optional.empty(), AcceptLoop.layer((remote, nanoTime) -> {
            throw new IllegalStateException("admission");
        }, ADDRESS, ADDRESS, LOG));
        assertTrue(AcceptLoop.layer((remote, nanoTime) -> Optional.of(new PlainLayer()),
                ADDRESS, ADDRESS, LOG).isPresent());
    }
}
