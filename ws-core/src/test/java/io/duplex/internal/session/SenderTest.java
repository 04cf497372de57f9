package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import io.duplex.OverflowPolicy;
import io.duplex.SendQueueOptions;
import io.duplex.SendStatus;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import io.duplex.internal.protocol.WebSocketProtocol.ControlFrame;
import io.duplex.internal.session.Sender.Admission;
import io.duplex.internal.session.Sender.Form;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.testkit.RawFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Admission and order. That senders wait, wake the transport and notify is in {@link SendCallsTest}. */
class SenderTest {
    private static final Object FIRST = new Object();
    private static final Object SECOND = new Object();
    private static final int STEP_BYTES = MemoryBudget.STEP_BYTES;

    private final HeldExtension extension = new HeldExtension();
    private final MemoryBudget budget = new MemoryBudget(8 * STEP_BYTES);
    private final SendQueue queue =
            new SendQueue(Role.SERVER, Segment.POOL, new MaskKeys(), budget);
    private ExtensionChain chain;
    private Sender sender = sender(OverflowPolicy.CLOSE);

    private Sender sender(OverflowPolicy policy) {
        return sender(queue, new SendQueueOptions(20, 10, policy, true), ExtensionChain.of(List.of()));
    }

    /** All messages are encoded; the queue's limit is far. */
    private void encode(Extension by) {
        sender = sender(queue, SendQueueOptions.SERVER, ExtensionChain.of(List.of(by)));
    }

    private Admission admit(String text) {
        return admit(text, OverflowPolicy.CLOSE, false);
    }

    private Admission admit(String text, OverflowPolicy policy, boolean mayWait) {
        return sender.admit(policy, text.length(), mayWait);
    }

    /** As a session does it, without encoding. */
    private SendStatus send(String text) {
        Admission admission = admit(text);
        if (admission != Admission.GRANTED) {
            return admission.status;
        }
        assertNull(message(Opcode.TEXT, Form.LENT, bytes(text), null));
        return sender.accepted();
    }

    private Admission admitPart(Object owner, String text, boolean last) {
        return sender.admitPart(owner, Opcode.TEXT, text.length(), last, false, false);
    }

    private Admission admitStream(Object owner, String text, boolean last) {
        return sender.admitPart(owner, Opcode.TEXT, text.length(), last, true, true);
    }

    private SendStatus part(Object owner, String text, boolean last) {
        Admission admission = admitPart(owner, text, last);
        if (admission != Admission.GRANTED) {
            return admission.status;
        }
        assertNull(part(owner, Opcode.TEXT, bytes(text), last));
        return sender.accepted();
    }

    // ---- whole messages

    @Test
    void messagesLeaveInTheOrderOfTheCalls() throws IOException {
        assertEquals(SendStatus.ACCEPTED, send("a"));
        message(Opcode.BINARY, Form.OWNED, bytes("b"), null);
        message(Opcode.TEXT, Form.FRAME, ByteBuffer.wrap(Frames.text("c").bytes()), null);
        assertEquals(List.of("1a", "2b", "1c"), drain());
    }

    @Test
    void aboveTheHighWaterMarkTheSenderIsToldAndLaterToldAgain() {
        send("1234567");
        assertFalse(sender.takeDrained(), "the high-water mark was never reported");
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("x"));
        drainOnce(5);
        assertFalse(sender.takeDrained(), "some bytes wait");
        drainOnce(100);
        assertTrue(sender.takeDrained());
        assertFalse(sender.takeDrained(), "once only");
    }

    @Test
    void withALowWaterMarkTheSenderIsToldWhileALittleWaits() {
        sender = sender(queue, new SendQueueOptions(20, 10, 4, OverflowPolicy.CLOSE, true),
                ExtensionChain.of(List.of()));
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("123456789"));
        drainOnce(6);
        assertFalse(sender.takeDrained(), "five bytes wait");
        drainOnce(1);
        assertTrue(sender.takeDrained(), "four bytes wait");
        assertFalse(sender.takeDrained(), "once only");
    }

    @ParameterizedTest
    @EnumSource
    void aCompletionIsForWhenTheOperatingSystemHasTheLastByte(Form form) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        send("before");
        message(Opcode.TEXT, form,
                form == Form.FRAME ? ByteBuffer.wrap(Frames.text("me").bytes()) : bytes("me"), done);
        send("after");
        drainOnce(8 + 3);
        assertEquals(List.of(), sender.sent());
        drainOnce(1);
        assertEquals(List.of(done), sender.sent());
        drainOnce(100);
        assertEquals(List.of(), sender.sent());
    }

    @Test
    void readingPausesAboveTheHighWaterMarkIfTheOptionsSaySo() {
        send("12345678");
        assertFalse(sender.pausesReading(), "at it");
        send("");
        assertTrue(sender.pausesReading());
        drainOnce(2);
        assertFalse(sender.pausesReading());
        sender = sender(queue, new SendQueueOptions(20, 10, OverflowPolicy.CLOSE, false),
                ExtensionChain.of(List.of()));
        send("12345678");
        assertFalse(sender.pausesReading());
    }

    @Test
    void messagesAreCountedWhenTheyAreAdmittedAndThoseInPartsAtTheirEnd() {
        Traffic traffic = mock(Traffic.class);
        send("abc");
        message(Opcode.TEXT, Form.FRAME, ByteBuffer.wrap(Frames.text("de").bytes()), null);
        sender.report(traffic);
        verify(traffic).sent(2, 5);
        part(FIRST, "abcd", false);
        assertEquals(4, sender.fragmentedBytes());
        sender.report(traffic);
        verifyNoMoreInteractions(traffic);
        part(FIRST, "ef", true);
        assertEquals(0, sender.fragmentedBytes());
        sender.report(traffic);
        verify(traffic).sent(1, 6);
    }

    // ---- a full queue

    private void fill() {
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("0123456789012345678"));
    }

    @Test
    void aMessageIsAdmittedWhileLessThanTheLimitWaits() {
        send("01234567890123456");
        assertEquals(19, sender.pendingBytes());
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("x".repeat(1000)));
    }

    @Test
    void whatTheOperatingSystemHasNotTakenCountsAgainstTheLimit() {
        send("0123456789012345");
        send("");
        drainOnce(100);
        assertTrue(queue.isEmpty());
        assertEquals(20, sender.pendingBytes());
        assertEquals(Admission.TOO_SLOW, admit("a"));
        sender.sent();
        assertEquals(Admission.GRANTED, admit("a"));
        assertEquals(0, sender.pendingBytes());
    }

    @ParameterizedTest
    @CsvSource({ "CLOSE, false, TOO_SLOW, CLOSED", "DROP, false, DROPPED, DROPPED",
        "FAIL, false, FULL, DROPPED", "BLOCK, true, WAITS, DROPPED", "BLOCK, false, FULL, DROPPED",
        "CLOSE, true, TOO_SLOW, CLOSED" })
    void thePolicyAnswersIfTheQueueIsFull(OverflowPolicy policy, boolean mayWait, Admission admission,
            SendStatus status) throws IOException {
        fill();
        assertEquals(admission, admit("late", policy, mayWait));
        assertEquals(status, admission.status);
        assertEquals(1, drain().size());
        sender.sent();
        assertEquals(Admission.GRANTED, admit("later", policy, mayWait));
    }

    @Test
    void roomIsFreedByWhatLeavesAndByTheEndOfAMessageInParts() {
        assertFalse(sender.takeRoomFreed());
        drainOnce(1);
        sender.sent();
        assertTrue(sender.takeRoomFreed());
        assertFalse(sender.takeRoomFreed(), "once");
        part(FIRST, "a", false);
        assertFalse(sender.takeRoomFreed());
        part(FIRST, "a", true);
        assertTrue(sender.takeRoomFreed());
        sender.close();
        assertTrue(sender.takeRoomFreed(), "a sender that waits learns of the end");
    }

    @Test
    void aMessageThatFindsNoMemoryIsNotAdmitted() {
        sender = sender(queue, SendQueueOptions.SERVER, ExtensionChain.of(List.of()));
        assertEquals(Admission.OVER_BUDGET, sender.admit(OverflowPolicy.CLOSE, 8 * STEP_BYTES, false));
        assertEquals(SendStatus.CLOSED, Admission.OVER_BUDGET.status);
        assertEquals(Admission.OVER_BUDGET,
                sender.admitPart(FIRST, Opcode.TEXT, 8 * STEP_BYTES, true, false, false));
        assertEquals(Admission.OVER_BUDGET,
                sender.admitPart(FIRST, Opcode.TEXT, 8 * STEP_BYTES, true, true, true));
        assertEquals(0, budget.usedBytes());
        assertEquals(Admission.GRANTED, sender.admit(OverflowPolicy.CLOSE, 0, false));
    }

    // ---- parts, RFC 6455 section 5.4

    @Test
    void partsBecomeFragments() throws IOException {
        part(FIRST, "a", false);
        part(FIRST, "b", false);
        part(FIRST, "c", true);
        assertEquals(List.of("1a-", "0b-", "0c"), drain());
    }

    @Test
    void anEmptyPartInTheMiddleIsNotSentAnEmptyLastOneIs() throws IOException {
        part(FIRST, "", false);
        part(FIRST, "a", false);
        part(FIRST, "", true);
        assertEquals(List.of("1a-", "0"), drain());
    }

    @ParameterizedTest
    @EnumSource(names = { "TEXT", "BINARY" })
    void theTypeIsOnTheFirstFragment(Opcode type) throws IOException {
        part(FIRST, type, bytes("a"), false);
        part(FIRST, type, bytes("b"), true);
        assertEquals(List.of(type.value() + "a-", "0b"), drain());
    }

    @Test
    void wholeMessagesWaitForTheLastPart() throws IOException {
        part(FIRST, "a", false);
        ByteBuffer lent = bytes("whole");
        message(Opcode.TEXT, Form.LENT, lent, null);
        lent.array()[0] = 'X';
        message(Opcode.BINARY, Form.OWNED, bytes("2"), null);
        message(Opcode.TEXT, Form.FRAME, ByteBuffer.wrap(Frames.text("3").bytes()), null);
        part(FIRST, "b", true);
        assertEquals(List.of("1a-", "0b", "1whole", "22", "13"), drain());
    }

    @Test
    void controlFramesDoNotWaitForTheLastPart() throws IOException {
        part(FIRST, "a", false);
        send("whole");
        sender.control(new ControlFrame(Opcode.PING, bytes("p")));
        part(FIRST, "b", true);
        assertEquals(List.of("1a-", "9p", "0b", "1whole"), drain());
    }

    @Test
    void waitingMessagesCountAgainstTheLimit() {
        part(FIRST, "a", false);
        assertEquals(SendStatus.ABOVE_HIGH_WATER, send("0123456789012345678"));
        assertEquals(SendStatus.CLOSED, send("late"));
    }

    @Test
    void aMessageInPartsDoesNotWaitForThoseThatWaitForItsEnd() throws IOException {
        part(FIRST, "a", false);
        fill();
        assertEquals(Admission.TOO_SLOW, admit("late"));
        assertEquals(SendStatus.ABOVE_HIGH_WATER, part(FIRST, "b", false));
        assertEquals(Admission.GRANTED, admitStream(FIRST, "c", false));
        assertFalse(sender.pausesReading(), "their peer is not slow");
        assertEquals(List.of("1a-", "0b-"), drain());
    }

    @Test
    void anotherSendersPartsAreRefused() {
        part(FIRST, "a", false);
        assertThrows(IllegalStateException.class, () -> admitPart(SECOND, "b", false));
        assertThrows(IllegalStateException.class,
                () -> sender.admitPart(SECOND, Opcode.TEXT, 1, false, true, false),
                "a stream that must not wait");
        assertEquals(SendStatus.ACCEPTED, part(FIRST, "b", true));
        assertEquals(SendStatus.ACCEPTED, part(SECOND, "c", true));
    }

    @Test
    void anotherStreamWaitsForTheLastPart() {
        part(FIRST, "a", false);
        assertEquals(Admission.WAITS, admitStream(SECOND, "b", true));
        part(FIRST, "b", true);
        assertEquals(Admission.GRANTED, admitStream(SECOND, "b", true));
    }

    @Test
    void aMessageDoesNotChangeItsType() {
        part(FIRST, "a", false);
        assertThrows(IllegalStateException.class,
                () -> sender.admitPart(FIRST, Opcode.BINARY, 1, true, false, false));
    }

    @Test
    void aStreamWaitsAboveTheHighWaterMarkAndItsEndNeedsNoRoom() {
        send("1234567");
        assertEquals(Admission.GRANTED, admitStream(FIRST, "a", false), "below it");
        part(FIRST, Opcode.TEXT, bytes("0123456789"), false);
        assertEquals(Admission.WAITS, admitStream(FIRST, "a", false));
        assertEquals(Admission.TOO_SLOW, admitPart(FIRST, "a", true), "no stream");
        assertEquals(Admission.GRANTED, admitStream(FIRST, "a", true));
    }

    @Test
    void messagesThatWaitForALastPartAreRefusedWithTheConnection() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        part(FIRST, "a", false);
        message(Opcode.TEXT, Form.LENT, bytes("whole"), done);
        sender.close();
        assertEquals(List.of(done), sender.takeRefused());
        assertEquals(List.of(), sender.takeRefused(), "once");
        assertEquals(3, sender.pendingBytes(), "the first part still leaves");
    }

    // ---- encoding

    private static String encode(Sender.Entry entry) {
        return Payload.copyOf(entry.encode()).text();
    }

    /** The current thread encodes an entry, and all that follows. */
    private void encodeAll(Sender.Entry first) {
        for (Sender.Entry entry = first; entry != null; entry = sender.next(false)) {
            assertTrue(sender.encoded(entry, entry.encode(), null));
        }
    }

    private Sender.Entry message(String text) {
        assertEquals(Admission.GRANTED, admit(text));
        return message(Opcode.TEXT, Form.LENT, bytes(text), null);
    }

    @Test
    void aMessageIsEncodedByItsSenderAndMarked() throws IOException {
        encode(extension);
        Sender.Entry work = message("a");
        assertFalse(sender.isDrained(), "it is still to come");
        assertEquals("a", encode(work));
        assertTrue(sender.encoded(work, bytes("encoded"), null));
        assertNull(sender.next(false));
        assertEquals(List.of("1/4encoded"), drain());
        assertTrue(sender.isDrained());
    }

    @Test
    void onlyTheFirstFragmentIsMarked() throws IOException {
        encode(extension);
        encodeAll(part(FIRST, Opcode.TEXT, bytes("a"), false));
        encodeAll(part(FIRST, Opcode.TEXT, bytes("b"), true));
        assertEquals(List.of("1/4a-", "0b"), drain());
    }

    @Test
    void thePayloadOfACallerIsReadAndNotChanged() {
        encode(extension);
        ByteBuffer lent = bytes("-abc-").position(1).limit(4);
        Sender.Entry work = message(Opcode.TEXT, Form.LENT, lent, null);
        assertEquals("abc", encode(work));
        assertEquals(4, lent.position());
        assertEquals("-abc-", Payload.copyOf(lent.clear()).text());
    }

    @Test
    void anEncoderSeesAnExactReadOnlySlice() {
        Extension looking = mock(Extension.class);
        when(looking.encodes(anyBoolean(), anyLong())).thenReturn(true);
        when(looking.reservedBits()).thenReturn(4);
        List<Boolean> exact = new ArrayList<>();
        doAnswer(call -> exact.add(PayloadSlicesTest.isExact(call.getArgument(0)))).when(looking)
                .encode(any(), anyBoolean(), any());
        encode(looking);
        message(Opcode.TEXT, Form.LENT, bytes("-abc-").position(1).limit(4), null).encode();
        assertEquals(List.of(true), exact);
    }

    @Test
    void whileOneThreadEncodesOthersLeaveTheirMessagesToIt() throws IOException {
        encode(extension);
        Sender.Entry first = message("a");
        ByteBuffer lent = bytes("b");
        assertNull(message(Opcode.TEXT, Form.LENT, lent, null));
        lent.array()[0] = 'X';
        sender.control(new ControlFrame(Opcode.PING, bytes("p")));
        assertNull(
                message(Opcode.BINARY, Form.FRAME, ByteBuffer.wrap(Frames.text("c").bytes()), null));
        assertNull(message("d"));
        assertFalse(sender.isUnattended(), "a thread is at work");
        assertNull(sender.resume());
        assertEquals(List.of(), drain());
        encodeAll(first);
        assertEquals(List.of("1/4a", "1/4b", "9p", "1c", "1/4d"), drain());
        assertTrue(sender.takeAppendedForOthers());
        assertFalse(sender.takeAppendedForOthers(), "once");
        assertEquals(List.of("a", "b", "d"), extension.seen);
    }

    @Test
    void aPlainMessageIsAppendedAtOnceUnlessOthersComeFirst() throws IOException {
        assertTrue(sender.appendsAtOnce(null));
        assertFalse(sender.appendsAtOnce(extension), "it is encoded first");
        part(this, "a", false);
        assertFalse(sender.appendsAtOnce(null), "the last part comes first");
        part(this, "b", true);
        assertTrue(sender.appendsAtOnce(null));
        encode(extension);
        Sender.Entry first = message("c");
        assertFalse(sender.appendsAtOnce(null), "a thread is at work");
        encodeAll(first);
        assertTrue(sender.appendsAtOnce(null));
    }

    @Test
    void anOwnerHasBegunAMessageFromItsFirstPartToItsLast() {
        assertFalse(sender.hasBegun(this));
        part(this, "a", false);
        assertTrue(sender.hasBegun(this));
        assertFalse(sender.hasBegun(queue), "another owner");
        part(this, "b", true);
        assertFalse(sender.hasBegun(this));
    }

    @Test
    void aThreadMayLeaveTheRestToAnother() throws IOException {
        encode(extension);
        Sender.Entry first = message("a");
        message("b");
        message("c");
        assertTrue(sender.encoded(first, first.encode(), null));
        assertNull(sender.next(true));
        assertTrue(sender.isUnattended());
        Sender.Entry second = sender.resume();
        assertEquals("b", encode(second));
        assertFalse(sender.isUnattended());
        assertTrue(sender.encoded(second, bytes("b"), null));
        assertNull(sender.next(true));
        Sender.Entry third = message("d");
        assertEquals("c", encode(third), "the next sender takes up the work");
        assertTrue(sender.encoded(third, bytes("c"), null));
        encodeAll(sender.next(false));
        assertEquals(List.of("1/4a", "1/4b", "1/4c", "1/4d"), drain());
    }

    @Test
    void messagesThatWaitForALastPartFollowWhatIsEncoded() throws IOException {
        encode(extension);
        encodeAll(part(FIRST, Opcode.TEXT, bytes("a"), false));
        assertNull(message("whole"));
        Sender.Entry last = part(FIRST, Opcode.TEXT, bytes("b"), true);
        assertEquals("b", encode(last));
        assertTrue(sender.encoded(last, bytes("b"), null));
        encodeAll(sender.next(false));
        assertEquals(List.of("1/4a-", "0b", "1/4whole"), drain());
    }

    @Test
    void whatWaitsToBeEncodedCountsAgainstTheLimitAndPausesReading() {
        sender = sender(queue, new SendQueueOptions(20, 10, OverflowPolicy.CLOSE, true),
                ExtensionChain.of(List.of(extension)));
        Sender.Entry work = message("0123456789");
        assertFalse(sender.pausesReading());
        message("0123456789");
        assertTrue(sender.pausesReading());
        assertEquals(20, sender.pendingBytes());
        assertEquals(SendStatus.ABOVE_HIGH_WATER, sender.accepted());
        assertEquals(Admission.TOO_SLOW, admit("late"));
        assertTrue(sender.encoded(work, bytes("1"), null));
        assertEquals(13, sender.pendingBytes());
    }

    @Test
    void anEncoderThatThrowsEndsAllMessagesAndNoControlFrame() throws IOException {
        encode(extension);
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            futures.add(new CompletableFuture<>());
        }
        Sender.Entry work = message(Opcode.TEXT, Form.LENT, bytes("a"), futures.get(0));
        message(Opcode.TEXT, Form.LENT, bytes("b"), futures.get(1));
        sender.control(new ControlFrame(Opcode.PING, bytes("p")));
        Error thrown = new OutOfMemoryError("of the test");
        assertFalse(sender.encoded(work, null, thrown));
        assertNull(sender.next(false));
        assertSame(thrown, sender.takeFailure());
        assertNull(sender.takeFailure(), "once");
        assertEquals(futures, sender.takeRefused());
        assertEquals(Admission.NOT_OPEN, admit("c"));
        assertEquals(Admission.NOT_OPEN, admitPart(FIRST, "c", true));
        assertEquals(2 + 1, sender.pendingBytes(), "the ping");
        sender.control(new ControlFrame(Opcode.CLOSE, bytes("")));
        assertEquals(List.of("9p", "8"), drain());
    }

    // ---- the end

    @Test
    void aReleaseRefusesAllThatHasNotLeft() {
        encode(extension);
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            futures.add(new CompletableFuture<>());
        }
        message(Opcode.TEXT, Form.FRAME, ByteBuffer.wrap(Frames.text("q").bytes()), futures.get(0));
        Sender.Entry work = message(Opcode.TEXT, Form.LENT, bytes("a"), futures.get(1));
        message(Opcode.TEXT, Form.LENT, bytes("b"), futures.get(2));
        part(FIRST, Opcode.TEXT, bytes("c"), false);
        message(Opcode.TEXT, Form.LENT, bytes("d"), futures.get(3));
        sender.release();
        assertFalse(sender.encoded(work, bytes("a"), null), "a thread was encoding meanwhile");
        assertNull(sender.next(false));
        List<CompletableFuture<Void>> refused = sender.takeRefused();
        assertEquals(4, refused.size());
        assertTrue(refused.containsAll(futures));
        assertTrue(sender.isDrained());
        assertEquals(0, sender.pendingBytes());
        assertNull(sender.takeFailure());
        assertEquals(Admission.NOT_OPEN, admit("late"));
    }

    @Test
    void anExtensionThatIsClosedUnderItsEncoderIsNoFailure() {
        encode(extension);
        Sender.Entry work = message("a");
        sender.release();
        assertFalse(sender.encoded(work, null, new IllegalStateException("closed")));
        assertNull(sender.takeFailure());
    }

    @Test
    void aReleaseReturnsTheMemoryOfAllThatWaits() {
        encode(extension);
        part(FIRST, Opcode.TEXT, bytes(""), false);
        String large = "x".repeat(2 * STEP_BYTES);
        assertEquals(Admission.GRANTED, admit(large));
        message(Opcode.TEXT, Form.LENT, bytes(large), null);
        assertTrue(budget.usedBytes() > 0);
        sender.release();
        assertEquals(0, budget.usedBytes());
    }

    /** The budget is shared with other connections, so what is not returned is lost to all of them. */
    @Test
    void theMemoryOfAMessageThatIsEncodedDuringTheReleaseIsReturned() {
        encode(extension);
        Sender.Entry work = message("x".repeat(2 * STEP_BYTES));
        assertTrue(budget.usedBytes() > 0);
        sender.release();
        assertFalse(sender.encoded(work, work.encode(), null));
        assertNull(sender.next(false));
        assertEquals(0, budget.usedBytes());
    }

    /** They wait outside of the segment, though each of them would fit in it. */
    @Test
    void smallMessagesThatWaitForALastPartAreAccountedFor() {
        sender = sender(queue, SendQueueOptions.SERVER, ExtensionChain.of(List.of()));
        part(FIRST, "a", false);
        String small = "x".repeat(1000);
        for (int i = 0; i < 100; i++) {
            send(small);
        }
        assertEquals(100_000 + 3, sender.pendingBytes());
        assertTrue(budget.usedBytes() >= 100_000, () -> "reserved " + budget.usedBytes());
    }

    @Test
    void aSharedFrameThatWaitsIsItsOwnersMemory() {
        sender = sender(queue, SendQueueOptions.SERVER, ExtensionChain.of(List.of()));
        part(FIRST, "a", false);
        byte[] frame = Frames.binary(new byte[4 * STEP_BYTES]).bytes();
        message(Opcode.BINARY, Form.FRAME, ByteBuffer.wrap(frame), null);
        assertEquals(Admission.GRANTED, admit("x".repeat(4 * STEP_BYTES)));
    }

    // ---- helpers

    private Sender sender(SendQueue itsQueue, SendQueueOptions options, ExtensionChain extensions) {
        chain = extensions;
        return new Sender(itsQueue, options);
    }

    private Sender.Entry message(Opcode opcode, Form form, ByteBuffer bytes,
            CompletableFuture<Void> completion) {
        Extension encoder = form == Form.FRAME
                ? null
                : chain.outgoing(opcode == Opcode.TEXT, bytes.remaining()).orElse(null);
        return sender.message(opcode, form, bytes, encoder, completion);
    }

    private Sender.Entry part(Object owner, Opcode type, ByteBuffer payload, boolean last) {
        Extension encoder = chain.outgoing(type == Opcode.TEXT, Long.MAX_VALUE).orElse(null);
        return sender.part(owner, type, payload, last, encoder);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(Payload.of(text).bytes());
    }

    private void drainOnce(int count) {
        queue.drainTo(ByteBuffer.allocate(count));
    }

    /** Each frame as its opcode, its reserved bits if any, its payload, and a dash if fragments follow. */
    private List<String> drain() throws IOException {
        ByteBuffer wire = ByteBuffer.allocate(10_000);
        queue.drainTo(wire);
        ByteArrayInputStream in = new ByteArrayInputStream(wire.array(), 0, wire.position());
        List<String> frames = new ArrayList<>();
        while (in.available() > 0) {
            RawFrame frame = RawFrame.read(in);
            frames.add(frame.opcode() + (frame.rsv() == 0 ? "" : "/" + frame.rsv()) + frame.text()
                    + (frame.fin() ? "" : "-"));
        }
        return frames;
    }
}
