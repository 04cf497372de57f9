package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.duplex.Limits;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionChain;
import io.duplex.frame.CloseFrame;
import io.duplex.frame.ProtocolError;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InboundTest {
    private final List<String> seen = new ArrayList<>();
    private final WorkBudget budget = new WorkBudget();
    private boolean delivers = true;
    private String stopAfter = "never";
    private int inexact;
    private Inbound inbound = inbound(Limits.DEFAULT);

    private Inbound inbound(Limits limits) {
        return new Inbound(Role.SERVER, limits, ExtensionChain.of(List.of()),
                new Sink(limits.maxMessageBytes()),
                new Events(), new PayloadSlices());
    }

    @Test
    void framesBecomeMessagesAndControlEvents() throws WebSocketProtocolException {
        receive(masked(Frames.text("a"), Frames.ping("p"), Frames.pong("q"), Frames.binary((byte) 98),
                Frames.close(1000, "bye")));
        assertEquals(List.of("text", "a!", "ping p", "pong q", "binary", "b!", "close 1000 bye"), seen);
    }

    @Test
    void controlFramesComeBetweenFragments() throws WebSocketProtocolException {
        receive(masked(Frames.text("a").notFinal(), Frames.ping("p"), Frames.continuation((byte) 98)));
        assertEquals(List.of("text", "a", "ping p", "b!"), seen);
    }

    @Test
    void everyCutGivesTheSameControlEvents() throws WebSocketProtocolException {
        byte[] wire = masked(Frames.ping("ping"), Frames.ping(""), Frames.pong("pong"), Frames.close());
        for (int cut = 0; cut <= wire.length; cut++) {
            seen.clear();
            inbound = inbound(Limits.DEFAULT);
            receive(Arrays.copyOfRange(wire, 0, cut));
            receive(Arrays.copyOfRange(wire, cut, wire.length));
            assertEquals(List.of("ping ping", "ping ", "pong pong", "close none"), seen, "cut at " + cut);
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
    void itStopsBehindAFrameWhenToldToAndGoesOnWithTheRest() throws WebSocketProtocolException {
        ByteBuffer src = ByteBuffer.wrap(masked(Frames.text("a"), Frames.text("b")));
        stopAfter = "a!";
        inbound.receive(src);
        assertEquals(List.of("text", "a!"), seen);
        assertEquals(7, src.remaining());
        delivers = true;
        inbound.receive(src);
        assertEquals(List.of("text", "a!", "text", "b!"), seen);
    }

    @ParameterizedTest
    @MethodSource("frames")
    void everyFrameIsAPieceOfWorkAndTheRestIsLeftWhenTheBudgetIsSpent(Frames frame)
            throws WebSocketProtocolException {
        for (int i = 1; i < WorkBudget.PIECES; i++) {
            budget.spend(0);
        }
        byte[] second = masked(Frames.ping("behind"));
        ByteBuffer src = ByteBuffer.wrap(Frames.join(masked(frame), second));
        inbound.receive(src);
        assertEquals(second.length, src.remaining());
        inbound.receive(src);
        assertEquals(second.length, src.remaining(), "nothing is read without a budget");
        budget.begin();
        inbound.receive(src);
        assertEquals("ping behind", seen.getLast());
        assertEquals(0, src.remaining());
    }

    static Stream<Frames> frames() {
        return Stream.of(Frames.text(""), Frames.text("a"), Frames.ping(""), Frames.pong("p"),
                Frames.text("").notFinal(), Frames.text("a").notFinal());
    }

    @Test
    void bytesThatWereInflatedCountAndALargeFrameIsInflatedInPieces() throws WebSocketProtocolException {
        List<Integer> pieces = new ArrayList<>();
        Extension thousandfold = mock(Extension.class);
        when(thousandfold.reservedBits()).thenReturn(4);
        doAnswer(call -> {
            ByteBuffer part = call.getArgument(0);
            pieces.add(part.remaining());
            call.<Extension.Sink>getArgument(2).accept(ByteBuffer.allocate(1000 * part.remaining()));
            return null;
        }).when(thousandfold).decode(any(), anyBoolean(), any());
        Limits limits = new Limits(1 << 30, 1 << 20, 10, 10);
        inbound = new Inbound(Role.SERVER, limits, ExtensionChain.of(List.of(thousandfold)),
                new Sink(limits.maxMessageBytes()), new Events(), new PayloadSlices());
        ByteBuffer src = ByteBuffer.wrap(masked(Frames.binary(new byte[10_000]).withRsv(4)));
        inbound.receive(src);
        assertEquals(1, pieces.size(), "the first piece exceeds the budget");
        assertTrue(budget.isSpent());
        while (src.hasRemaining()) {
            budget.begin();
            inbound.receive(src);
        }
        assertEquals(10_000, pieces.stream().mapToInt(each -> each).sum());
        assertTrue(pieces.stream().allMatch(each -> each <= 1 << 10), pieces::toString);
    }

    @Test
    void theEndOfAnEmptyFrameIsNotPutOff() throws WebSocketProtocolException {
        ByteBuffer src = ByteBuffer.wrap(masked(Frames.text("")));
        stopAfter = "text";
        inbound.receive(src);
        assertEquals(List.of("text", "!"), seen);
    }

    @Test
    void controlPayloadsAreReadOnlySlices() throws WebSocketProtocolException {
        byte[] wire = masked(Frames.ping("a"), Frames.pong("b"), Frames.ping("cd"));
        receive(Arrays.copyOf(wire, wire.length - 1));
        receive(wire[wire.length - 1]);
        assertEquals(List.of("ping a", "pong b", "ping cd"), seen);
        assertEquals(0, inexact);
    }

    // ---- what is refused

    @ParameterizedTest
    @CsvSource({ "0, CONTINUATION_UNEXPECTED", "3, RESERVED_OPCODE", "11, RESERVED_OPCODE" })
    void framesThatMayNotComeAreRefused(int opcode, ProtocolError error) {
        assertRefused(error, masked(Frames.of(opcode)));
    }

    @Test
    void aReservedBitWithoutAnExtensionIsRefused() {
        assertRefused(ProtocolError.RESERVED_BIT, masked(Frames.text("a").withRsv(4)));
    }

    @Test
    void anUnmaskedFrameOfAClientIsRefused() {
        assertRefused(ProtocolError.UNMASKED_FRAME, Frames.text("a").bytes());
    }

    @Test
    void aMessageThatIsTooBigIsRefusedByTheHeaderThatSaysSo() throws WebSocketProtocolException {
        inbound = inbound(new Limits(10, 8, 10, 10));
        assertRefused(ProtocolError.FRAME_TOO_BIG, masked(Frames.binary(new byte[9])));
        inbound = inbound(new Limits(10, 8, 10, 10));
        receive(masked(Frames.binary(new byte[8]).notFinal()));
        byte[] second = masked(Frames.continuation(new byte[3]));
        assertRefused(ProtocolError.MESSAGE_TOO_BIG, Arrays.copyOf(second, 6));
    }

    @Test
    void emptyFragmentsCount() throws WebSocketProtocolException {
        inbound = inbound(new Limits(10, 10, 2, 10));
        receive(masked(Frames.binary().notFinal(), Frames.continuation().notFinal()));
        assertRefused(ProtocolError.TOO_MANY_FRAGMENTS, masked(Frames.continuation()));
    }

    private void assertRefused(ProtocolError error, byte[] wire) {
        assertEquals(error, assertThrows(WebSocketProtocolException.class, () -> receive(wire)).error());
    }

    private void receive(byte... wire) throws WebSocketProtocolException {
        inbound.receive(ByteBuffer.wrap(wire.clone()));
    }

    private static byte[] masked(Frames... frames) {
        byte[][] wire = new byte[frames.length][];
        for (int i = 0; i < frames.length; i++) {
            wire[i] = frames[i].mask().bytes();
        }
        return Frames.join(wire);
    }

    private void see(String what) {
        seen.add(what);
        delivers = !what.equals(stopAfter);
    }

    private final class Sink extends MessageSink {
        Sink(long maxMessageBytes) {
            super(maxMessageBytes);
        }

        @Override
        void forget() {
            // This sink keeps nothing.
        }

        @Override
        void announced(long totalBytes, boolean last) {
            if (messageBytes() == 0) {
                see(isText() ? "text" : "binary");
            }
        }

        @Override
        void take(ByteBuffer bytes, int from, int to, boolean last) {
            see(Payload.copyOf(bytes.slice(from, to - from)).text() + (last ? "!" : ""));
        }
    }

    private final class Events implements Inbound.Events {
        @Override
        public WorkBudget budget() {
            return budget;
        }

        @Override
        public boolean delivers() {
            return delivers;
        }

        @Override
        public void hold(long bytes) {
            // Unbounded.
        }

        @Override
        public void ping(ByteBuffer payload) {
            inexact += PayloadSlicesTest.isExact(payload) ? 0 : 1;
            see("ping " + Payload.copyOf(payload).text());
        }

        @Override
        public void pong(ByteBuffer payload) {
            inexact += PayloadSlicesTest.isExact(payload) ? 0 : 1;
            see("pong " + Payload.copyOf(payload).text());
        }

        @Override
        public void close(Optional<CloseFrame> frame) {
            see("close " + frame.map(f -> f.code() + " " + f.reason()).orElse("none"));
        }
    }
}
