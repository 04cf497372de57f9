package io.duplex.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.WebSocket;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.mockito.Mockito;

class RecorderTest {
    private static final CloseInfo INFO = new CloseInfo(Optional.empty(), Optional.empty(),
            CloseInfo.Initiator.PEER, Optional.empty(), TcpEnd.BROKEN);

    private final WebSocket ws = Mockito.mock(WebSocket.class);
    private final Recorder recorder = new Recorder();

    @Test
    void eventsComeBackInOrder() throws Exception {
        recorder.onOpen(ws);
        recorder.onText(ws, "a");
        recorder.onClose(ws, INFO);
        assertSame(ws, recorder.awaitOpen());
        recorder.expect(new Event.Text("a"));
        assertSame(INFO, recorder.awaitClosed());
    }

    @Test
    void whatIsLentIsCopied() throws Exception {
        byte[] lent = { 1, 2 };
        recorder.onOpen(ws);
        recorder.onBinary(ws, ByteBuffer.wrap(lent));
        lent[0] = 9;
        recorder.awaitOpen();
        assertArrayEquals(new byte[] { 1, 2 }, recorder.awaitBinary());
    }

    @Test
    void anotherEventThanAskedForFails() throws Exception {
        recorder.onOpen(ws);
        AssertionError error = assertThrows(AssertionError.class, recorder::awaitText);
        assertTrue(error.getMessage().contains("Opened"), error.getMessage());
    }

    @Test
    void anEventNotAskedForFails() throws Exception {
        recorder.onOpen(ws);
        assertThrows(AssertionError.class, recorder::assertNothingElse);
    }

    @Test
    void expectDoesNotWait() {
        assertThrows(AssertionError.class, () -> recorder.expect(Event.Opened.class));
    }

    @Test
    void overlappingCallbacksFail() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        recorder.on(Event.Text.class, (socket, event) -> {
            entered.countDown();
            leave.await();
        });
        recorder.onOpen(ws);
        Thread other = Thread.ofVirtual().start(() -> assertDoesNotThrow(() -> recorder.onText(ws, "a")));
        entered.await();
        recorder.onDrained(ws);
        leave.countDown();
        other.join();
        assertBreach("while a callback runs");
    }

    @Test
    void aCallbackInsideAnotherFails() throws Exception {
        recorder.on(Event.Text.class, (socket, event) -> recorder.onDrained(socket));
        recorder.onOpen(ws);
        recorder.onText(ws, "a");
        assertBreach("while a callback runs");
    }

    @Test
    void aCallbackAfterOnCloseFails() throws Exception {
        recorder.onOpen(ws);
        recorder.onClose(ws, INFO);
        recorder.onText(ws, "late");
        assertBreach("after onClose");
    }

    @Test
    void aSecondOnOpenAndAMissingOneFail() throws Exception {
        recorder.onText(ws, "early");
        assertBreach("before onOpen");
        Recorder twice = new Recorder();
        twice.onOpen(ws);
        twice.onOpen(ws);
        assertThrows(AssertionError.class, twice::awaitOpen);
    }

    @Test
    void reactionsMayThrowWhatCallbacksMay() {
        recorder.on(Event.Opened.class, (socket, event) -> {
            throw new IOException("mine");
        });
        assertEquals("mine", assertThrows(IOException.class, () -> recorder.onOpen(ws)).getMessage());
    }

    @Test
    void anEventIsThereOnceItsReactionHasReturned() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        recorder.on(Event.Text.class, (socket, event) -> {
            entered.countDown();
            leave.await();
            throw new IOException("mine");
        });
        recorder.onOpen(ws);
        recorder.awaitOpen();
        Thread other = Thread.ofVirtual()
                .start(() -> assertThrows(IOException.class, () -> recorder.onText(ws, "a")));
        entered.await();
        AssertionError early = assertThrows(AssertionError.class, () -> recorder.expect(Event.Text.class));
        assertTrue(early.getMessage().contains("has not returned"), early.getMessage());
        assertThrows(AssertionError.class, recorder::assertNothingElse);
        leave.countDown();
        assertEquals("a", recorder.awaitText());
        other.join();
        recorder.assertNothingElse();
    }

    private void assertBreach(String words) {
        AssertionError error = assertThrows(AssertionError.class, recorder::assertNothingElse);
        assertTrue(error.getMessage().contains(words), error.getMessage());
    }

    private static void assertDoesNotThrow(Executable body) {
        Assertions.assertDoesNotThrow(body);
    }
}
