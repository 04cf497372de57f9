package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.Limits;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.OverBudgetException;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Event;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.testkit.Recorder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageAssemblerTest {
    private static final String ALL_LENGTHS = "a\u00e9\u20ac\ud83d\ude00.\u07ff\uffff\udbff\udfff";
    private static final int LIMIT_BYTES = 200_000;
    private static final long STEP_BYTES = MemoryBudget.STEP_BYTES;
    private static final long INFLATER_BYTES = 3 * STEP_BYTES;

    private final MemoryBudget budget = new MemoryBudget(20 * STEP_BYTES);
    private final MessageAssembler assembler = new MessageAssembler();
    private Recorder recorder;

    /** @return the callbacks, open */
    private DirectCallbacks serve(Delivery delivery, int maxMessageBytes) {
        recorder = new Recorder(delivery);
        DirectCallbacks callbacks = callbacks(recorder);
        callbacks.opened();
        recorder.expect(new Event.Opened());
        serve(delivery, maxMessageBytes, callbacks);
        return callbacks;
    }

    private void serve(Delivery delivery, int maxMessageBytes, Callbacks callbacks) {
        ConnectionOptions options =
                ConnectionOptions.SERVER.withLimits(Limits.DEFAULT.withMaxMessageBytes(maxMessageBytes));
        assembler.serve(Pair.context(Role.SERVER, options, List.of(), Optional.empty(), budget), delivery,
                callbacks, new PayloadSlices());
    }

    private static DirectCallbacks callbacks(WebSocketHandler handler) {
        return new DirectCallbacks(mock(WebSocket.class), handler, new ConnectionListener() {}, thrown -> {
            throw new AssertionError(thrown);
        });
    }

    private void part(String content, boolean last) throws WebSocketProtocolException {
        part(Payload.of(content).bytes(), last);
    }

    private void part(byte[] bytes, boolean last) throws WebSocketProtocolException {
        part(bytes, 0, bytes.length, last);
    }

    /** Between other bytes, as a payload lies in a buffer of the transport. */
    private void part(byte[] bytes, int from, int length, boolean last) throws WebSocketProtocolException {
        ByteBuffer src = ByteBuffer.allocate(length + 9);
        src.put(7, bytes, from, length);
        assembler.part(src, 7, 7 + length, last);
        assertEquals(0, src.position(), "the buffer is lent");
    }

    private void send(boolean text, String content) throws WebSocketProtocolException {
        assembler.begin(text);
        part(content, true);
    }

    private static void assertRefused(ProtocolError error, Executable executable) {
        assertEquals(error, assertThrows(WebSocketProtocolException.class, executable).error());
    }

    // ---- in both deliveries

    @ParameterizedTest
    @EnumSource
    void aMessageOfTheLimitPassesAndOneByteMoreDoesNot(Delivery delivery) throws WebSocketProtocolException {
        serve(delivery, 100);
        assembler.begin(false);
        assembler.announce(100, true);
        part(new byte[100], true);
        assembler.begin(false);
        part(new byte[100], false);
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, () -> part(new byte[1], true));
    }

    @ParameterizedTest
    @EnumSource
    void oneByteMoreIsRefusedWhenItIsAnnounced(Delivery delivery) throws WebSocketProtocolException {
        serve(delivery, 100);
        assembler.begin(false);
        assembler.announce(99, false);
        part(new byte[99], false);
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, () -> assembler.announce(2, true));
    }

    @Test
    void theRefusalNamesTheSizesAndTheOption() throws WebSocketProtocolException {
        serve(Delivery.WHOLE, 100);
        assembler.begin(false);
        part(new byte[60], false);
        String limit = " 101 bytes is longer than the limit of 100 bytes (Limits.maxMessageBytes)";
        assertEquals("a message of at least" + limit,
                assertThrows(WebSocketProtocolException.class, () -> assembler.announce(41, false))
                        .getMessage());
        assertEquals("a message of" + limit,
                assertThrows(WebSocketProtocolException.class, () -> assembler.announce(41, true))
                        .getMessage());
    }

    @Test
    void anAnnouncedLengthCannotOverflow() throws WebSocketProtocolException {
        serve(Delivery.WHOLE, 100);
        assembler.begin(false);
        part(new byte[10], false);
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, () -> assembler.announce(Long.MAX_VALUE, true));
    }

    /** RFC 6455 section 8.1. */
    @ParameterizedTest
    @EnumSource
    void theFirstWrongByteFails(Delivery delivery) throws WebSocketProtocolException {
        serve(delivery, 100);
        assembler.begin(true);
        part("good", false);
        assertRefused(ProtocolError.TEXT_NOT_UTF8, () -> part(new byte[] { (byte) 0xC0 }, false));
    }

    /** RFC 6455 section 8.1. */
    @ParameterizedTest
    @EnumSource
    void aTextThatEndsInsideACharacterFails(Delivery delivery) throws WebSocketProtocolException {
        serve(delivery, 100);
        assembler.begin(true);
        part(new byte[] { (byte) 0xE2 }, false);
        assertRefused(ProtocolError.TEXT_NOT_UTF8, () -> part(new byte[] { (byte) 0x82 }, true));
    }

    @ParameterizedTest
    @EnumSource
    void messagesAreCountedWhenTheyAreWhole(Delivery delivery) throws WebSocketProtocolException {
        serve(delivery, 100);
        Traffic traffic = mock(Traffic.class);
        assembler.begin(true);
        part("abc", false);
        assembler.report(traffic);
        verifyNoMoreInteractions(traffic);
        part("de", true);
        send(false, "f");
        assembler.report(traffic);
        verify(traffic).received(2, 6);
        assembler.report(traffic);
        verifyNoMoreInteractions(traffic);
    }

    @ParameterizedTest
    @EnumSource
    void anInflaterIsAccountedForWhileAMessageIsUnfinished(Delivery delivery)
            throws WebSocketProtocolException {
        serve(delivery, LIMIT_BYTES);
        assembler.begin(false);
        part(new byte[10], false);
        assembler.inflating(true);
        assertEquals(INFLATER_BYTES + (delivery == Delivery.WHOLE ? STEP_BYTES : 0), budget.usedBytes(),
                "parts are not held");
        part(new byte[10], true);
        assembler.inflating(false);
        assertEquals(0, budget.usedBytes());
    }

    @ParameterizedTest
    @EnumSource
    void aReleaseReturnsAllMemory(Delivery delivery) throws WebSocketProtocolException {
        serve(delivery, LIMIT_BYTES);
        assembler.begin(false);
        part(new byte[50_000], false);
        assembler.inflating(true);
        assertTrue(budget.usedBytes() >= INFLATER_BYTES);
        assembler.release();
        assertEquals(0, budget.usedBytes());
    }

    // ---- whole messages

    @Nested
    class Whole {
        Whole() {
            serve(Delivery.WHOLE, LIMIT_BYTES);
        }

        @AfterEach
        void nothingElseHappened() {
            recorder.assertNothingElse();
        }

        @Test
        void aMessageInOnePartIsPassedOn() throws WebSocketProtocolException {
            send(true, "text");
            send(false, "binary");
            recorder.expect(new Event.Text("text"));
            recorder.expect(new Event.Binary(Payload.of("binary")));
        }

        @Test
        void anEmptyMessageIsAMessage() throws WebSocketProtocolException {
            send(true, "");
            send(false, "");
            recorder.expect(new Event.Text(""));
            recorder.expect(new Event.Binary(Payload.of("")));
        }

        @ParameterizedTest
        @ValueSource(booleans = { true, false })
        void partsAreAssembled(boolean text) throws WebSocketProtocolException {
            assembler.begin(text);
            part("a", false);
            part("", false);
            part("bc", false);
            part("", true);
            send(text, "next");
            for (String expected : List.of("abc", "next")) {
                recorder.expect(text ? new Event.Text(expected) : new Event.Binary(Payload.of(expected)));
            }
        }

        @Test
        void charactersSurviveEveryCut() throws WebSocketProtocolException {
            byte[] bytes = Payload.of(ALL_LENGTHS).bytes();
            for (int cut = 0; cut <= bytes.length; cut++) {
                assembler.begin(true);
                part(bytes, 0, cut, false);
                part(bytes, cut, bytes.length - cut, true);
                recorder.expect(new Event.Text(ALL_LENGTHS));
            }
        }

        @Test
        void aLargeMessageGrowsPartByPart() throws WebSocketProtocolException {
            String tenth = "0123456789".repeat(1000);
            assembler.begin(false);
            assembler.announce(LIMIT_BYTES, true);
            for (int i = 1; i <= 20; i++) {
                part(tenth, i == 20);
            }
            recorder.expect(new Event.Binary(Payload.of(tenth.repeat(20))));
        }

        @Test
        void binaryMessagesMayHoldAnyBytes() throws WebSocketProtocolException {
            byte[] any = { (byte) 0xC0, (byte) 0xFF };
            assembler.begin(false);
            part(any, true);
            recorder.expect(new Event.Binary(new Payload(any)));
        }

        @Test
        void aMessageBeginsAnewAfterOneThatWasDropped() throws WebSocketProtocolException {
            assembler.begin(true);
            part(new byte[] { 'a', (byte) 0xE2 }, false);
            assembler.release();
            send(true, "b");
            recorder.expect(new Event.Text("b"));
        }

        // Reading where it belongs

        private ByteBuffer begun(int frameBytes, int cameBytes) throws WebSocketProtocolException {
            assembler.begin(false);
            assembler.announce(frameBytes, true);
            part(new byte[cameBytes], false);
            return assembler.readTarget();
        }

        @Test
        void theRestOfALargeMessageIsReadIntoItsMemory() throws WebSocketProtocolException {
            ByteBuffer target = begun(120_000, 60_000);
            assertEquals(60_000, target.position());
            assertEquals(120_000, target.limit());
            while (target.hasRemaining()) {
                target.put((byte) 'x');
            }
            assembler.part(target, 60_000, 120_000, true);
            byte[] message = recorder.expect(Event.Binary.class).payload().bytes();
            assertEquals(0, message[59_999]);
            assertEquals('x', message[60_000]);
            assertEquals('x', message[120_000 - 1]);
            assertNull(assembler.readTarget());
        }

        @Test
        void bytesThatWereReadButLeftMayComeInAnotherBuffer() throws WebSocketProtocolException {
            ByteBuffer target = begun(120_000, 60_000);
            target.put(60_000, new byte[120_000 - 60_000]);
            byte[] rest = new byte[120_000 - 60_000];
            Arrays.fill(rest, (byte) 'y');
            part(rest, true);
            assertEquals('y', recorder.expect(Event.Binary.class).payload().bytes()[60_000]);
        }

        @Test
        void nothingIsReadPastTheFrame() throws WebSocketProtocolException {
            assembler.begin(false);
            assembler.announce(80_000, false);
            part(new byte[40_000], false);
            assertEquals(80_000, assembler.readTarget().limit());
            part(new byte[40_000], false);
            assertNull(assembler.readTarget(), "the next header comes");
        }

        @ParameterizedTest
        @CsvSource({ "20000, 5000", "100000, 1000", "10000, 100" })
        void littleIsCopied(int frameBytes, int cameBytes) throws WebSocketProtocolException {
            assertNull(begun(frameBytes, cameBytes));
        }

        /** A compressed message is not announced: what comes is not what it becomes. */
        @Test
        void theAnnouncementOfOneMessageIsNotThatOfTheNext() throws WebSocketProtocolException {
            begun(100_000, 10_000);
            assembler.release();
            assembler.begin(false);
            part(new byte[40_000], false);
            assertNull(assembler.readTarget());
        }

        @Test
        void thereIsRoomAgainWhenTheMemoryIsFull() throws WebSocketProtocolException {
            ByteBuffer target = begun(LIMIT_BYTES, 10_000);
            int room = target.remaining();
            assembler.part(target, target.position(), target.limit(), false);
            ByteBuffer next = assembler.readTarget();
            assertEquals(10_000 + room, next.position());
            assertTrue(next.remaining() >= 16 << 10, next::toString);
        }

        /** A read into memory without room would read nothing, again and again. */
        @Test
        void memoryThatIsFullWhenTheNextFrameIsAnnouncedIsNoTarget() throws WebSocketProtocolException {
            assembler.begin(false);
            for (int fragment = 1; fragment <= 2; fragment++) {
                assembler.announce(32 << 10, false);
                part(new byte[32 << 10], false);
            }
            assertEquals(128 << 10, budget.usedBytes());
            for (int fragment = 3; fragment <= 4; fragment++) {
                assembler.announce(32 << 10, false);
                part(new byte[32 << 10], false);
            }
            assembler.announce(64 << 10, true);
            assertNull(assembler.readTarget());
            part(new byte[20_000], false);
            assertEquals((128 << 10) + 20_000, assembler.readTarget().position());
        }

        @Test
        void aTextIsReadThereToo() throws WebSocketProtocolException {
            String half = "\u00e9".repeat(20_000);
            assembler.begin(true);
            assembler.announce(80_000, true);
            part(half, false);
            ByteBuffer target = assembler.readTarget();
            target.put(Payload.of(half).bytes());
            assembler.part(target, 40_000, 80_000, true);
            recorder.expect(new Event.Text(half + half));
        }

        // Memory

        @Test
        void memoryIsTakenForBytesThatHaveComeAndNeverMoreThanFourTimesTheirNumber()
                throws WebSocketProtocolException {
            assembler.begin(false);
            assembler.announce(LIMIT_BYTES, false);
            int came = 0;
            for (int bytes : List.of(1, 255, 1, 4000, 100, 20_000, 45_000, 130_643)) {
                part(new byte[bytes], false);
                came += bytes;
                long held = budget.usedBytes();
                assertTrue(held < 4L * came + STEP_BYTES, held + " for " + came);
                assertTrue(held >= (came <= STEP_BYTES ? 0 : came), held + " for " + came);
            }
            assertEquals(256 << 10, budget.usedBytes(), "the smallest block with room for the limit");
        }

        @Test
        void theLastFrameIsTheEndOfTheGrowth() throws WebSocketProtocolException {
            assembler.begin(false);
            part(new byte[10_000], false);
            assertEquals(32 << 10, budget.usedBytes());
            assembler.announce(90_000, true);
            part(new byte[40_000], false);
            assertEquals(128 << 10, budget.usedBytes());
            part(new byte[50_000], true);
            assertEquals(0, budget.usedBytes());
            recorder.expect(Event.Binary.class);
        }

        /** A compressed message is not announced. */
        @Test
        void theEndOfOneMessageIsNotTheEndOfTheNextOnesGrowth() throws WebSocketProtocolException {
            assembler.begin(false);
            assembler.announce(10, true);
            part(new byte[10], true);
            recorder.expect(Event.Binary.class);
            assembler.begin(false);
            part(new byte[20_000], false);
            assertEquals(64 << 10, budget.usedBytes());
        }

        /** Each step copies what it replaces; all together copy less than a third of the message. */
        @Test
        void anArrayGrowsInFewStepsHoweverShortTheFragments() throws WebSocketProtocolException {
            List<Long> held = new ArrayList<>(List.of(0L));
            assembler.begin(false);
            for (int i = 0; i < LIMIT_BYTES; i++) {
                assembler.announce(1, i == LIMIT_BYTES - 1);
                part(new byte[1], i == LIMIT_BYTES - 1);
                if (held.getLast() != budget.usedBytes()) {
                    held.add(budget.usedBytes());
                }
            }
            recorder.expect(Event.Binary.class);
            assertEquals(List.of(0L, 32L << 10, 128L << 10, 256L << 10, 0L), held);
        }

        private static long steps(long bytes) {
            return Math.ceilDiv(bytes, STEP_BYTES) * STEP_BYTES;
        }

        @Test
        void nothingIsHeldForMessagesThatArriveInOnePiece() throws WebSocketProtocolException {
            MemoryBudget small = new MemoryBudget(1);
            assembler.serve(Pair.context(Role.SERVER, ConnectionOptions.SERVER, List.of(), Optional.empty(),
                    small), Delivery.WHOLE, callbacks(new WebSocketHandler() {}), new PayloadSlices());
            assembler.begin(false);
            part(new byte[LIMIT_BYTES], true);
            assertEquals(0, small.refused());
        }

        @Test
        void aMessageThatFindsNoRoomIsRefusedAndTheReservationStands() throws WebSocketProtocolException {
            budget.tryResize(0, 15 * STEP_BYTES);
            assembler.begin(false);
            part(new byte[20_000], false);
            assertEquals(19 * STEP_BYTES, budget.usedBytes());
            assertThrows(OverBudgetException.class, () -> part(new byte[100_000], false));
            assertEquals(19 * STEP_BYTES, budget.usedBytes());
            assembler.release();
            assertEquals(15 * STEP_BYTES, budget.usedBytes());
        }

        @Test
        void aMessageIsAccountedForWhileItsCallbackRuns() throws WebSocketProtocolException {
            List<Long> used = new ArrayList<>();
            serve(Delivery.WHOLE, LIMIT_BYTES, callbacks(new WebSocketHandler() {
                @Override
                public void onBinary(WebSocket ws, ByteBuffer payload) {
                    used.add(budget.usedBytes());
                }
            }));
            assembler.begin(false);
            part(new byte[20_000], false);
            part(new byte[20_000], true);
            assertEquals(List.of(64L << 10), used);
            assertEquals(0, budget.usedBytes());
        }

        /** It may wait for long, so it does not take along the room into which it might have grown. */
        @Test
        void aMessageThatWaitsForAnExecutorIsAccountedForOnceAndByItsLength() {
            new Solo(new WebSocketHandler() {}, Pair.options(ConnectionOptions.SERVER), task -> {})
                    .within(budget)
                    .connect()
                    .feed(Frames.binary(new byte[20_000]).notFinal())
                    .feed(Frames.continuation(new byte[20_000]));
            assertEquals(steps(40_000), budget.usedBytes());
        }

        // Whose the bytes are

        @Test
        void everyMessageIsAnExactReadOnlySlice() throws WebSocketProtocolException {
            List<ByteBuffer> seen = new ArrayList<>();
            serve(Delivery.WHOLE, LIMIT_BYTES, callbacks(new WebSocketHandler() {
                @Override
                public void onBinary(WebSocket ws, ByteBuffer payload) {
                    seen.add(payload);
                }
            }));
            send(false, "whole");
            assembler.begin(false);
            part("a", false);
            part("b", true);
            assertEquals(2, seen.size());
            for (ByteBuffer payload : seen) {
                assertTrue(PayloadSlicesTest.isExact(payload));
            }
        }

        @Test
        void whatAnApplicationKeepsAsAnArrayStays() throws WebSocketProtocolException {
            List<byte[]> kept = new ArrayList<>();
            serve(Delivery.WHOLE, LIMIT_BYTES, callbacks(new WebSocketHandler() {
                @Override
                public void onBinary(WebSocket ws, byte[] payload) {
                    kept.add(payload);
                }
            }));
            byte[] transport = "ab".getBytes();
            assembler.begin(false);
            assembler.part(ByteBuffer.wrap(transport), 0, 2, true);
            Arrays.fill(transport, (byte) 0);
            assertEquals(Payload.of("ab"), new Payload(kept.getFirst()));
            assertNotSame(transport, kept.getFirst());
        }
    }

    // ---- parts

    @Nested
    class Parts {
        private final Callbacks callbacks = serve(Delivery.PARTS, 100);

        @AfterEach
        void nothingElseHappened() {
            recorder.assertNothingElse();
        }

        @Test
        void partsArePassedOnAsTheyCome() throws WebSocketProtocolException {
            assembler.begin(false);
            part("ab", false);
            part("c", true);
            recorder.expect(new Event.BinaryPart(Payload.of("ab"), false));
            recorder.expect(new Event.BinaryPart(Payload.of("c"), true));
        }

        @Test
        void anEmptyPartMattersOnlyAtTheEnd() throws WebSocketProtocolException {
            for (boolean text : new boolean[] { true, false }) {
                assembler.begin(text);
                part("", false);
                part("a", false);
                part("", true);
            }
            recorder.expect(new Event.TextPart("a", false));
            recorder.expect(new Event.TextPart("", true));
            recorder.expect(new Event.BinaryPart(Payload.of("a"), false));
            recorder.expect(new Event.BinaryPart(Payload.of(""), true));
        }

        @Test
        void noCharacterIsSplitByAnyTwoCuts() throws WebSocketProtocolException {
            byte[] bytes = Payload.of(ALL_LENGTHS).bytes();
            for (int first = 0; first <= bytes.length; first++) {
                for (int second = first; second <= bytes.length; second++) {
                    assembler.begin(true);
                    part(bytes, 0, first, false);
                    part(bytes, first, second - first, false);
                    part(bytes, second, bytes.length - second, true);
                    assertEquals(ALL_LENGTHS, joinedText());
                }
            }
        }

        @Test
        void byteByByteGivesTheSameText() throws WebSocketProtocolException {
            byte[] bytes = Payload.of(ALL_LENGTHS).bytes();
            assembler.begin(true);
            for (int i = 0; i < bytes.length; i++) {
                part(bytes, i, 1, i == bytes.length - 1);
            }
            assertEquals(ALL_LENGTHS, joinedText());
        }

        private String joinedText() {
            StringBuilder all = new StringBuilder();
            for (;;) {
                Event.TextPart part = recorder.expect(Event.TextPart.class);
                assertFalse(endsInsideASurrogatePair(part.text()), () -> "split: " + part);
                all.append(part.text());
                if (part.last()) {
                    return all.toString();
                }
            }
        }

        private static boolean endsInsideASurrogatePair(String text) {
            return !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
        }

        @Test
        void anUnfinishedCharacterIsForgottenWithItsMessage() throws WebSocketProtocolException {
            assembler.begin(true);
            part(new byte[] { (byte) 0xE2, (byte) 0x82 }, false);
            recorder.expect(new Event.TextPart("", false));
            assembler.begin(true);
            part("b", true);
            recorder.expect(new Event.TextPart("b", true));
        }

        @Test
        void nothingIsAccountedForBecauseNothingIsHeld() throws WebSocketProtocolException {
            serve(Delivery.PARTS, LIMIT_BYTES);
            assembler.begin(false);
            part(new byte[100_000], false);
            assertEquals(0, budget.usedBytes());
            recorder.expect(Event.BinaryPart.class);
        }

        @Test
        void eachPartIsOneOfTheDemand() throws WebSocketProtocolException {
            callbacks.demand().pause();
            callbacks.demand().add(2);
            assembler.begin(false);
            part("a", false);
            part("b", true);
            assertFalse(callbacks.hasRoom());
            recorder.expect(new Event.BinaryPart(Payload.of("a"), false));
            recorder.expect(new Event.BinaryPart(Payload.of("b"), true));
        }
    }
}
