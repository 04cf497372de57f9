package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.internal.pool.Block;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.PoolControl;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.testkit.RawFrame;
import io.duplex.transport.OutputBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendQueueTest {
    private static final int LARGE_BYTES = 20_000;
    private static final int ROOM_BYTES = 1 << 20;
    private static final int STEP_BYTES = MemoryBudget.STEP_BYTES;

    private final MemoryBudget budget = new MemoryBudget(8 * STEP_BYTES);
    private final SendQueue queue = queue(Role.SERVER);

    private SendQueue queue(Role role) {
        return new SendQueue(role, Segment.POOL, new MaskKeys(new Random(1)), budget);
    }

    @ParameterizedTest
    @EnumSource
    void framesLeaveInTheOrderInWhichTheyWereAppended(Role role) throws IOException {
        SendQueue any = queue(role);
        any.append(Opcode.TEXT, false, 0, bytes("a"));
        any.appendOwned(Opcode.CONTINUATION, true, 0, filled(LARGE_BYTES, 'b'));
        any.append(Opcode.BINARY, true, 4, filled(LARGE_BYTES, 'c'));
        any.appendOwned(Opcode.BINARY, true, 0, bytes("d"));

        List<RawFrame> frames = frames(drain(any, ROOM_BYTES));

        assertEquals(List.of(1, 0, 2, 2), frames.stream().map(RawFrame::opcode).toList());
        assertEquals(List.of(false, true, true, true), frames.stream().map(RawFrame::fin).toList());
        assertEquals(List.of(0, 0, 4, 0), frames.stream().map(RawFrame::rsv).toList());
        assertEquals(List.of("a", "b".repeat(LARGE_BYTES), "c".repeat(LARGE_BYTES), "d"), texts(frames));
    }

    @ParameterizedTest
    @EnumSource
    void clientsMaskAndServersDoNot(Role role) throws IOException {
        SendQueue any = queue(role);
        any.append(Opcode.TEXT, true, 0, bytes("small"));
        any.pong(bytes("a pong of its own"));
        any.appendOwned(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'x'));
        any.pong(bytes("a pong in the slot"));
        List<RawFrame> frames = frames(drain(any, ROOM_BYTES));
        assertEquals(4, frames.size());
        for (RawFrame frame : frames) {
            assertEquals(role == Role.CLIENT, frame.masked());
        }
    }

    @Test
    void theCallersBufferIsReadAndNotChanged() {
        SendQueue masking = queue(Role.CLIENT);
        ByteBuffer payload = filled(LARGE_BYTES, 'x').limit(LARGE_BYTES - 1).position(1);
        masking.append(Opcode.BINARY, true, 0, payload);
        assertEquals(LARGE_BYTES - 1, payload.position());
        assertArrayEquals("x".repeat(LARGE_BYTES).getBytes(), payload.array());
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, LARGE_BYTES })
    void aPongDoesNotMoveItsPayloadsBuffer(int pendingBytes) {
        queue.append(Opcode.BINARY, true, 0, filled(pendingBytes, 'x'));
        ByteBuffer payload = bytes("p");
        queue.pong(payload);
        assertEquals(1, payload.remaining(), "the callback reads it afterwards");
    }

    @Test
    void readOnlyPayloadsAreTaken() throws IOException {
        queue.append(Opcode.BINARY, true, 0, bytes("lent").asReadOnlyBuffer());
        assertEquals("lent", frames(drain(queue, ROOM_BYTES)).getFirst().text());
    }

    @Test
    void smallFramesLeaveTogetherInOneBuffer() {
        byte[][] all = new byte[100][];
        for (int i = 0; i < all.length; i++) {
            all[i] = Frames.text("message " + i).bytes();
            queue.append(Opcode.TEXT, true, 0, bytes("message " + i));
        }
        ByteBuffer one = ByteBuffer.allocate(ROOM_BYTES);
        queue.drainTo(one);
        assertArrayEquals(Frames.join(all), contentOf(one));
    }

    @Test
    void sharedFramesLeaveAsTheyAre() {
        byte[] small = Frames.text("shared").bytes();
        byte[] large = Frames.binary(new byte[LARGE_BYTES]).bytes();
        ByteBuffer smallFrame = ByteBuffer.wrap(small).asReadOnlyBuffer();
        ByteBuffer largeFrame = ByteBuffer.wrap(large).asReadOnlyBuffer();
        for (int i = 0; i < 2; i++) {
            queue.appendShared(smallFrame.duplicate());
            queue.appendShared(largeFrame.duplicate());
        }
        assertArrayEquals(Frames.join(small, large, small, large), drain(queue, ROOM_BYTES));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 7, 4096, 16_384 })
    void theBytesAreTheSameHoweverSmallTheBuffersAre(int bufferBytes) {
        assertArrayEquals(drain(mixed(), ROOM_BYTES), drain(mixed(), bufferBytes));
    }

    private SendQueue mixed() {
        SendQueue masking = queue(Role.CLIENT);
        masking.pong(bytes("first"));
        masking.append(Opcode.TEXT, true, 0, bytes(""));
        masking.append(Opcode.TEXT, true, 0, bytes("small"));
        masking.appendOwned(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'y'));
        masking.append(Opcode.PING, true, 0, bytes("ping"));
        masking.pong(bytes("last"));
        return masking;
    }

    // ---- by reference

    @ParameterizedTest
    @ValueSource(ints = { 1, 100, 4096, 16_384, 65_536 })
    void referencesAreTheSameBytesAsCopies(int ownBytes) {
        assertArrayEquals(drain(mixed(), ROOM_BYTES), gather(mixed(), ownBytes));
    }

    /** Between two batches others append, and all that was sent is used again by another connection. */
    private byte[] gather(SendQueue from, int ownBytes) {
        OutputBatch batch = new OutputBatch(ByteBuffer.allocate(ownBytes));
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        while (!from.isEmpty()) {
            batch.clear();
            from.drainTo(batch);
            assertTrue(batch.count() > 0, "bytes are counted that do not come");
            assertEquals(batch.bytes(), from.unsentBytes());
            useThePools();
            for (int i = 0; i < batch.count(); i++) {
                wire.writeBytes(Payload.copyOf(batch.pieces()[i]).bytes());
            }
            from.sent();
            useThePools();
        }
        return wire.toByteArray();
    }

    private static void useThePools() {
        SendQueue other = new SendQueue(Role.SERVER, Segment.POOL, new MaskKeys(), MemoryBudget.UNLIMITED);
        for (int i = 0; i < 4; i++) {
            other.append(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 's'));
            other.append(Opcode.TEXT, true, 0, filled(1000, 's'));
        }
        drain(other, ROOM_BYTES);
    }

    /** The second header takes the batch beyond its maximum of bytes; the payload after it finds no room. */
    @ParameterizedTest
    @ValueSource(ints = { 1, 4, 9, 10, 11 })
    void aHeaderThatOverfillsABatchLosesNoBytesAndCountsNone(int roomForHeader) {
        byte[] payload = new byte[(256 << 10) - 10 - roomForHeader];
        byte[] frame = Frames.binary(payload).bytes();
        for (int i = 0; i < 2; i++) {
            queue.append(Opcode.BINARY, true, 0, ByteBuffer.wrap(payload));
        }
        assertArrayEquals(Frames.join(frame, frame), gather(queue, STEP_BYTES));
        assertEquals(queue.appendedBytes(), queue.drainedBytes());
    }

    @Test
    void memoryIsHeldUntilItIsSent() {
        assertTrue(queue.reserve(2 * STEP_BYTES, false));
        queue.append(Opcode.BINARY, true, 0, filled(2 * STEP_BYTES, 'a'));
        queue.drainTo(new OutputBatch(ByteBuffer.allocate(STEP_BYTES)));
        assertTrue(queue.isEmpty());
        assertEquals(2 * STEP_BYTES, budget.usedBytes());
        queue.sent();
        assertEquals(0, budget.usedBytes());
    }

    /** Otherwise peers that do not read and disconnect would leave direct memory to the garbage collector. */
    @Test
    void whatIsReferencedReturnsToItsPoolWhenTheQueueIsCleared() {
        PoolControl.clear();
        queue.append(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'a'));
        queue.append(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'b'));
        queue.append(Opcode.TEXT, true, 0, filled(10, 'c'));
        OutputBatch batch = new OutputBatch(ByteBuffer.allocate(STEP_BYTES));
        queue.drainTo(batch);
        queue.append(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'd'));
        queue.clear();
        assertEquals(1, Segment.POOL.idle());
        Block[] again = { Block.borrow(LARGE_BYTES, this), Block.borrow(LARGE_BYTES, this),
            Block.borrow(LARGE_BYTES, this) };
        assertEquals("abd", Arrays.stream(again)
                .map(block -> String.valueOf((char) block.bytes().get(0)))
                .sorted()
                .collect(Collectors.joining()));
    }

    // ---- lent

    @Test
    void lentBytesAreReferredToWhereTheyAre() {
        ByteBuffer lent = ByteBuffer.allocateDirect(LARGE_BYTES);
        queue.appendLent(Opcode.BINARY, lent);
        assertEquals(0, lent.remaining());
        OutputBatch batch = new OutputBatch(ByteBuffer.allocate(STEP_BYTES));
        queue.drainTo(batch);
        lent.put(0, (byte) 7);
        ByteBuffer body = batch.pieces()[batch.count() - 1];
        assertEquals(LARGE_BYTES, body.remaining());
        assertEquals(7, body.get(0), "it was copied");
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 3, 4, 5, 10_000, LARGE_BYTES + 3, LARGE_BYTES + 4 })
    void ofLentBytesTheRestIsKept(int alreadyLeft) throws IOException {
        byte[] lent = "a".repeat(LARGE_BYTES).getBytes();
        queue.appendLent(Opcode.BINARY, ByteBuffer.wrap(lent));
        byte[] left = drainOnce(queue, alreadyLeft);
        queue.append(Opcode.TEXT, true, 0, bytes("behind"));
        queue.keepLent();
        Arrays.fill(lent, (byte) 'X');
        List<RawFrame> frames = frames(Frames.join(left, drain(queue, ROOM_BYTES)));
        assertEquals(List.of("a".repeat(LARGE_BYTES), "behind"), texts(frames));
    }

    @Test
    void onlyBytesThatAreKeptAreTheConnectionsMemory() {
        assertTrue(queue.reserve(2 * STEP_BYTES, false));
        queue.appendLent(Opcode.BINARY, filled(2 * STEP_BYTES, 'a'));
        drain(queue, ROOM_BYTES);
        queue.keepLent();
        assertEquals(0, budget.usedBytes());
    }

    /** The flush between releases what is not needed. */
    @ParameterizedTest
    @ValueSource(ints = { 0, 10, STEP_BYTES })
    void whatIsKeptOfLentBytesIsReserved(int alreadyLeft) {
        assertTrue(queue.reserve(4 * STEP_BYTES, false));
        queue.appendLent(Opcode.BINARY, filled(4 * STEP_BYTES, 'a'));
        drainOnce(queue, alreadyLeft);
        queue.keepLent();
        int header = alreadyLeft == 0 ? STEP_BYTES : 0;
        assertEquals(header + 4 * STEP_BYTES, budget.usedBytes());
        drain(queue, ROOM_BYTES);
        queue.sent();
        assertEquals(0, budget.usedBytes());
    }

    // ---- pongs: RFC 6455 section 5.5.3; section 5.4: they may come between frames, never inside one

    @Test
    void whileLittleWaitsEachPingGetsItsPongInItsPlace() throws IOException {
        queue.append(Opcode.TEXT, true, 0, bytes("a"));
        queue.pong(bytes("1"));
        queue.append(Opcode.TEXT, true, 0, bytes("b"));
        queue.pong(bytes("2"));
        assertEquals(List.of("a", "1", "b", "2"), texts(frames(drain(queue, ROOM_BYTES))));
    }

    @ParameterizedTest
    @ValueSource(ints = { 4095, 4096 })
    void fromFourKibibytesOnOnlyTheNewestPongWaits(int pendingBytes) throws IOException {
        queue.append(Opcode.BINARY, true, 0, filled(pendingBytes - 4, 'x'));
        assertEquals(pendingBytes, queue.bytes());
        queue.pong(bytes("older"));
        queue.pong(bytes("newer"));
        assertEquals(pendingBytes < 4096 ? List.of(2, 10, 10) : List.of(10, 2),
                opcodes(drain(queue, ROOM_BYTES)));
    }

    @Test
    void aPongOvertakesFramesThatHaveNotBegunToLeave() throws IOException {
        queue.append(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'z'));
        queue.pong(bytes("p"));
        assertEquals(List.of(10, 2), opcodes(drain(queue, ROOM_BYTES)));
    }

    @Test
    void aPongOvertakesNoOlderPong() throws IOException {
        queue.append(Opcode.TEXT, true, 0, bytes("text"));
        queue.pong(bytes("older"));
        queue.append(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'z'));
        queue.pong(bytes("newer"));
        List<RawFrame> frames = frames(drain(queue, ROOM_BYTES));
        assertEquals(List.of("text", "older", "newer"), texts(frames).subList(0, 3));
        assertEquals(4, frames.size());
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 4, 5, 100, 15_000, LARGE_BYTES - 4096 + 4 })
    void aPongWaitsForTheEndOfAFrameThatIsLeaving(int alreadyLeft) throws IOException {
        queue.appendOwned(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'z'));
        queue.append(Opcode.TEXT, true, 0, bytes("after"));
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(drainOnce(queue, alreadyLeft));
        queue.pong(bytes("p"));
        wire.writeBytes(drain(queue, ROOM_BYTES));
        assertEquals(List.of(2, 10, 1), opcodes(wire.toByteArray()));
    }

    @Test
    void onlyTheNewestPongLeaves() throws IOException {
        queue.append(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'z'));
        long before = queue.bytes();
        queue.pong(bytes("a long one"));
        queue.pong(bytes("short"));
        assertEquals(7, queue.bytes() - before);
        assertEquals("short", frames(drain(queue, ROOM_BYTES)).getFirst().text());
    }

    @Test
    void aPongThatIsLeavingIsFinishedBeforeANewerOne() throws IOException {
        queue.append(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'z'));
        queue.pong(bytes("older"));
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(drainOnce(queue, 3));
        queue.pong(bytes("newer"));
        wire.writeBytes(drain(queue, 4));
        assertEquals(List.of("older", "newer"), texts(frames(wire.toByteArray())).subList(0, 2));
    }

    // ---- figures

    @Test
    void bytesAreCountedInAndOut() {
        assertTrue(queue.isEmpty());
        queue.append(Opcode.TEXT, true, 0, bytes("abc"));
        queue.appendOwned(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'x'));
        queue.pong(bytes("p"));
        assertEquals(5 + 4 + LARGE_BYTES + 3, queue.bytes());
        assertEquals(5 + 4 + LARGE_BYTES, queue.appendedBytes(), "without the pong in the slot");
        drainOnce(queue, 3 + 5 + 1);
        assertEquals(3 + LARGE_BYTES, queue.bytes());
        assertEquals(6, queue.drainedBytes());
        drain(queue, ROOM_BYTES);
        assertTrue(queue.isEmpty());
        assertEquals(queue.appendedBytes(), queue.drainedBytes());
    }

    @Test
    void whatWasDrainedIsUnsentUntilTheOperatingSystemHasTakenIt() {
        queue.append(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'x'));
        queue.pong(bytes("p"));
        assertEquals(0, queue.unsentBytes());
        drainOnce(queue, 2);
        drainOnce(queue, 5);
        assertEquals(7, queue.unsentBytes(), "pongs too");
        queue.sent();
        assertEquals(0, queue.unsentBytes());
        drainOnce(queue, 10);
        assertEquals(10, queue.unsentBytes());
    }

    @Test
    void theCloseFrameHasLeftWithItsLastByte() {
        assertFalse(queue.closeFrameIsSent(), "there is none");
        queue.append(Opcode.TEXT, true, 0, bytes("abc"));
        queue.append(Opcode.CLOSE, true, 0, ByteBuffer.wrap(new byte[] { 3, (byte) 0xE8 }));
        assertFalse(queue.closeFrameIsSent());
        drainOnce(queue, 5 + 3);
        assertFalse(queue.closeFrameIsSent(), "its last byte waits");
        drainOnce(queue, 1);
        assertFalse(queue.closeFrameIsSent(), "the socket may not have taken it");
        queue.sent();
        assertTrue(queue.closeFrameIsSent());
    }

    @Test
    void aCloseFrameThatIsClearedHasNotLeft() {
        queue.append(Opcode.CLOSE, true, 0, bytes(""));
        queue.clear();
        assertFalse(queue.closeFrameIsSent());
    }

    @Test
    void afterClearingNothingWaits() {
        queue.append(Opcode.TEXT, true, 0, bytes("abc"));
        queue.appendOwned(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'x'));
        queue.pong(bytes("p"));
        drainOnce(queue, 1);
        queue.clear();
        assertTrue(queue.isEmpty());
        assertEquals(0, queue.unsentBytes());
        assertEquals(0, drainOnce(queue, 100).length);
    }

    @Test
    void aQueueThatWasDrainedTakesMore() throws IOException {
        for (int i = 0; i < 3; i++) {
            queue.append(Opcode.TEXT, true, 0, bytes("round " + i));
            assertFalse(queue.isEmpty());
            assertEquals("round " + i, frames(drain(queue, 5)).getFirst().text());
        }
    }

    // ---- memory

    @Test
    void aLargeFrameReservesItsLengthAndTheFirstSmallOneASegment() {
        assertTrue(queue.reserve(100, false));
        queue.append(Opcode.TEXT, true, 0, filled(100, 'a'));
        assertEquals(0, budget.usedBytes(), "one step is free");
        assertTrue(queue.reserve(100, false), "it fits in the segment");
        assertEquals(0, budget.usedBytes());
        assertTrue(queue.reserve(STEP_BYTES, false));
        assertEquals(3 * STEP_BYTES, budget.usedBytes(), "the segment, the frame, and its header");
    }

    @Test
    void whatFindsNoRoomIsRefusedAndTheReservationStands() {
        assertTrue(queue.reserve(4 * STEP_BYTES, false));
        queue.append(Opcode.BINARY, true, 0, filled(4 * STEP_BYTES, 'a'));
        assertEquals(5 * STEP_BYTES, budget.usedBytes());
        assertFalse(queue.reserve(4 * STEP_BYTES, false));
        assertEquals(5 * STEP_BYTES, budget.usedBytes());
        assertTrue(queue.reserve(2 * STEP_BYTES, false));
    }

    @Test
    void memoryIsReturnedAsFramesLeave() {
        for (int i = 0; i < 2; i++) {
            assertTrue(queue.reserve(2 * STEP_BYTES, false));
            queue.append(Opcode.BINARY, true, 0, filled(2 * STEP_BYTES, 'a'));
        }
        assertEquals(5 * STEP_BYTES, budget.usedBytes());
        drainOnce(queue, 2 * STEP_BYTES);
        assertEquals(5 * STEP_BYTES, budget.usedBytes(), "no frame has left whole");
        drainOnce(queue, STEP_BYTES);
        assertEquals(2 * STEP_BYTES, budget.usedBytes());
        drain(queue, ROOM_BYTES);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void clearingReturnsAllMemory() {
        assertTrue(queue.reserve(4 * STEP_BYTES, false));
        queue.append(Opcode.BINARY, true, 0, filled(4 * STEP_BYTES, 'a'));
        queue.clear();
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void whatIsSetAsideIsHeldUntilItIsSetAsideNoMore() {
        assertTrue(queue.reserve(2 * STEP_BYTES, false));
        queue.setAside(2 * STEP_BYTES);
        drainOnce(queue, 1);
        assertEquals(2 * STEP_BYTES, budget.usedBytes());
        queue.setAside(-2 * STEP_BYTES);
        drainOnce(queue, 1);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void aSharedFrameIsNotTheConnectionsMemory() {
        queue.appendShared(ByteBuffer.wrap(Frames.binary(new byte[4 * STEP_BYTES]).bytes()));
        assertTrue(queue.reserve(4 * STEP_BYTES, false));
    }

    // ---- helpers

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(Payload.of(text).bytes());
    }

    private static ByteBuffer filled(int count, char with) {
        return bytes(String.valueOf(with).repeat(count));
    }

    private static byte[] drain(SendQueue from, int bufferBytes) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        while (!from.isEmpty()) {
            byte[] some = drainOnce(from, bufferBytes);
            assertTrue(some.length > 0, "bytes are counted that do not come");
            wire.writeBytes(some);
        }
        return wire.toByteArray();
    }

    private static byte[] drainOnce(SendQueue from, int bufferBytes) {
        ByteBuffer dst = ByteBuffer.allocate(bufferBytes);
        from.drainTo(dst);
        return contentOf(dst);
    }

    private static byte[] contentOf(ByteBuffer written) {
        return Payload.copyOf(written.flip()).bytes();
    }

    private static List<String> texts(List<RawFrame> frames) {
        return frames.stream().map(RawFrame::text).toList();
    }

    private static List<Integer> opcodes(byte[] wire) throws IOException {
        return frames(wire).stream().map(RawFrame::opcode).toList();
    }

    private static List<RawFrame> frames(byte[] wire) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(wire);
        List<RawFrame> frames = new ArrayList<>();
        while (in.available() > 0) {
            frames.add(RawFrame.read(in));
        }
        return frames;
    }
}
