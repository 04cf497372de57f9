package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.PreparedMessage;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.OverBudgetException;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Recorder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the messages of several connections may hold together, wherever they are held. */
class SessionMemoryTest {
    private static final int KIB = 1 << 10;
    private static final String REFUSAL = "close 1013 " + OverBudgetException.REASON;

    private final MemoryBudget budget = new MemoryBudget(320 * KIB);
    private final Recorder recorder = new Recorder();

    private Solo solo(Role role, WebSocketHandler handler) {
        return new Solo(role, handler, Pair.options(ConnectionOptions.SERVER)).within(budget).connect();
    }

    private static Frames begun(int bytes) {
        return Frames.binary(new byte[bytes]).notFinal();
    }

    @ParameterizedTest
    @EnumSource
    void theNewestLargeMessageFailsAndOthersGoOn(Role role) {
        Solo first = solo(role, new WebSocketHandler() {}).feed(begun(130 * KIB));
        Solo second = solo(role, recorder).feed(begun(16 * KIB));
        recorder.expect(new Event.Opened());
        second.feed(Frames.continuation(new byte[100 * KIB]));

        assertEquals(List.of(REFUSAL), second.sentInWords());
        Throwable cause = recorder.expect(Event.Failed.class).cause();
        assertEquals(IOException.class, cause.getClass(), "no application failed");
        assertTrue(cause.getMessage().contains("327,680 bytes that memoryBudget allows"), cause.getMessage());
        assertEquals(1, budget.refused());

        Recorder third = new Recorder();
        Solo small = solo(role, third).feed(begun(4 * KIB), Frames.continuation(new byte[8 * KIB]));
        third.expect(new Event.Opened());
        assertEquals(12 * KIB, third.expect(Event.Binary.class).payload().bytes().length);
        assertEquals(List.of(), small.sentInWords());
        first.feed(Frames.continuation(new byte[1]));
        assertEquals(0, budget.usedBytes(), "all is delivered or dropped");
    }

    @Test
    void memoryIsHeldUntilTheCallbackHasReturned() {
        long[] during = { 0 };
        Solo solo = solo(Role.SERVER, new WebSocketHandler() {
            @Override
            public void onBinary(WebSocket ws, ByteBuffer payload) {
                during[0] = budget.usedBytes();
            }
        });
        solo.feed(begun(50 * KIB), Frames.continuation(new byte[50 * KIB]));
        assertTrue(during[0] >= 100 * KIB, "held " + during[0]);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void aConnectionThatEndsGivesAllBack() {
        Solo cut = solo(Role.SERVER, new WebSocketHandler() {}).feed(begun(60 * KIB));
        assertTrue(budget.usedBytes() > 0);
        cut.end();
        assertEquals(0, budget.usedBytes());

        Solo broken = solo(Role.SERVER, new WebSocketHandler() {}).feed(begun(60 * KIB));
        broken.feed(Frames.of(3));
        assertEquals(0, budget.usedBytes());

        Solo aborted = solo(Role.SERVER, new WebSocketHandler() {}).feed(begun(60 * KIB));
        aborted.socket().abort();
        aborted.run();
        assertEquals(0, budget.usedBytes());
    }

    // ---- compressed

    private static byte[] compressed(int bytes) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(new byte[bytes]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        for (int count; (count = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH)) > 0;) {
            out.write(chunk, 0, count);
        }
        deflater.end();
        return out.toByteArray();
    }

    private Solo deflating(WebSocketHandler handler) {
        var agreed = PerMessageDeflate.create()
                .accept(ExtensionHeader.parse(List.of("permessage-deflate")).getFirst())
                .orElseThrow();
        return new Solo(Role.SERVER, handler, Pair.options(ConnectionOptions.SERVER),
                List.of(agreed.extension())).within(budget).connect();
    }

    @Test
    void oneFrameOfAThousandBytesThatInflatesToAMegabyteIsCounted() {
        Frames bomb = Frames.of(2, compressed(1 << 20)).withRsv(4).notFinal();
        Solo solo = deflating(recorder).feed(bomb);
        recorder.expect(new Event.Opened());
        assertEquals(List.of(REFUSAL), solo.sentInWords());
        recorder.expect(Event.Failed.class);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void theInflaterOfAnUnfinishedMessageIsCountedHoweverShortThatIs() {
        Solo solo = deflating(new WebSocketHandler() {})
                .feed(Frames.of(2, compressed(10)).withRsv(4).notFinal());
        assertTrue(budget.usedBytes() >= 48 * KIB);
        solo.feed(Frames.continuation());
        assertEquals(0, budget.usedBytes());
    }

    // ---- off the transport's thread

    @Test
    void messagesThatWaitForAnExecutorAreCounted() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        Solo solo = new Solo(recorder, Pair.options(ConnectionOptions.SERVER), tasks::add).within(budget)
                .connect();
        solo.feed(begun(50 * KIB), Frames.continuation(new byte[10 * KIB]));
        assertTrue(budget.usedBytes() >= 60 * KIB && budget.usedBytes() < 100 * KIB,
                "the message, once: " + budget.usedBytes());
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        recorder.expect(new Event.Opened());
        recorder.expect(Event.Binary.class);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void aMessageThatFindsNoRoomInTheQueueFailsItsConnection() {
        budget.tryResize(0, 284 * KIB);
        Queue<Runnable> tasks = new ArrayDeque<>();
        Solo solo = new Solo(recorder, Pair.options(ConnectionOptions.SERVER), tasks::add).within(budget)
                .connect();
        solo.feed(Frames.binary(new byte[40 * KIB]));
        assertEquals(List.of(REFUSAL), solo.sentInWords());
    }

    // ---- blocking style

    @Test
    void whatWaitsInAnInboxIsCountedUntilItIsTaken() throws Exception {
        Inbox inbox = new Inbox(Inbox.LOW_BYTES, budget);
        Solo solo = solo(Role.SERVER, inbox).feed(begun(30 * KIB));
        assertTrue(budget.usedBytes() >= 30 * KIB);
        assertThrows(TimeoutException.class, () -> inbox.take(Duration.ZERO));
        assertTrue(budget.usedBytes() >= 30 * KIB, "what a taker has gathered counts, too");
        solo.feed(Frames.continuation(new byte[30 * KIB]));
        assertTrue(budget.usedBytes() >= 60 * KIB);
        assertEquals(60 * KIB, ((Message.Binary) inbox.take()).bytes().length);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void aMessageThatFindsNoRoomInTheInboxFailsItsConnection() {
        budget.tryResize(0, 304 * KIB);
        Solo solo = solo(Role.SERVER, new Inbox(Inbox.LOW_BYTES, budget)).feed(begun(30 * KIB));
        assertEquals(List.of(REFUSAL), solo.sentInWords());
    }

    @Test
    void anInboxOfAConnectionThatHasEndedIsTheApplications() throws Exception {
        Inbox inbox = new Inbox(Inbox.LOW_BYTES, budget);
        solo(Role.CLIENT, inbox).feed(Frames.binary(new byte[30 * KIB])).end();
        assertEquals(0, budget.usedBytes());
        assertEquals(30 * KIB, ((Message.Binary) inbox.take()).bytes().length);
        assertEquals(0, budget.usedBytes());
    }

    // ---- the way out

    @Test
    void messagesThatWaitToLeaveAreCounted() {
        SendQueue queue =
                new SendQueue(Role.SERVER, Segment.POOL, new io.duplex.frame.MaskKeys(),
                        budget);
        assertTrue(queue.reserve(100 * KIB, false));
        queue.append(io.duplex.frame.Opcode.BINARY, true, 0, ByteBuffer.allocate(100 * KIB));
        assertEquals(144 * KIB, budget.usedBytes());
        assertFalse(queue.reserve(250 * KIB, false));
        queue.drainTo(ByteBuffer.allocate(10));
        assertEquals(128 * KIB, budget.usedBytes());
        queue.drainTo(ByteBuffer.allocate(200 * KIB));
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void smallMessagesOfOneBurstTouchNoSharedCounter() {
        budget.tryResize(0, 320 * KIB);
        SendQueue queue =
                new SendQueue(Role.SERVER, Segment.POOL, new io.duplex.frame.MaskKeys(),
                        budget);
        for (int i = 0; i < 100; i++) {
            assertTrue(queue.reserve(100, false));
            queue.append(io.duplex.frame.Opcode.BINARY, true, 0, ByteBuffer.allocate(100));
        }
        assertEquals(0, budget.refused());
    }

    @ParameterizedTest
    @EnumSource
    void aMessageThatFindsNoRoomToWaitFailsItsConnection(Role role) {
        budget.tryResize(0, 304 * KIB);
        Solo solo = solo(role, recorder);
        recorder.expect(new Event.Opened());
        assertEquals(SendStatus.CLOSED, solo.socket().send(new byte[30 * KIB]));
        solo.run();
        assertEquals(List.of(REFUSAL), solo.sentInWords());
        recorder.expect(Event.Failed.class);
    }

    @Test
    void whatIsSharedWithOtherConnectionsIsNoConnections() {
        budget.tryResize(0, 304 * KIB);
        Solo solo = solo(Role.SERVER, new WebSocketHandler() {});
        assertEquals(SendStatus.ACCEPTED, solo.socket().send(PreparedMessage.binary(new byte[30 * KIB])));
    }

    @Test
    void messagesBehindAStreamAreCounted() {
        Solo solo = solo(Role.SERVER, new WebSocketHandler() {});
        solo.socket().sendPart(ByteBuffer.allocate(1), false);
        solo.socket().send(new byte[60 * KIB]);
        assertEquals(80 * KIB, budget.usedBytes());
        solo.socket().sendPart(ByteBuffer.allocate(1), true);
        solo.run();
        assertEquals(0, budget.usedBytes());
    }
}
