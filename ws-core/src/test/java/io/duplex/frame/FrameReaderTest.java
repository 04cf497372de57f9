package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 sections 5.2 to 5.7: frames that are right. */
class FrameReaderTest {
    private static final int KEY = 0x37FA213D;
    private static final byte[] HELLO = "Hello".getBytes(StandardCharsets.US_ASCII);

    private static FrameReader server() {
        return new FrameReader(true, Long.MAX_VALUE);
    }

    private static FrameReader client() {
        return new FrameReader(false, Long.MAX_VALUE);
    }

    /** Reads the frame as a server's and as a client's, however cut, and expects a header and a payload. */
    private static void assertReads(Opcode opcode, byte[] payload) {
        NaiveFrame frame = NaiveFrame.of(opcode, payload);
        List<String> expected = List.of(FrameTrace.header(opcode, true, 0, payload.length),
                FrameTrace.payload(payload));
        assertEquals(expected, FrameTrace.howeverCut(FrameReaderTest::client, frame.encode()));
        assertEquals(expected, FrameTrace.howeverCut(FrameReaderTest::server, frame.masked(KEY).encode()));
    }

    // RFC 6455 section 5.7, in its order; each example also from the other side.

    @Test
    void anUnmaskedTextMessageOfOneFrame() {
        assertArrayEquals(Bytes.hex("81 05 48656c6c6f"), NaiveFrame.of(Opcode.TEXT, HELLO).encode());
        assertReads(Opcode.TEXT, HELLO);
    }

    @Test
    void aMaskedTextMessageOfOneFrame() {
        List<String> lines = FrameTrace.howeverCut(FrameReaderTest::server,
                Bytes.hex("81 85 37fa213d 7f9f4d5158"));
        assertEquals(List.of("HEADER TEXT fin 0 5", FrameTrace.payload(HELLO)), lines);
    }

    @Test
    void anUnmaskedTextMessageOfTwoFrames() {
        List<String> expected = List.of("HEADER TEXT 0 3", "PAYLOAD 48656c", "HEADER CONTINUATION fin 0 2",
                "PAYLOAD 6c6f");
        assertEquals(expected,
                FrameTrace.howeverCut(FrameReaderTest::client, Bytes.hex("01 03 48656c 80 02 6c6f")));
        byte[] masked = Bytes.join(Bytes.hex("01 83 37fa213d"), NaiveFrame.mask(Bytes.hex("48656c"), KEY),
                Bytes.hex("80 82 00000000 6c6f"));
        assertEquals(expected, FrameTrace.howeverCut(FrameReaderTest::server, masked));
    }

    @Test
    void anUnmaskedPingAndItsMaskedPong() {
        assertEquals(List.of("HEADER PING fin 0 5", FrameTrace.payload(HELLO)),
                FrameTrace.howeverCut(FrameReaderTest::client, Bytes.hex("89 05 48656c6c6f")));
        assertEquals(List.of("HEADER PONG fin 0 5", FrameTrace.payload(HELLO)),
                FrameTrace.howeverCut(FrameReaderTest::server, Bytes.hex("8a 85 37fa213d 7f9f4d5158")));
        assertReads(Opcode.PING, HELLO);
        assertReads(Opcode.PONG, HELLO);
    }

    @Test
    void aBinaryMessageOf256Bytes() {
        byte[] payload = Bytes.random(new Random(1), 256);
        byte[] frame = Bytes.join(Bytes.hex("82 7E 0100"), payload);
        assertEquals(List.of("HEADER BINARY fin 0 256", FrameTrace.payload(payload)),
                FrameTrace.howeverCut(FrameReaderTest::client, frame));
        assertReads(Opcode.BINARY, payload);
    }

    @Test
    void aBinaryMessageOf64KiB() {
        byte[] payload = Bytes.random(new Random(1), 65536);
        byte[] unmasked = Bytes.join(Bytes.hex("82 7F 0000000000010000"), payload);
        byte[] masked = Bytes.join(Bytes.hex("82 FF 0000000000010000 37fa213d"),
                NaiveFrame.mask(payload, KEY));
        List<String> expected = List.of("HEADER BINARY fin 0 65536", FrameTrace.payload(payload));
        for (BufferKind kind : BufferKind.values()) {
            assertEquals(expected, FrameTrace.of(client(), kind, unmasked));
            assertEquals(expected, FrameTrace.of(server(), kind, masked));
            // Every cut in and around the header, and some later.
            for (int cut : new int[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 30_001,
                65_549 }) {
                assertEquals(expected, FrameTrace.of(server(), kind, masked, cut));
            }
        }
        assertEquals(expected, FrameTrace.byteByByte(server(), BufferKind.HEAP, masked));
    }

    // Section 5.2: the parts of a header.

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 2, 124, 125, 126, 127, 128, 300 })
    void everyFormOfTheLength(int length) {
        assertReads(Opcode.BINARY, Bytes.random(new Random(length), length));
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, 1, 125, 126, 127, 65535, 65536, 1L << 31, Long.MAX_VALUE })
    void aHeaderIsReportedBeforeAnyPayload(long length) {
        ByteBuffer unmasked = ByteBuffer.allocate(14);
        FrameWriter.header(unmasked, Opcode.BINARY, true, 0, length);
        ByteBuffer masked = ByteBuffer.allocate(14);
        FrameWriter.header(masked, Opcode.BINARY, true, 0, length, KEY);
        String expected = "HEADER BINARY fin 0 " + length;
        for (FrameTest test : List.of(new FrameTest(client(), unmasked.flip()),
                new FrameTest(server(), masked.flip()))) {
            byte[] header = BufferKind.remaining(test.bytes);
            assertEquals(expected, FrameTrace.byteByByte(test.reader, BufferKind.HEAP, header).getFirst());
        }
        assertEquals(expected,
                FrameTrace.of(client(), BufferKind.DIRECT, BufferKind.remaining(unmasked)).getFirst());
        assertEquals(expected,
                FrameTrace.of(server(), BufferKind.DIRECT, BufferKind.remaining(masked)).getFirst());
    }

    private record FrameTest(FrameReader reader, ByteBuffer bytes) {}

    @Test
    void thePayloadOfAHugeFrameComesInParts() throws WebSocketProtocolException {
        FrameReader reader = client();
        assertEquals(FrameReader.Event.HEADER,
                reader.next(ByteBuffer.wrap(Bytes.hex("827f7fffffffffffffff"))));
        for (int i = 0; i < 3; i++) {
            ByteBuffer part = ByteBuffer.allocate(1000);
            assertEquals(FrameReader.Event.PAYLOAD, reader.next(part));
            assertFalse(reader.frameEnds());
            assertEquals(FrameReader.Event.NEED_MORE, reader.next(part));
        }
        assertEquals(Long.MAX_VALUE, reader.payloadLength());
    }

    @ParameterizedTest
    @EnumSource
    void everyOpcode(Opcode opcode) {
        assertReads(opcode, HELLO);
        assertReads(opcode, new byte[0]);
    }

    @Test
    void everyAllowedReservedBitOnFirstDataFrames() {
        for (int bits = 0; bits <= 7; bits++) {
            int allowed = bits;
            for (Opcode opcode : List.of(Opcode.TEXT, Opcode.BINARY)) {
                byte[] frame = new NaiveFrame(false, bits, opcode.value(), false, 0, HELLO).encode();
                List<String> lines = FrameTrace.howeverCut(() -> {
                    FrameReader reader = client();
                    reader.allowReservedBits(allowed);
                    return reader;
                }, frame);
                assertEquals(FrameTrace.header(opcode, false, bits, 5), lines.getFirst());
            }
        }
    }

    // Section 5.3: masks.

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, -1, Integer.MIN_VALUE, KEY })
    void everyKeyIsAKey(int key) {
        byte[] payload = Bytes.random(new Random(key), 50);
        byte[] frame = NaiveFrame.of(Opcode.BINARY, payload).masked(key).encode();
        assertEquals(FrameTrace.payload(payload),
                FrameTrace.howeverCut(FrameReaderTest::server, frame).getLast());
    }

    @ParameterizedTest
    @EnumSource
    void onlyThePayloadIsUnmaskedInPlace(BufferKind kind) throws WebSocketProtocolException {
        byte[] first = NaiveFrame.of(Opcode.TEXT, HELLO).masked(KEY).encode();
        byte[] second = NaiveFrame.of(Opcode.PING, HELLO).masked(-1).encode();
        ByteBuffer src = kind.holding(Bytes.join(first, second));
        int start = src.position();
        FrameReader reader = server();
        assertEquals(FrameReader.Event.HEADER, reader.next(src));
        assertEquals(FrameReader.Event.PAYLOAD, reader.next(src));
        byte[] expected = Bytes.join(Bytes.hex("81 85 37fa213d"), HELLO, second);
        assertArrayEquals(expected, BufferKind.remaining(src.position(start)));
    }

    @Test
    void unmaskedFramesAreReadFromReadOnlyBuffers() throws WebSocketProtocolException {
        ByteBuffer src = ByteBuffer.wrap(Bytes.hex("81 05 48656c6c6f")).asReadOnlyBuffer();
        FrameReader reader = client();
        assertEquals(FrameReader.Event.HEADER, reader.next(src));
        assertEquals(FrameReader.Event.PAYLOAD, reader.next(src));
        assertTrue(reader.frameEnds());
        assertEquals(2, reader.payloadStart());
        assertEquals(7, reader.payloadEnd());
    }

    // Resuming.

    @Test
    void anEmptyFrameNeedsNoFurtherInput() throws WebSocketProtocolException {
        for (String header : List.of("8900", "8100", "0000")) {
            ByteBuffer src = ByteBuffer.wrap(Bytes.hex(header));
            FrameReader reader = client();
            assertEquals(FrameReader.Event.HEADER, reader.next(src));
            assertEquals(FrameReader.Event.PAYLOAD, reader.next(src));
            assertTrue(reader.frameEnds());
            assertEquals(reader.payloadStart(), reader.payloadEnd());
            assertEquals(FrameReader.Event.NEED_MORE, reader.next(src));
        }
    }

    @Test
    void emptyInputNeedsMoreInEveryPlace() throws WebSocketProtocolException {
        byte[] frame = NaiveFrame.of(Opcode.BINARY, new byte[300]).masked(KEY).encode();
        FrameReader reader = server();
        ByteBuffer nothing = ByteBuffer.allocate(0);
        for (byte value : frame) {
            assertEquals(FrameReader.Event.NEED_MORE, reader.next(nothing));
            ByteBuffer src = ByteBuffer.wrap(new byte[] { value });
            while (reader.next(src) != FrameReader.Event.NEED_MORE) {
                assertFalse(src.hasRemaining());
            }
        }
        assertTrue(reader.frameEnds());
    }

    @Test
    void manyFramesOfAllSortsInOneBuffer() {
        byte[] all = new byte[0];
        for (Opcode opcode : Opcode.values()) {
            for (int length : new int[] { 0, 3, 125 }) {
                all = Bytes.join(all, NaiveFrame.of(opcode, new byte[length]).masked(length * KEY).encode());
            }
        }
        List<String> lines = FrameTrace.howeverCut(FrameReaderTest::server, all);
        assertEquals(2 * 3 * Opcode.values().length, lines.size());
        assertEquals("HEADER PONG fin 0 125", lines.get(lines.size() - 2));
    }

    @Test
    void theFactsOfAHeaderHoldUntilTheFrameEnds() throws WebSocketProtocolException {
        FrameReader reader = client();
        ByteBuffer src = ByteBuffer.wrap(Bytes.hex("02 03 010203 89 00"));
        reader.next(src);
        reader.next(src);
        assertEquals(Opcode.BINARY, reader.opcode());
        assertFalse(reader.fin());
        assertEquals(3, reader.payloadLength());
        assertEquals(FrameReader.Event.HEADER, reader.next(src));
        assertEquals(Opcode.PING, reader.opcode());
        assertTrue(reader.fin());
        assertEquals(0, reader.payloadLength());
    }

    @Test
    void aLimitThatIsNegativeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new FrameReader(true, -1));
    }

    @ParameterizedTest
    @ValueSource(ints = { -1, 8, 0x40 })
    void reservedBitsThatDoNotExistAreRefused(int bits) {
        FrameReader reader = client();
        assertThrows(IllegalArgumentException.class, () -> reader.allowReservedBits(bits));
    }
}
