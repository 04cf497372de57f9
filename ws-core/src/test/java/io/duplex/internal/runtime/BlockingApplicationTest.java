package io.duplex.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.duplex.BlockingHandler;
import io.duplex.ConnectionClosedException;
import io.duplex.Delivery;
import io.duplex.ReadyState;
import io.duplex.WebSocket;
import io.duplex.internal.blocking.Inbox;
import io.duplex.testkit.CapturedLog;
import io.duplex.testkit.Patience;
import io.duplex.testkit.Recorder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** The application's thread begins with the connection; its return or failure closes it. */
class BlockingApplicationTest {
    private static final long WAIT_MILLIS = TimeUnit.NANOSECONDS.toMillis(Recorder.WAIT_NANOS);
    private final WebSocket ws = mock();

    private final HandlerThreads threads = new HandlerThreads(() -> {});

    private BlockingApplication of(BlockingHandler handler) {
        when(ws.id()).thenReturn(7L);
        return new BlockingApplication(handler, new Inbox(), "server", new LogListener(), threads);
    }

    @Test
    void runsOnAVirtualThreadThatSaysWhoseItIs() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<WebSocket> given = new CompletableFuture<>();
        of(socket -> {
            thread.complete(Thread.currentThread());
            given.complete(socket);
        }).onOpen(ws);
        assertTrue(Memory.within(thread).isVirtual());
        assertEquals("server-app-7", Memory.within(thread).getName());
        assertSame(ws, Memory.within(given));
    }

    @Test
    void itsReturnClosesTheConnection() {
        of(socket -> {
            // Returns at once.
        }).onOpen(ws);
        verify(ws, timeout(WAIT_MILLIS)).close();
    }

    @Test
    void itsFailureClosesWithInternalErrorAndIsLogged() {
        for (Throwable failure : List.of(new IOException("a"), new AssertionError("b"))) {
            WebSocket failing = mock();
            try (CapturedLog log = new CapturedLog(Level.INFO)) {
                of(socket -> {
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw (IOException) failure;
                }).onOpen(failing);
                verify(failing, timeout(WAIT_MILLIS)).close(1011, "internal error");
                Patience.await("the failure is logged", () -> !log.lines().isEmpty());
                assertEquals(List.of("WARNING ! " + failing + " the application failed"), log.lines());
                assertSame(failure, log.records().getFirst().getThrown());
            }
        }
    }

    /** A peer can cause it as often as it likes. */
    @Test
    void theEndOfItsConnectionIsNoFailureOfTheApplication() {
        ConnectionClosedException end = new ConnectionClosedException("over", Optional.empty());
        for (Exception thrown : List.of(end, new UncheckedIOException(new IOException(end)))) {
            WebSocket ended = mock();
            when(ended.readyState()).thenReturn(ReadyState.CLOSED);
            try (CapturedLog log = new CapturedLog(Level.INFO)) {
                of(socket -> {
                    throw thrown;
                }).onOpen(ended);
                verify(ended, timeout(WAIT_MILLIS)).close(1011, "internal error");
                assertEquals(List.of(), log.lines());
            }
        }
    }

    @Test
    void theEndOfAnotherConnectionIs() {
        WebSocket open = mock();
        when(open.readyState()).thenReturn(ReadyState.OPEN);
        try (CapturedLog log = new CapturedLog(Level.INFO)) {
            of(socket -> {
                throw new ConnectionClosedException("another one", Optional.empty());
            }).onOpen(open);
            verify(open, timeout(WAIT_MILLIS)).close(1011, "internal error");
            Patience.await("the failure is logged", () -> !log.lines().isEmpty());
            assertEquals(List.of("WARNING ! " + open + " the application failed"), log.lines());
        }
    }

    @Test
    void messagesComeInPartsAndWaitInTheInbox() {
        assertEquals(Delivery.PARTS, of(socket -> {
            // Never asked.
        }).delivery());
    }
}
