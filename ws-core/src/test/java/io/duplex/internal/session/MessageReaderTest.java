package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.Limits;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.transport.LayerHost;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
    private static final int RSV1 = 4;
    private static final Limits SMALL = new Limits(10, 8, 3, 10);

    private final List<String> seen = new ArrayList<>();
    private final WorkBudget budget = new WorkBudget();
    private final MemoryBudget memory = new MemoryBudget(1 << 20);
    private MessageReader reader = parts(Limits.DEFAULT);

    private MessageReader parts(Limits limits, Extension... extensions) {
        return reader(Role.SERVER, limits, Delivery.PARTS, extensions);
    }

    private MessageReader reader(Role role, Limits limits, Delivery delivery, Extension... extensions) {
        discard();
        reader = MessageReader.POOL.borrow(this);
        PayloadSlices slices = new PayloadSlices();
        reader.serve(
                Pair.context(role, ConnectionOptions.SERVER.withLimits(limits), List.of(), Optional.empty(),
                        memory),
                delivery, ExtensionChain.of(List.of(extensions)), new DirectCallbacks(mock(WebSocket.class),
                        new Handler(), new ConnectionListener() {}, thrown -> {
                            throw new AssertionError(thrown);
                        }),
                slices);
        return reader;
    }

    @AfterEach
    void discard() {
        if (reader != null) {
            MessageReader.POOL.discard(reader, this);
        }
    }

    @Test
    void framesBecomeMessagesAndControlFrames() throws WebSocketProtocolException {
        receive(masked(Frames.text("a"), Frames.ping("p"), Frames.pong("q"), Frames.binary((byte) 98),
                Frames.close(1000, "bye")));
        assertEquals(List.of("text a!", "ping p", "pong q", "binary b!", "close \u0003\u00e8bye"), seen);
    }

    @Test
    void wholeMessagesAreAssembled() throws WebSocketProtocolException {
        reader(Role.SERVER, Limits.DEFAULT, Delivery.WHOLE);
        receive(masked(Frames.text("a").notFinal(), Frames.continuation((byte) 98), Frames.binary()));
        assertEquals(List.of("text ab.", "binary ."), seen);
    }

    @Test
    void aClientReadsUnmaskedFrames() throws WebSocketProtocolException {
        reader(Role.CLIENT, Limits.DEFAULT, Delivery.PARTS);
        receive(Frames.text("a").bytes());
        assertEquals(List.of("text a!"), seen);
    }

    /** RFC 6455 section 5.4. */
    @Test
    void controlFramesComeBetweenFragments() throws WebSocketProtocolException {
        receive(masked(Frames.text("a").notFinal(), Frames.ping("p"), Frames.continuation((byte) 98)));
        assertEquals(List.of("text a-", "ping p", "text b!"), seen);
    }

    @Test
    void everyCutGivesTheSameControlFrames() throws WebSocketProtocolException {
        byte[] wire = masked(Frames.ping("ping"), Frames.ping(""), Frames.pong("pong"), Frames.close());
        for (int cut = 0; cut <= wire.length; cut++) {
            seen.clear();
            parts(Limits.DEFAULT);
            receive(Arrays.copyOfRange(wire, 0, cut));
            receive(Arrays.copyOfRange(wire, cut, wire.length));
            assertEquals(List.of("ping ping", "ping ", "pong pong", "close "), seen, "cut at " + cut);
        }
    }

    @Test
    void aControlPayloadArrivesByteByByte() throws WebSocketProtocolException {
        for (byte value : masked(Frames.ping("x".repeat(125)), Frames.ping("again"))) {
            receive(value);
        }
        assertEquals(List.of("ping " + "x".repeat(125), "ping again"), seen);
    }

    @Test
    void aControlPayloadThatWasKeptDoesNotChange() throws WebSocketProtocolException {
        byte[] wire = masked(Frames.ping("one"), Frames.ping("two"));
        List<ByteBuffer> kept = new ArrayList<>();
        for (byte value : wire) {
            if (reader.next(ByteBuffer.wrap(new byte[] { value }), budget) == MessageReader.Event.PING) {
                kept.add(reader.controlPayload());
            }
        }
        assertEquals(List.of("one", "two"),
                kept.stream().map(payload -> Payload.copyOf(payload).text()).toList());
    }

    @Test
    void controlPayloadsAreExactReadOnlySlices() throws WebSocketProtocolException {
        byte[] wire = masked(Frames.ping("a"), Frames.pong("b"), Frames.ping("cd"));
        receive(Arrays.copyOf(wire, wire.length - 1));
        receive(wire[wire.length - 1]);
        assertEquals(List.of("ping a", "pong b", "ping cd"), seen);
    }

    @Test
    void itStopsAfterEachFrameAndGoesOnWithTheRest() throws WebSocketProtocolException {
        ByteBuffer src = ByteBuffer.wrap(masked(Frames.text("a"), Frames.ping("b")));
        assertEquals(MessageReader.Event.DATA, reader.next(src, budget));
        assertEquals(List.of("text a!"), seen);
        assertEquals(7, src.remaining());
        assertEquals(MessageReader.Event.PING, reader.next(src, budget));
        assertEquals(MessageReader.Event.NEED_MORE, reader.next(src, budget));
    }

    /** It needs no further byte, so no further call would come for it. */
    @Test
    void theEndOfAnEmptyFrameIsNotPutOff() throws WebSocketProtocolException {
        reader.next(ByteBuffer.wrap(masked(Frames.text(""))), budget);
        assertEquals(List.of("text !"), seen);
    }

    // ---- the work of a turn

    @ParameterizedTest
    @MethodSource("frames")
    void everyFrameIsAPieceOfWork(Frames frame) throws WebSocketProtocolException {
        spendAllButOne();
        reader.next(ByteBuffer.wrap(masked(frame)), budget);
        assertTrue(budget.isSpent());
    }

    @ParameterizedTest
    @MethodSource("frames")
    void theRestIsLeftWhenTheBudgetIsSpent(Frames frame) {
        LayerHost host = mock(LayerHost.class);
        when(host.budget()).thenReturn(budget);
        Session session = new Session(
                Pair.context(Role.SERVER, Pair.options(ConnectionOptions.SERVER), List.of()), host,
                new Handler(), null);
        session.connected(0);
        spendAllButOne();
        byte[] second = masked(Frames.ping("after it"));
        ByteBuffer src = ByteBuffer.wrap(Frames.join(masked(frame), second));
        session.receive(src, 0);
        assertEquals(second.length, src.remaining());
        session.receive(src, 0);
        assertEquals(second.length, src.remaining(), "nothing is read without a budget");
        budget.begin();
        session.receive(src, 0);
        assertEquals("handler ping after it", seen.getLast());
        assertEquals(0, src.remaining());
    }

    static Stream<Frames> frames() {
        return Stream.of(Frames.text(""), Frames.text("a"), Frames.ping(""), Frames.pong("p"),
                Frames.text("").notFinal(), Frames.text("a").notFinal());
    }

    private void spendAllButOne() {
        for (int i = 1; i < WorkBudget.PIECES; i++) {
            budget.spend(0);
        }
        assertFalse(budget.isSpent());
    }

    @Test
    void theBytesOfALargeFrameCount() throws WebSocketProtocolException {
        receive(masked(Frames.binary(new byte[WorkBudget.BYTES])));
        assertTrue(budget.isSpent());
    }

    @Test
    void bytesThatWereInflatedCountAndALargeFrameIsInflatedInPieces() throws WebSocketProtocolException {
        List<Integer> pieces = new ArrayList<>();
        parts(new Limits(1 << 30, 1 << 20, 10, 10), extension((part, out) -> {
            pieces.add(part.remaining());
            out.accept(ByteBuffer.allocate(1000 * part.remaining()));
        }));
        ByteBuffer src = ByteBuffer.wrap(masked(Frames.binary(new byte[10_000]).withRsv(RSV1)));
        reader.next(src, budget);
        assertEquals(1, pieces.size(), "the first piece exceeds the budget");
        assertTrue(budget.isSpent());
        while (reader.next(src, budget) != MessageReader.Event.NEED_MORE) {
            // Until all is inflated.
        }
        assertEquals(10_000, pieces.stream().mapToInt(each -> each).sum());
        assertTrue(pieces.stream().allMatch(each -> each <= 1 << 10), pieces::toString);
    }

    // ---- which frame may come, RFC 6455 section 5.4

    @Test
    void continuationsFollowTheFirstFragmentUpToTheLast() throws WebSocketProtocolException {
        receive(masked(Frames.text("a").notFinal(), Frames.continuation((byte) 98).notFinal(),
                Frames.continuation((byte) 99), Frames.binary((byte) 100), Frames.text("e")));
        assertEquals(List.of("text a-", "text b-", "text c!", "binary d!", "text e!"), seen);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void aNewMessageInsideAnotherIsRefused(int opcode) throws WebSocketProtocolException {
        receive(masked(Frames.text("a").notFinal()));
        assertRefused(ProtocolError.CONTINUATION_EXPECTED, masked(Frames.of(opcode)));
    }

    @Test
    void aContinuationAfterTheLastFragmentIsRefused() throws WebSocketProtocolException {
        receive(masked(Frames.binary().notFinal(), Frames.continuation()));
        assertRefused(ProtocolError.CONTINUATION_UNEXPECTED, masked(Frames.continuation().notFinal()));
    }

    @ParameterizedTest
    @CsvSource({ "0, CONTINUATION_UNEXPECTED", "3, RESERVED_OPCODE", "11, RESERVED_OPCODE" })
    void framesThatMayNotComeAreRefused(int opcode, ProtocolError error) {
        assertRefused(error, masked(Frames.of(opcode)));
    }

    @Test
    void aFrameThatMayNotComeIsRefusedByItsHeader() {
        byte[] wire = masked(Frames.continuation(new byte[100]));
        assertRefused(ProtocolError.CONTINUATION_UNEXPECTED, Arrays.copyOf(wire, 6));
    }

    @Test
    void asManyFragmentsAsTheLimitPassAndOneMoreDoesNotThoughTheyAreEmpty()
            throws WebSocketProtocolException {
        parts(SMALL);
        receive(masked(Frames.binary().notFinal(), Frames.continuation().notFinal(),
                Frames.continuation().notFinal()));
        assertRefused(ProtocolError.TOO_MANY_FRAGMENTS, masked(Frames.continuation()));
    }

    @Test
    void theNextMessageCountsItsFragmentsAnew() throws WebSocketProtocolException {
        parts(SMALL);
        for (int message = 0; message < 3; message++) {
            receive(masked(Frames.binary().notFinal(), Frames.continuation().notFinal(),
                    Frames.continuation()));
        }
        assertEquals(List.of("binary !", "binary !", "binary !"), seen);
    }

    @Test
    void controlFramesAreNoFragments() throws WebSocketProtocolException {
        parts(SMALL);
        receive(masked(Frames.binary().notFinal(), Frames.ping(""), Frames.ping(""), Frames.ping(""),
                Frames.continuation()));
        assertEquals("binary !", seen.getLast());
    }

    // ---- limits

    @Test
    void aMessageThatIsTooBigIsRefusedByTheHeaderThatSaysSo() throws WebSocketProtocolException {
        parts(SMALL);
        assertRefused(ProtocolError.FRAME_TOO_BIG, masked(Frames.binary(new byte[9])));
        parts(SMALL);
        receive(masked(Frames.binary(new byte[8]).notFinal()));
        byte[] second = masked(Frames.continuation(new byte[3]));
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, Arrays.copyOf(second, 6));
    }

    @Test
    void controlFramesDoNotCountAsPayload() throws WebSocketProtocolException {
        parts(SMALL);
        receive(masked(Frames.binary(new byte[8]).notFinal(), Frames.ping("x".repeat(125)),
                Frames.continuation(new byte[2])));
        assertTrue(seen.getLast().endsWith("!"));
    }

    @Test
    void aReservedBitWithoutAnExtensionIsRefused() {
        assertRefused(ProtocolError.RESERVED_BIT, masked(Frames.text("a").withRsv(RSV1)));
    }

    @Test
    void anUnmaskedFrameOfAClientIsRefused() {
        assertRefused(ProtocolError.UNMASKED_FRAME, Frames.text("a").bytes());
    }

    @Test
    void aMaskedFrameOfAServerIsRefused() {
        reader(Role.CLIENT, Limits.DEFAULT, Delivery.PARTS);
        assertRefused(ProtocolError.MASKED_FRAME, masked(Frames.text("a")));
    }

    private void assertRefused(ProtocolError error, byte[] wire) {
        assertEquals(error, assertThrows(WebSocketProtocolException.class, () -> receive(wire)).error());
    }

    // ---- extensions, RFC 6455 section 9

    @Test
    void anExtensionDecodesTheMessagesThatAreMarkedAndNoOthers() throws WebSocketProtocolException {
        parts(Limits.DEFAULT, upperCase());
        receive(masked(Frames.text("a").notFinal().withRsv(RSV1), Frames.ping("p"),
                Frames.continuation((byte) 98), Frames.text("c"), Frames.text("d").withRsv(RSV1)));
        assertEquals(
                List.of("text A-", "ping p", "text B-", "text !", "text c!", "text D-", "text !"), seen);
    }

    @Test
    void anotherReservedBitIsRefused() {
        parts(Limits.DEFAULT, upperCase());
        assertRefused(ProtocolError.RESERVED_BIT, masked(Frames.text("a").withRsv(2)));
    }

    @Test
    void theDecodedMessageIsLimited() {
        parts(SMALL, extension((part, out) -> out.accept(ByteBuffer.allocate(11))));
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, masked(Frames.binary((byte) 1).withRsv(RSV1)));
    }

    /** What hardly compresses grows: RFC 1951 section 3.2.4. */
    @Test
    void onlyACompressedMessageMayBeALittleLongerOnTheWire() throws WebSocketProtocolException {
        Limits limits = new Limits(100, 100, 10, 10);
        parts(limits, extension((part, out) -> {}));
        receive(masked(Frames.binary(new byte[100 + 65]).withRsv(RSV1)));
        assertRefused(ProtocolError.FRAME_TOO_BIG, masked(Frames.binary(new byte[166]).withRsv(RSV1)));
        parts(limits, extension((part, out) -> {}));
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, masked(Frames.binary(new byte[101])));
    }

    /** An empty block is two bytes, so a message may be endless on the wire and inflate to nothing. */
    @Test
    void aCompressedMessageThatInflatesToNothingIsLimitedOnTheWire() throws WebSocketProtocolException {
        parts(new Limits(100, 100, 10, 10), extension((part, out) -> {}));
        receive(masked(Frames.binary(new byte[165]).withRsv(RSV1).notFinal(),
                Frames.continuation(new byte[32]).notFinal()));
        byte[] third = masked(Frames.continuation(new byte[17]));
        assertRefused(ProtocolError.COMPRESSED_TOO_BIG, Arrays.copyOf(third, 6));
    }

    @Test
    void anUnfinishedCompressedMessageHoldsAnInflater() throws WebSocketProtocolException {
        parts(Limits.DEFAULT, upperCase());
        receive(masked(Frames.text("a").notFinal().withRsv(RSV1)));
        reader.readEnded();
        assertEquals(48 << 10, memory.usedBytes());
        receive(masked(Frames.continuation(), Frames.text("b").notFinal()));
        reader.readEnded();
        assertEquals(0, memory.usedBytes(), "the message under way is not compressed");
    }

    private interface Decoder {
        void decode(ByteBuffer part, Extension.Sink out) throws WebSocketProtocolException;
    }

    private static Extension upperCase() {
        return extension((part, out) -> {
            if (part.hasRemaining()) {
                out.accept(ByteBuffer.wrap(Payload.of(Payload.copyOf(part).text().toUpperCase()).bytes()));
            }
        });
    }

    private static Extension extension(Decoder decoder) {
        Extension extension = mock(Extension.class);
        when(extension.reservedBits()).thenReturn(RSV1);
        try {
            doAnswer(call -> {
                decoder.decode(call.getArgument(0), call.getArgument(2));
                return null;
            }).when(extension).decode(any(), anyBoolean(), any());
        } catch (WebSocketProtocolException e) {
            throw new AssertionError(e);
        }
        return extension;
    }

    // ---- what the session asks

    @Test
    void itIsIdleBetweenTwoMessagesAndTwoFramesOnly() throws WebSocketProtocolException {
        assertTrue(reader.isIdle());
        byte[] wire = masked(Frames.text("ab").notFinal(), Frames.ping("cd"), Frames.continuation((byte) 'e'),
                Frames.ping("f"));
        int message = wire.length - masked(Frames.ping("f")).length;
        for (int i = 0; i < wire.length; i++) {
            receive(wire[i]);
            assertEquals(i == message - 1 || i == wire.length - 1, reader.isIdle(), "after byte " + i);
        }
    }

    @Test
    void aMessageIsUnderWayFromItsFirstHeaderToItsLastByte() throws WebSocketProtocolException {
        byte[] wire = masked(Frames.text("ab").notFinal(), Frames.ping("cd"), Frames.continuation((byte) 'e'),
                Frames.ping("f"));
        int message = wire.length - masked(Frames.ping("f")).length;
        for (int i = 0; i < wire.length; i++) {
            receive(wire[i]);
            assertEquals(i >= 5 && i < message - 1, reader.inMessage(), "after byte " + i);
        }
    }

    @Test
    void messagesAreNumberedAndTheirBytesCountedAsOnTheWire() throws WebSocketProtocolException {
        parts(Limits.DEFAULT, upperCase());
        assertEquals(0, reader.messageNumber());
        receive(masked(Frames.text("abc").withRsv(RSV1)));
        receive(masked(Frames.text("ab").notFinal().withRsv(RSV1), Frames.ping("not counted")));
        assertEquals(2, reader.messageNumber());
        assertEquals(2, reader.wireBytes());
        receive(Arrays.copyOf(masked(Frames.continuation(new byte[10])), 6 + 4));
        assertEquals(2, reader.messageNumber());
        assertEquals(2 + 4, reader.wireBytes());
    }

    @Test
    void aReleaseReturnsTheMemoryOfAnUnfinishedMessage() throws WebSocketProtocolException {
        reader(Role.SERVER, Limits.DEFAULT, Delivery.WHOLE);
        receive(masked(Frames.binary(new byte[40_000]).notFinal()));
        assertTrue(memory.usedBytes() >= 40_000);
        reader.release();
        assertEquals(0, memory.usedBytes());
    }

    // ---- helpers

    private void receive(byte... wire) throws WebSocketProtocolException {
        ByteBuffer src = ByteBuffer.wrap(wire.clone());
        for (;;) {
            MessageReader.Event event = reader.next(src, budget);
            switch (event) {
                case NEED_MORE -> {
                    assertEquals(0, src.remaining());
                    return;
                }
                case DATA -> {
                    // The handler has seen it.
                }
                case PING, PONG, CLOSE -> {
                    assertTrue(PayloadSlicesTest.isExact(reader.controlPayload()));
                    see(event.name().toLowerCase(), reader.controlPayload(), "");
                }
            }
        }
    }

    private static byte[] masked(Frames... frames) {
        return Solo.wire(Role.SERVER, frames);
    }

    private void see(String what, ByteBuffer payload, String end) {
        byte[] bytes = Payload.copyOf(payload).bytes();
        seen.add(what + " " + new String(bytes, StandardCharsets.ISO_8859_1) + end);
    }

    /** Ends a part with a dash, a last part with an exclamation mark, a whole message with a full stop. */
    private final class Handler implements WebSocketHandler {
        @Override
        public Delivery delivery() {
            return Delivery.PARTS;
        }

        @Override
        public void onText(WebSocket ws, String text) {
            seen.add("text " + text + ".");
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            see("binary", payload, ".");
        }

        @Override
        public void onTextPart(WebSocket ws, String part, boolean last) {
            seen.add("text " + part + (last ? "!" : "-"));
        }

        @Override
        public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {
            see("binary", part, last ? "!" : "-");
        }

        @Override
        public void onPing(WebSocket ws, ByteBuffer payload) {
            see("handler ping", payload, "");
        }
    }
}
