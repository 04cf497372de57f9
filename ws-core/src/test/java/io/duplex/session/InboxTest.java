package io.duplex.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.duplex.Delivery;
import io.duplex.Message;
import io.duplex.MessageStream;
import io.duplex.WebSocket;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bound is for a wait that a mistake makes endless. */
@Timeout(30)
class InboxTest {
    private static final Duration NOW = Duration.ZERO;

    private final WebSocket ws = mock(WebSocket.class);
    private final Inbox inbox = new Inbox();

    @BeforeEach
    void open() {
        inbox.onOpen(ws);
    }

    private void text(String part, boolean last) {
        inbox.onTextPart(ws, part, last);
    }

    private void binary(int bytes, boolean last) {
        inbox.onBinaryPart(ws, ByteBuffer.allocate(bytes), last);
    }

    private String takeText() throws Exception {
        return ((Message.Text) inbox.take(NOW)).text();
    }

    @Test
    void itTakesPartsAsTheyArrive() {
        assertEquals(Delivery.PARTS, inbox.delivery());
    }

    @Test
    void messagesComeOutInTheirOrder() throws Exception {
        text("a", false);
        text("b", true);
        binary(3, true);
        text("c", true);
        assertEquals("ab", takeText());
        assertEquals(3, ((Message.Binary) inbox.take(NOW)).bytes().length);
        assertEquals("c", takeText());
    }

    @Test
    void whatIsLentIsCopied() throws Exception {
        byte[] lent = { 1, 2 };
        inbox.onBinaryPart(ws, ByteBuffer.wrap(lent), true);
        lent[0] = 9;
        assertArrayEquals(new byte[] { 1, 2 }, ((Message.Binary) inbox.take(NOW)).bytes());
    }

    @Test
    void atTheEndWhatHasComeIsStillThere() throws Exception {
        text("last", true);
        inbox.end();
        assertEquals("last", takeText());
        assertNull(inbox.take());
        assertNull(inbox.take(NOW));
        assertNull(inbox.takeStream());
    }

    @Test
    void aMessageThatTheConnectionCutIsNotDelivered() throws Exception {
        text("half", false);
        inbox.end();
        assertNull(inbox.take());
    }

    @Test
    void aTakeWaitsForItsMessage() throws Exception {
        CompletableFuture<Message> taken = taking();
        text("late", false);
        text("r", true);
        assertEquals(new Message.Text("later"), taken.get());
    }

    @Test
    void aTakeThatWaitsSeesTheEnd() throws Exception {
        CompletableFuture<Message> taken = taking();
        inbox.end();
        assertNull(taken.get());
    }

    private CompletableFuture<Message> taking() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return inbox.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    // ---- interrupted and timed out

    @Test
    void aTimeOutLosesNothing() throws Exception {
        assertThrows(TimeoutException.class, () -> inbox.take(NOW));
        text("a", false);
        assertThrows(TimeoutException.class, () -> inbox.take(NOW));
        text("b", true);
        assertEquals("ab", takeText());
    }

    @Test
    void anInterruptLosesNothing() throws Exception {
        text("a", false);
        assertThrows(TimeoutException.class, () -> inbox.take(NOW));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, inbox::take);
        assertFalse(Thread.interrupted());
        text("b", true);
        assertEquals("ab", takeText());
    }

    @Test
    void aStreamBehindATimeOutBeginsAtTheMessagesBeginning() throws Exception {
        text("a", false);
        assertThrows(TimeoutException.class, () -> inbox.take(NOW));
        text("b", true);
        text("next", true);
        try (MessageStream stream = inbox.takeStream()) {
            assertTrue(stream.isText());
            assertEquals("ab", read(stream));
        }
        assertEquals("next", takeText());
    }

    @Test
    void aStreamBehindATimeOutNeedsNoFurtherPartToBegin() throws Exception {
        binary(2, false);
        assertThrows(TimeoutException.class, () -> inbox.take(NOW));
        MessageStream stream = inbox.takeStream();
        assertFalse(stream.isText());
        assertEquals(2, stream.bytes().read(new byte[10]));
    }

    // ---- water marks

    @Test
    void readingPausesWhileTooMuchWaitsAndGoesOnWhenHalfIsTaken() throws Exception {
        binary(40 << 10, true);
        binary(23 << 10, true);
        verify(ws, never()).pause();
        binary(1 << 10, true);
        binary(10 << 10, true);
        verify(ws, times(1)).pause();
        inbox.take();
        verify(ws, never()).resume();
        inbox.take();
        verify(ws, times(1)).resume();
        inbox.take();
        inbox.take();
        var order = inOrder(ws);
        order.verify(ws).pause();
        order.verify(ws).resume();
        order.verifyNoMoreInteractions();
    }

    @Test
    void theLowWaterMarkSaysWhenReadingGoesOn() throws Exception {
        Inbox small = new Inbox(100);
        small.onOpen(ws);
        for (int i = 0; i < 3; i++) {
            small.onBinaryPart(ws, ByteBuffer.allocate(30 << 10), true);
        }
        verify(ws, times(1)).pause();
        small.take();
        small.take();
        verify(ws, never()).resume();
        small.take();
        verify(ws, times(1)).resume();
    }

    @Test
    void aLargeLowWaterMarkMovesTheHighOne() throws Exception {
        Inbox large = new Inbox(100 << 10);
        large.onOpen(ws);
        large.onBinaryPart(ws, ByteBuffer.allocate(100 << 10), true);
        large.onBinaryPart(ws, ByteBuffer.allocate(99 << 10), true);
        verify(ws, never()).pause();
        large.onBinaryPart(ws, ByteBuffer.allocate(1 << 10), true);
        verify(ws, times(1)).pause();
        large.take();
        large.take();
        verify(ws, times(1)).resume();
    }

    @Test
    void emptyMessagesFillTheInboxToo() {
        for (int i = 0; i < 2000; i++) {
            binary(0, true);
        }
        verify(ws, times(1)).pause();
    }

    @Test
    void aMessageLargerThanTheInboxIsTakenWhileItArrives() throws Exception {
        CompletableFuture<Message> taken = taking();
        for (int i = 1; i <= 20; i++) {
            binary(10 << 10, i == 20);
        }
        assertEquals(200 << 10, ((Message.Binary) taken.get()).bytes().length);
    }

    // ---- streams

    @Test
    void aStreamHasTheMessageAndNoMore() throws Exception {
        text("a", false);
        text("", false);
        text("bc", true);
        text("next", true);
        try (MessageStream stream = inbox.takeStream()) {
            assertThrows(IllegalStateException.class, stream::bytes);
            assertThrows(IllegalStateException.class, inbox::take);
            assertThrows(IllegalStateException.class, inbox::takeStream);
            assertEquals("abc", read(stream));
        }
        assertEquals("next", takeText());
    }

    @Test
    void closingAStreamSkipsTheRestOfItsMessage() throws Exception {
        binary(5, false);
        binary(5, true);
        text("next", true);
        try (MessageStream stream = inbox.takeStream()) {
            assertThrows(IllegalStateException.class, stream::text);
            assertEquals(0, stream.bytes().read());
        }
        assertEquals("next", takeText());
    }

    @Test
    void aStreamThatTheConnectionCutsSaysSoAndTheInboxIsAtItsEnd() throws Exception {
        text("half", false);
        MessageStream stream = inbox.takeStream();
        inbox.end();
        assertThrows(EOFException.class, () -> read(stream));
        assertNull(inbox.take());
    }

    @Test
    void anInterruptWhileReadingAStreamKeepsTheInterrupt() throws Exception {
        text("half", false);
        MessageStream stream = inbox.takeStream();
        Thread.currentThread().interrupt();
        // The part that the stream has already is no wait.
        assertEquals('h', stream.text().read());
        assertThrows(InterruptedIOException.class, () -> read(stream));
        assertTrue(Thread.interrupted());
        text(" more", true);
        assertEquals(" more", read(stream));
    }

    private static String read(MessageStream stream) throws IOException {
        StringBuilder all = new StringBuilder();
        for (int next = stream.text().read(); next >= 0; next = stream.text().read()) {
            all.append((char) next);
        }
        return all.toString();
    }
}
