package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 sections 5.1 to 5.5: frames that are wrong, and the byte that proves it. */
class FrameReaderErrorTest {
    private static final int LIMIT_BYTES = 1000;

    /**
     * Wrong bytes, the error and the index of the byte that proves it, for a reader of masked or unmasked
     * frames.
     */
    private record Fault(boolean masked, int allowedBits, String digits, ProtocolError error, int provenBy) {
        FrameReader reader() {
            FrameReader reader = new FrameReader(masked, LIMIT_BYTES);
            reader.allowReservedBits(allowedBits);
            return reader;
        }

        /** With more behind, which must not matter. */
        byte[] bytes() {
            return Bytes.join(Bytes.hex(digits), new byte[20]);
        }
    }

    /** The same fault for a server, which reads masked frames, and for a client. */
    private static Stream<Fault> both(int allowedBits, int first, int length, String rest,
            ProtocolError error,
            int provenBy) {
        return Stream.of(true, false).map(masked -> {
            String start = Bytes.hex(Bytes.of(first, length | (masked ? 0x80 : 0)));
            return new Fault(masked, allowedBits, start + rest, error, provenBy);
        });
    }

    static Stream<Fault> reservedOpcodes() {
        return IntStream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
                .boxed()
                .flatMap(
                        opcode -> Stream.concat(
                                both(0, 0x80 | opcode, 0, "", ProtocolError.RESERVED_OPCODE, 0),
                                both(7, opcode, 5, "", ProtocolError.RESERVED_OPCODE, 0)));
    }

    static Stream<Fault> reservedBits() {
        List<Stream<Fault>> faults = new ArrayList<>();
        for (int bit : new int[] { 1, 2, 4 }) {
            for (Opcode opcode : List.of(Opcode.TEXT, Opcode.BINARY)) {
                // The two other bits are allowed: this one is still not.
                faults.add(both(7 - bit, 0x80 | bit << 4 | opcode.value(), 5, "", ProtocolError.RESERVED_BIT,
                        0));
            }
            for (Opcode opcode : List.of(Opcode.CONTINUATION, Opcode.CLOSE, Opcode.PING, Opcode.PONG)) {
                faults.add(both(7, 0x80 | bit << 4 | opcode.value(), 0, "", ProtocolError.RESERVED_BIT, 0));
            }
        }
        return faults.stream().flatMap(fault -> fault);
    }

    static Stream<Fault> fragmentedControlFrames() {
        return Stream.of(0x08, 0x09, 0x0A)
                .flatMap(first -> both(0, first, 0, "", ProtocolError.CONTROL_FRAGMENTED, 0));
    }

    static Stream<Fault> masks() {
        return Stream.of("8100", "8105", "8900", "827e0100", "8800").flatMap(digits -> {
            int second = Integer.parseInt(digits.substring(2, 4), 16);
            String masked = digits.substring(0, 2) + Integer.toHexString(second | 0x80) + digits.substring(4);
            return Stream.of(new Fault(true, 0, digits, ProtocolError.UNMASKED_FRAME, 1),
                    new Fault(false, 0, masked, ProtocolError.MASKED_FRAME, 1));
        });
    }

    static Stream<Fault> longControlFrames() {
        return Stream.of(0x88, 0x89, 0x8A)
                .flatMap(first -> Stream.of(126, 127)
                        .flatMap(
                                length -> both(0, first, length, "0000", ProtocolError.CONTROL_TOO_LONG, 1)));
    }

    static Stream<Fault> lengthsNotInTheirShortestForm() {
        Stream<Fault> sixteen = Stream.of(0, 1, 124, 125)
                .flatMap(
                        length -> both(0, 0x82, 126, String.format("%04x", length),
                                ProtocolError.LENGTH_NOT_SHORTEST,
                                3));
        Stream<Fault> sixtyFour = Stream.of(0, 125, 126, 255, 256, 65535)
                .flatMap(
                        length -> both(0, 0x82, 127, String.format("%016x", length),
                                ProtocolError.LENGTH_NOT_SHORTEST, 7));
        return Stream.concat(sixteen, sixtyFour);
    }

    static Stream<Fault> negativeLengths() {
        return Stream.of(Long.MIN_VALUE, -1L, Long.MIN_VALUE + 1)
                .flatMap(
                        length -> both(0, 0x82, 127, String.format("%016x", length),
                                ProtocolError.LENGTH_TOP_BIT_SET,
                                2));
    }

    static Stream<Fault> bigFrames() {
        return Stream.of(0x00, 0x01, 0x82)
                .flatMap(first -> Stream.concat(
                        Stream.of(1001, 65535)
                                .flatMap(length -> both(0, first, 126, String.format("%04x", length),
                                        ProtocolError.FRAME_TOO_BIG, 3)),
                        Stream.of(65536L, 1L << 31, 1L << 32, Long.MAX_VALUE)
                                .flatMap(length -> both(0, first, 127,
                                        String.format("%016x", length), ProtocolError.FRAME_TOO_BIG, 9))));
    }

    /**
     * Two faults in one header: the earlier byte wins, and on one byte the order that the reader documents.
     */
    static Stream<Fault> orderOfChecks() {
        return Stream.of(new Fault(true, 0, "f3", ProtocolError.RESERVED_OPCODE, 0),
                new Fault(true, 0, "0b", ProtocolError.RESERVED_OPCODE, 0),
                new Fault(true, 0, "49", ProtocolError.RESERVED_BIT, 0),
                new Fault(true, 0, "0900", ProtocolError.CONTROL_FRAGMENTED, 0),
                new Fault(true, 0, "897e", ProtocolError.UNMASKED_FRAME, 1),
                new Fault(false, 0, "89fe", ProtocolError.MASKED_FRAME, 1),
                new Fault(false, 0, "897e0001", ProtocolError.CONTROL_TOO_LONG, 1),
                new Fault(false, 0, "827f000000000000fffe", ProtocolError.LENGTH_NOT_SHORTEST, 7));
    }

    @ParameterizedTest
    @MethodSource({ "reservedOpcodes", "reservedBits", "fragmentedControlFrames", "masks",
        "longControlFrames",
        "lengthsNotInTheirShortestForm", "negativeLengths", "bigFrames", "orderOfChecks" })
    void theByteThatProvesTheFaultFails(Fault fault) throws WebSocketProtocolException {
        FrameReader reader = fault.reader();
        for (int i = 0; i < fault.provenBy; i++) {
            ByteBuffer one = ByteBuffer.wrap(fault.bytes(), i, 1);
            assertEquals(FrameReader.Event.NEED_MORE, reader.next(one), "byte " + i + " proves nothing");
        }
        ByteBuffer last = ByteBuffer.wrap(fault.bytes(), fault.provenBy, 1);
        assertEquals(fault.error,
                assertThrows(WebSocketProtocolException.class, () -> reader.next(last)).error());
    }

    @ParameterizedTest
    @MethodSource({ "reservedOpcodes", "reservedBits", "fragmentedControlFrames", "masks",
        "longControlFrames",
        "lengthsNotInTheirShortestForm", "negativeLengths", "bigFrames", "orderOfChecks" })
    void theErrorIsTheSameHoweverTheBytesAreCut(Fault fault) {
        assertEquals(List.of("ERROR " + fault.error), FrameTrace.howeverCut(fault::reader, fault.bytes()));
    }

    @ParameterizedTest
    @MethodSource({ "reservedOpcodes", "reservedBits", "longControlFrames", "bigFrames" })
    void whatCameBeforeIsStillReported(Fault fault) {
        NaiveFrame ping = NaiveFrame.of(Opcode.PING, Bytes.of(1, 2, 3));
        byte[] before = (fault.masked ? ping.masked(77) : ping).encode();
        assertEquals(List.of("HEADER PING fin 0 3", "PAYLOAD 010203", "ERROR " + fault.error),
                FrameTrace.howeverCut(fault::reader, Bytes.join(before, fault.bytes())));
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, 1, 100, 125, 126, 65535, 65536, Long.MAX_VALUE - 1 })
    void theLimitItselfPassesAndOneMoreDoesNot(long limit) {
        for (boolean masked : new boolean[] { true, false }) {
            assertEquals("HEADER BINARY fin 0 " + limit, firstLine(masked, limit, limit));
            assertEquals("ERROR FRAME_TOO_BIG", firstLine(masked, limit, limit + 1));
        }
    }

    private static String firstLine(boolean masked, long limit, long length) {
        ByteBuffer header = ByteBuffer.allocate(FrameHeader.MAX_HEADER_BYTES);
        if (masked) {
            FrameWriter.header(header, Opcode.BINARY, true, 0, length, 1);
        } else {
            FrameWriter.header(header, Opcode.BINARY, true, 0, length);
        }
        byte[] bytes = BufferKind.remaining(header.flip());
        return FrameTrace.of(new FrameReader(masked, limit), BufferKind.HEAP, bytes).getFirst();
    }

    @Test
    void aFrameTooBigFailsBeforeItsKeyAndPayloadHaveCome() {
        ByteBuffer length = ByteBuffer.wrap(Bytes.hex("82ff0000000100000000"));
        FrameReader reader = new FrameReader(true, LIMIT_BYTES);
        assertEquals(ProtocolError.FRAME_TOO_BIG,
                assertThrows(WebSocketProtocolException.class, () -> reader.next(length)).error());
    }

    @Test
    void theLimitDoesNotApplyToControlFrames() {
        byte[] ping = NaiveFrame.of(Opcode.PING, new byte[125]).encode();
        List<String> lines = FrameTrace.howeverCut(() -> new FrameReader(false, 0), ping);
        assertEquals("HEADER PING fin 0 125", lines.getFirst());
    }

    @Test
    void afterAnErrorTheReaderIsOfNoFurtherUse() {
        FrameReader reader = new FrameReader(false, LIMIT_BYTES);
        assertThrows(WebSocketProtocolException.class, () -> reader.next(ByteBuffer.wrap(Bytes.hex("8300"))));
        assertThrows(IllegalStateException.class, () -> reader.next(ByteBuffer.wrap(Bytes.hex("8100"))));
        assertThrows(IllegalStateException.class, () -> reader.next(ByteBuffer.allocate(0)));
    }

    @Test
    void bitsMayBeAllowedLater() throws WebSocketProtocolException {
        FrameReader reader = new FrameReader(false, LIMIT_BYTES);
        reader.allowReservedBits(4);
        assertEquals(FrameReader.Event.HEADER, reader.next(ByteBuffer.wrap(Bytes.hex("c100"))));
        assertEquals(4, reader.reservedBits());
        reader.next(ByteBuffer.allocate(0));
        reader.allowReservedBits(0);
        WebSocketProtocolException failure = assertThrows(WebSocketProtocolException.class,
                () -> reader.next(ByteBuffer.wrap(Bytes.hex("c100"))));
        assertEquals(ProtocolError.RESERVED_BIT, failure.error());
    }
}
