package io.duplex.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.TransportSettings;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LoopGroupTest {
    private final LoopGroup group = new LoopGroup(new TransportSettings("group", true), 2);

    private EventLoop admit() {
        return group.admit().orElseThrow();
    }

    @Test
    void connectionsGoToTheLoopsInTurn() throws Exception {
        group.startAll();
        EventLoop first = admit();
        EventLoop second = admit();
        assertNotSame(first, second);
        assertSame(first, admit());
        assertSame(second, admit());
        for (int i = 0; i < 4; i++) {
            group.released();
        }
        group.close();
    }

    @Test
    void aClosedGroupAdmitsNothing() {
        group.close();
        group.close();
        assertTrue(group.isClosed());
        assertEquals(Optional.empty(), group.admit());
    }

    @Test
    void theLoopsEndWithTheLastConnection() throws Exception {
        EventLoop loop = admit();
        CountDownLatch closing = new CountDownLatch(1);
        Thread closer = Thread.ofPlatform().start(() -> {
            closing.countDown();
            group.close();
        });
        closing.await();
        while (!group.isClosed()) {
            Thread.onSpinWait();
        }
        // The loop still runs tasks: the connection has its last calls before it.
        CountDownLatch ran = new CountDownLatch(1);
        loop.submit(ran::countDown);
        ran.await();
        assertTrue(closer.isAlive());
        group.released();
        closer.join();
    }

    @Test
    void closeFromAnOwnThreadDoesNotWait() throws Exception {
        EventLoop loop = admit();
        CountDownLatch returned = new CountDownLatch(1);
        loop.submit(() -> {
            group.close();
            returned.countDown();
        });
        returned.await();
        group.released();
        group.close();
        assertTrue(group.isClosed());
    }
}
