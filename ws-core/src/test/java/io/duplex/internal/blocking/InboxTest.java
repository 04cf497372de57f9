package io.duplex.internal.blocking;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.ConnectionClosedException;
import io.duplex.Delivery;
import io.duplex.Message;
import io.duplex.MessageStream;
import io.duplex.WebSocket;
import io.duplex.frame.CloseStatus;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.testkit.Patience;
import io.duplex.transport.TcpEnd;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bound is for a wait that a mistake makes endless. */
@Timeout(30)
class InboxTest {
    private static final Duration NOW = Duration.ZERO;

    private static final CloseInfo LOST = new CloseInfo(Optional.empty(), Optional.empty(), Initiator.PEER,
            Optional.of(new IOException("reset by the peer")), TcpEnd.BROKEN);

    private final WebSocket ws = mock(WebSocket.class);
    private final Runnable resumed = mock(Runnable.class);
    private final Inbox inbox = new Inbox();

    @BeforeEach
    void open() {
        inbox.regulate(resumed);
    }

    /** The peer's Close frame has come, with 1000. */
    private void endNormally() {
        inbox.endInput(() -> {}, true);
    }

    private static CloseInfo closed(Initiator initiator, int received, int sent) {
        return new CloseInfo(Optional.of(new CloseStatus(received, "")),
                Optional.of(new CloseStatus(sent, "")), initiator,
                Optional.empty(), TcpEnd.FIN_EXCHANGED);
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
        endNormally();
        assertEquals("last", takeText());
        assertNull(inbox.take());
        assertNull(inbox.take(NOW));
        assertNull(inbox.takeStream());
    }

    @Test
    void aMessageThatTheConnectionCutIsNotDeliveredAndNotOverlooked() {
        text("half", false);
        endNormally();
        assertThrows(ConnectionClosedException.class, inbox::take);
        assertThrows(ConnectionClosedException.class, () -> inbox.take(NOW));
    }

    @Test
    void afterAnEndThatIsNotNormalWhatHasComeIsTakenAndThenTheEndIsThrown() throws Exception {
        text("last", true);
        inbox.endInput(() -> {}, false);
        inbox.onClose(ws, LOST);
        assertEquals("last", takeText());
        for (int i = 0; i < 2; i++) {
            assertSame(LOST,
                    assertThrows(ConnectionClosedException.class, inbox::take).closeInfo().orElseThrow());
            assertThrows(ConnectionClosedException.class, () -> inbox.take(NOW));
            assertThrows(ConnectionClosedException.class, inbox::takeStream);
        }
    }

    @Test
    void takersThatWaitHearHowTheConnectionEndedWhenItHas() throws Exception {
        CompletableFuture<Message> taken = taking();
        Runnable next = mock(Runnable.class);
        text("a", true);
        assertEquals(new Message.Text("a"), taken.get());
        inbox.endInput(next, false);
        CompletableFuture<Message> atEnd = taking();
        verify(next, timeout(20_000)).run();
        assertFalse(atEnd.isDone(), "the connection has not ended");
        inbox.onClose(ws, closed(Initiator.PEER, 1011, 1011));
        ExecutionException thrown = assertThrows(ExecutionException.class, atEnd::get);
        assertEquals(1011, ((ConnectionClosedException) thrown.getCause()).closeInfo().orElseThrow().code());
    }

    @Test
    void anEndThatThisApplicationAskedForIsNull() throws Exception {
        inbox.onClose(ws, closed(Initiator.APPLICATION, 4000, 4000));
        assertNull(inbox.take());
    }

    @Test
    void aPeerThatAnswersThisApplicationsCloseWithAnErrorIsNotOverlooked() {
        inbox.onClose(ws, closed(Initiator.APPLICATION, 1011, 1000));
        assertThrows(ConnectionClosedException.class, inbox::take);
    }

    // ---- what follows from the end of the input

    @Test
    void itWaitsUntilTheApplicationAsksForMoreThanThereIs() throws Exception {
        Runnable next = mock(Runnable.class);
        text("a", true);
        text("b", true);
        inbox.endInput(next, true);
        takeText();
        takeText();
        verify(next, never()).run();
        assertNull(inbox.take());
        assertNull(inbox.take());
        verify(next, times(1)).run();
    }

    @Test
    void itHappensAtOnceIfNothingHasCome() {
        Runnable next = mock(Runnable.class);
        inbox.endInput(next, true);
        verify(next, times(1)).run();
    }

    @Test
    void itHappensAtOnceIfTheApplicationWaitsForMore() throws Exception {
        Runnable next = mock(Runnable.class);
        text("a", true);
        takeText();
        Thread taker = Thread.ofVirtual().start(() -> assertDoesNotThrow(() -> inbox.take()));
        Patience.awaitWaiting(taker);
        inbox.endInput(next, true);
        verify(next, times(1)).run();
        taker.join();
    }

    @Test
    void itHappensWhenTheApplicationTakesNothingAnyMore() {
        Runnable next = mock(Runnable.class);
        text("a", true);
        inbox.endInput(next, true);
        verify(next, never()).run();
        inbox.abandon();
        inbox.onClose(ws, LOST);
        verify(next, times(1)).run();
    }

    @Test
    void aTimedTakeAsksForMoreToo() throws Exception {
        Runnable next = mock(Runnable.class);
        text("a", true);
        takeText();
        inbox.endInput(next, false);
        assertThrows(TimeoutException.class, () -> inbox.take(NOW));
        verify(next, times(1)).run();
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
        endNormally();
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
    void aTimeOutBoundsTheWaitForAnotherTakerToo() throws Exception {
        Thread other = Thread.ofVirtual().start(() -> assertDoesNotThrow(() -> inbox.take()));
        Patience.awaitWaiting(other);
        assertThrows(TimeoutException.class, () -> inbox.take(Duration.ofMillis(20)));
        assertThrows(TimeoutException.class, () -> inbox.take(Duration.ofMillis(-20)));
        text("for the other", true);
        other.join();
        text("mine", true);
        assertEquals(new Message.Text("mine"), inbox.take(Duration.ofSeconds(Long.MAX_VALUE)));
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
        assertTrue(inbox.hasRoom());
        binary(1 << 10, true);
        binary(10 << 10, true);
        assertFalse(inbox.hasRoom());
        inbox.take();
        verify(resumed, never()).run();
        inbox.take();
        verify(resumed, times(1)).run();
        inbox.take();
        inbox.take();
        assertTrue(inbox.hasRoom());
        verify(resumed, times(1)).run();
    }

    @Test
    void theLowWaterMarkSaysWhenReadingGoesOn() throws Exception {
        Inbox small = new Inbox(100, MemoryBudget.UNLIMITED);
        small.regulate(resumed);
        for (int i = 0; i < 3; i++) {
            small.onBinaryPart(ws, ByteBuffer.allocate(30 << 10), true);
        }
        assertFalse(small.hasRoom());
        small.take();
        small.take();
        verify(resumed, never()).run();
        small.take();
        verify(resumed, times(1)).run();
    }

    @Test
    void aLargeLowWaterMarkMovesTheHighOne() throws Exception {
        Inbox large = new Inbox(100 << 10, MemoryBudget.UNLIMITED);
        large.regulate(resumed);
        large.onBinaryPart(ws, ByteBuffer.allocate(100 << 10), true);
        large.onBinaryPart(ws, ByteBuffer.allocate(99 << 10), true);
        assertTrue(large.hasRoom());
        large.onBinaryPart(ws, ByteBuffer.allocate(1 << 10), true);
        assertFalse(large.hasRoom());
        large.take();
        large.take();
        verify(resumed, times(1)).run();
    }

    @Test
    void emptyMessagesFillTheInboxToo() {
        for (int i = 0; i < 2000; i++) {
            binary(0, true);
        }
        assertFalse(inbox.hasRoom());
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
    void aClosedStreamHasNothingMore() throws Exception {
        text("begun", false);
        text("rest", true);
        MessageStream stream = inbox.takeStream();
        assertEquals('b', stream.text().read());
        stream.close();
        assertEquals(-1, stream.text().read());
    }

    @Test
    void aStreamThatTheConnectionCutsSaysSoAndTheInboxIsAtItsEnd() throws Exception {
        text("half", false);
        MessageStream stream = inbox.takeStream();
        endNormally();
        EOFException thrown = assertThrows(EOFException.class, () -> read(stream));
        assertInstanceOf(ConnectionClosedException.class, thrown.getCause());
        assertNull(inbox.take());
    }

    @Test
    void aStreamOfALostConnectionSaysHowItWasLost() throws Exception {
        text("half", false);
        MessageStream stream = inbox.takeStream();
        inbox.onClose(ws, LOST);
        EOFException thrown = assertThrows(EOFException.class, () -> read(stream));
        assertSame(LOST, ((ConnectionClosedException) thrown.getCause()).closeInfo().orElseThrow());
        assertThrows(ConnectionClosedException.class, inbox::take);
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
