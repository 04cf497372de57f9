package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.testkit.RawFrame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundQueueTest {
    private static final int LARGE_BYTES = 20_000;
    private static final int ROOM_BYTES = 1 << 20;

    private final OutboundQueue queue = queue(Role.SERVER);

    private static OutboundQueue queue(Role role) {
        return new OutboundQueue(role, Segment.POOL, new MaskKeys(new Random(1)));
    }

    @ParameterizedTest
    @EnumSource
    void framesLeaveInTheOrderInWhichTheyWereAppended(Role role) throws IOException {
        OutboundQueue any = queue(role);
        any.append(Opcode.TEXT, false, 0, bytes("a"));
        any.appendOwned(Opcode.CONTINUATION, true, 0, filled(LARGE_BYTES, 'b'));
        any.append(Opcode.BINARY, true, 4, filled(LARGE_BYTES, 'c'));
        any.appendOwned(Opcode.BINARY, true, 0, bytes("d"));

        List<RawFrame> frames = frames(drain(any, ROOM_BYTES));

        assertEquals(List.of(1, 0, 2, 2), frames.stream().map(RawFrame::opcode).toList());
        assertEquals(List.of(false, true, true, true), frames.stream().map(RawFrame::fin).toList());
        assertEquals(List.of(0, 0, 4, 0), frames.stream().map(RawFrame::rsv).toList());
        assertEquals(List.of("a", "b".repeat(LARGE_BYTES), "c".repeat(LARGE_BYTES), "d"),
                frames.stream().map(RawFrame::text).toList());
    }

    @ParameterizedTest
    @EnumSource
    void clientsMaskAndServersDoNot(Role role) throws IOException {
        OutboundQueue any = queue(role);
        any.append(Opcode.TEXT, true, 0, bytes("small"));
        any.appendOwned(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'x'));
        any.pong(bytes("pong"));
        for (RawFrame frame : frames(drain(any, ROOM_BYTES))) {
            assertEquals(role == Role.CLIENT, frame.masked());
        }
    }

    @Test
    void theCallersBufferIsReadAndNotChanged() {
        OutboundQueue masking = queue(Role.CLIENT);
        ByteBuffer payload = filled(LARGE_BYTES, 'x').limit(LARGE_BYTES - 1).position(1);
        masking.append(Opcode.BINARY, true, 0, payload);
        assertEquals(LARGE_BYTES - 1, payload.position());
        assertArrayEquals("x".repeat(LARGE_BYTES).getBytes(), payload.array());
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

    private static OutboundQueue mixed() {
        OutboundQueue masking = queue(Role.CLIENT);
        masking.pong(bytes("first"));
        masking.append(Opcode.TEXT, true, 0, bytes(""));
        masking.append(Opcode.TEXT, true, 0, bytes("small"));
        masking.appendOwned(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'y'));
        masking.append(Opcode.PING, true, 0, bytes("ping"));
        return masking;
    }

    // RFC 6455 section 5.4: control frames may come between the fragments of a message, never inside a frame.

    @Test
    void aPongOvertakesFramesThatHaveNotBegunToLeave() throws IOException {
        queue.append(Opcode.TEXT, true, 0, bytes("first"));
        queue.pong(bytes("p"));
        assertEquals(List.of(10, 1), opcodes(drain(queue, ROOM_BYTES)));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 4, 5, 100, LARGE_BYTES })
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
        queue.pong(bytes("a long one"));
        queue.pong(bytes("short"));
        assertEquals(7, queue.bytes());
        List<RawFrame> frames = frames(drain(queue, ROOM_BYTES));
        assertEquals(List.of("short"), frames.stream().map(RawFrame::text).toList());
    }

    @Test
    void aPongThatIsLeavingIsFinishedBeforeANewerOne() throws IOException {
        queue.pong(bytes("older"));
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(drainOnce(queue, 3));
        queue.pong(bytes("newer"));
        queue.append(Opcode.TEXT, true, 0, bytes("text"));
        wire.writeBytes(drain(queue, 4));
        assertEquals(List.of("older", "newer", "text"),
                frames(wire.toByteArray()).stream().map(RawFrame::text).toList());
    }

    // ---- accounting

    @Test
    void bytesAreCountedInAndOut() {
        assertTrue(queue.isEmpty());
        queue.append(Opcode.TEXT, true, 0, bytes("abc"));
        queue.appendOwned(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'x'));
        queue.pong(bytes("p"));
        assertEquals(5 + 4 + LARGE_BYTES + 3, queue.bytes());
        assertEquals(5 + 4 + LARGE_BYTES, queue.appendedBytes(), "pongs left out");
        drainOnce(queue, 3 + 5 + 1);
        assertEquals(3 + LARGE_BYTES, queue.bytes());
        assertEquals(6, queue.drainedBytes());
        drain(queue, ROOM_BYTES);
        assertTrue(queue.isEmpty());
        assertEquals(queue.appendedBytes(), queue.drainedBytes());
    }

    @Test
    void afterClearingNothingWaits() {
        queue.append(Opcode.TEXT, true, 0, bytes("abc"));
        queue.appendOwned(Opcode.BINARY, true, 0, filled(LARGE_BYTES, 'x'));
        queue.pong(bytes("p"));
        queue.clear();
        assertTrue(queue.isEmpty());
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

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(Payload.of(text).bytes());
    }

    private static ByteBuffer filled(int count, char with) {
        return bytes(String.valueOf(with).repeat(count));
    }

    private static byte[] drain(OutboundQueue from, int bufferBytes) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        while (!from.isEmpty()) {
            byte[] some = drainOnce(from, bufferBytes);
            assertTrue(some.length > 0, "bytes are counted that do not come");
            wire.writeBytes(some);
        }
        return wire.toByteArray();
    }

    private static byte[] drainOnce(OutboundQueue from, int bufferBytes) {
        ByteBuffer dst = ByteBuffer.allocate(bufferBytes);
        from.drainTo(dst);
        return contentOf(dst);
    }

    private static byte[] contentOf(ByteBuffer written) {
        return Payload.copyOf(written.flip()).bytes();
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
