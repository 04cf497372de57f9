package io.duplex.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The builder and the naive reader against the examples of RFC 6455 section 5.7, and against each other. */
class RawFrameTest {
    @Test
    void unmaskedHelloIsTheExample() throws IOException {
        assertArrayEquals(hex("810548656c6c6f"), Frames.text("Hello").bytes());
        assertEquals("Hello", read(hex("810548656c6c6f")).text());
    }

    @Test
    void maskedHelloIsTheExample() throws IOException {
        byte[] example = hex("818537fa213d7f9f4d5158");
        assertArrayEquals(example, Frames.text("Hello").mask().bytes());
        RawFrame frame = read(example);
        assertTrue(frame.masked());
        assertEquals("Hello", frame.text());
    }

    @Test
    void lengthsOfEachFormAreTheExamples() {
        assertArrayEquals(hex("827e0100"), head(Frames.binary(new byte[256]), 4));
        assertArrayEquals(hex("827f0000000000010000"), head(Frames.binary(new byte[65_536]), 10));
    }

    @Test
    void everyFieldComesBackAsItWasSet() throws IOException {
        for (int size : new int[] { 0, 1, 125, 126, 127, 65_535, 65_536 }) {
            Frames built = Frames.of(11, new byte[size]).withRsv(5).notFinal().mask();
            RawFrame frame = read(built.bytes());
            assertEquals(new RawFrame(11, false, 5, true, built.lengthBytes(), built.payload()), frame);
        }
    }

    @Test
    void aLengthCanBeWrittenLongerThanNeeded() throws IOException {
        assertArrayEquals(hex("817e000161"), Frames.text("a").withLengthBytes(2).bytes());
        assertEquals(8, read(Frames.text("a").withLengthBytes(8).bytes()).lengthBytes());
    }

    @Test
    void aLengthCanBeALie() {
        assertArrayEquals(hex("817f800000000000000061"), Frames.text("a").claiming(Long.MIN_VALUE).bytes());
    }

    @Test
    void aCloseFrameTellsCodeAndReason() throws IOException {
        RawFrame frame = read(Frames.close(4321, "bye").bytes());
        assertTrue(frame.isClose());
        assertEquals(4321, frame.closeCode());
        assertEquals("bye", frame.closeReason());
    }

    @Test
    void anEndInsideAFrameIsFoundOut() {
        assertThrows(EOFException.class, () -> read(hex("8105486c")));
    }

    private static byte[] head(Frames frame, int length) {
        return Arrays.copyOf(frame.bytes(), length);
    }

    private static RawFrame read(byte[] bytes) throws IOException {
        return RawFrame.read(new ByteArrayInputStream(bytes));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
