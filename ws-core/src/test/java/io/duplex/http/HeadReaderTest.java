package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Limits, memory and cost of both readers. */
class HeadReaderTest {
    private static final String START = "GET / HTTP/1.1\r\n";
    private static final String HOST = "Host: a\r\n";

    private static Reading.Outcome read(HeadLimits limits, String wire) {
        return Reading.everyWay(() -> new RequestReader(limits), Reading.bytes(wire));
    }

    private static void refused(int status, HeadLimits limits, String wire) {
        assertEquals(new Reading.Outcome(Optional.empty(), status, ""), read(limits, wire), wire);
    }

    /** A head whose header section, with its CRLFs, has that many bytes. */
    private static byte[] headOf(int headerBytes) {
        int filling = headerBytes - HOST.length() - "X: \r\n".length();
        return Reading.bytes(START + HOST + "X: " + "x".repeat(filling) + "\r\n\r\n");
    }

    @Test
    void takesAStartLineOfExactlyTheLimit() {
        HeadLimits limits = new HeadLimits("GET /abc HTTP/1.1".length(), 5, 100);
        assertTrue(read(limits, "GET /abc HTTP/1.1\r\n" + HOST + "\r\n").head().isPresent());
        refused(414, limits, "GET /abcd HTTP/1.1\r\n" + HOST + "\r\n");
    }

    @Test
    void refusesALongStartLineBeforeItEnds() {
        refused(414, new HeadLimits(10, 5, 100), "GET /aaaaaaaaaaaaaaaaaaaa");
        refused(400, new HeadLimits(10, 5, 100), "GET /aaaaa\u0000");
    }

    @Test
    void takesExactlyTheFieldsOfTheLimit() {
        HeadLimits limits = new HeadLimits(100, 2, 100);
        assertTrue(read(limits, START + HOST + "X: 1\r\n\r\n").head().isPresent());
        refused(431, limits, START + HOST + "X: 1\r\nY: 1\r\n\r\n");
    }

    @Test
    void takesAHeaderSectionOfExactlyTheLimit() {
        HeadLimits limits = new HeadLimits(100, 5, (HOST + "X: 1\r\n").length());
        assertTrue(read(limits, START + HOST + "X: 1\r\n\r\n").head().isPresent());
        refused(431, limits, START + HOST + "X: 12\r\n\r\n");
        refused(431, limits, START + HOST + "X: 1\r\nY");
        refused(431, limits, START + HOST + "X: 1" + " ".repeat(50));
    }

    @Test
    void takesNoFieldsWhereNoneAreAllowed() {
        HeadLimits limits = new HeadLimits(100, 0, 0);
        assertTrue(read(limits, "GET / HTTP/1.0\r\n\r\n").head().isPresent());
        refused(431, limits, "GET / HTTP/1.0\r\nX: 1\r\n\r\n");
    }

    @Test
    void holdsTheDefaultLimitsToTheByte() {
        int most = HeadLimits.DEFAULT.maxHeaderBytes();
        assertTrue(
                Reading.byteByByte(new RequestReader(HeadLimits.DEFAULT), headOf(most)).head().isPresent());
        assertEquals(431,
                Reading.byteByByte(new RequestReader(HeadLimits.DEFAULT), headOf(most + 1)).status());
        String line = "GET /" + "a".repeat(HeadLimits.DEFAULT.maxLineBytes() - 14) + " HTTP/1.1";
        byte[] longest = Reading.bytes(line + "\r\n" + HOST + "\r\n");
        assertTrue(Reading.byteByByte(new RequestReader(HeadLimits.DEFAULT), longest).head().isPresent());
    }

    @Test
    void looksAtEachByteOnceHoweverTheyAreCut() {
        byte[] head = headOf(HeadLimits.DEFAULT.maxHeaderBytes());
        for (int cut : new int[] { 1, 2, 7, 1000, head.length }) {
            RequestReader reader = new RequestReader(HeadLimits.DEFAULT);
            for (int from = 0; from < head.length; from += cut) {
                int length = Math.min(cut, head.length - from);
                assertReadsOn(reader, ByteBuffer.wrap(head, from, length), from + length == head.length);
            }
            // The CR of each line is seen by the scan; the LF on its own.
            assertEquals(head.length, reader.lines().examinedBytes(), "pieces of " + cut);
        }
    }

    private static void assertReadsOn(RequestReader reader, ByteBuffer piece, boolean last) {
        try {
            assertEquals(last, reader.read(piece).isPresent());
        } catch (HttpException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void takesMemoryAsBytesArriveAndNeverBeyondTheLimit() throws HttpException {
        RequestReader reader = new RequestReader(HeadLimits.DEFAULT);
        assertEquals(0, reader.lines().capacityBytes());
        reader.read(ByteBuffer.wrap(Reading.bytes("GET /")));
        assertTrue(reader.lines().capacityBytes() <= 256);
        byte[] head = headOf(HeadLimits.DEFAULT.maxHeaderBytes());
        RequestReader second = new RequestReader(HeadLimits.DEFAULT);
        for (int i = 0; i < head.length - 4; i++) {
            second.read(ByteBuffer.wrap(head, i, 1));
            assertTrue(second.lines().capacityBytes() <= Math.max(256, 2 * (i + 1)), "at byte " + i);
        }
        assertTrue(second.lines().capacityBytes() <= HeadLimits.DEFAULT.maxHeaderBytes());
        second.read(ByteBuffer.wrap(head, head.length - 4, 4));
        assertEquals(0, second.lines().capacityBytes());
    }

    @Test
    void growsToALimitThatIsNoPowerOfTwoAndNotBeyond() throws HttpException {
        RequestReader reader = new RequestReader(new HeadLimits(300, 5, 300));
        reader.read(ByteBuffer.wrap(Reading.bytes("G".repeat(200))));
        reader.read(ByteBuffer.wrap(Reading.bytes("G".repeat(100))));
        assertEquals(300, reader.lines().capacityBytes());
    }

    @Test
    void saysWhatIsWrongWithAField() {
        assertEquals("folded header field", reasonFor(" folded"));
        assertEquals("header field without a colon", reasonFor("X"));
        assertEquals("malformed name of a header field", reasonFor("X : 1"));
    }

    private static String reasonFor(String field) {
        byte[] wire = Reading.bytes(START + HOST + field + "\r\n\r\n");
        RequestReader reader = new RequestReader(HeadLimits.DEFAULT);
        return assertThrows(HttpException.class, () -> reader.read(ByteBuffer.wrap(wire))).getMessage();
    }

    @Test
    void readsDirectAndReadOnlyBuffers() throws HttpException {
        byte[] wire = Reading.bytes(START + HOST + "\r\nrest");
        ByteBuffer direct = ByteBuffer.allocateDirect(wire.length).put(wire).flip();
        RequestHead head = new RequestReader(HeadLimits.DEFAULT).read(direct).orElseThrow();
        assertEquals(4, direct.remaining());
        ByteBuffer readOnly = ByteBuffer.wrap(wire).asReadOnlyBuffer();
        assertEquals(Optional.of(head), new RequestReader(HeadLimits.DEFAULT).read(readOnly));
    }

    @Test
    void isForOneHeadOnly() throws HttpException {
        RequestReader done = new RequestReader(HeadLimits.DEFAULT);
        ByteBuffer two = ByteBuffer.wrap(Reading.bytes((START + HOST + "\r\n").repeat(2)));
        done.read(two);
        assertThrows(IllegalStateException.class, () -> done.read(two));
        RequestReader failed = new RequestReader(HeadLimits.DEFAULT);
        assertThrows(HttpException.class, () -> failed.read(ByteBuffer.wrap(new byte[1])));
        assertThrows(IllegalStateException.class, () -> failed.read(two));
    }
}
