package io.duplex.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PipeTest {
    private final Pipe pipe = new Pipe(8);

    @Test
    void bytesComeOutInOrderAroundTheRing() {
        for (int round = 0; round < 5; round++) {
            assertEquals(5, write("abcde"));
            assertEquals("abcde", read(8));
        }
        assertEquals(25, pipe.bytesRead());
        assertEquals(25, pipe.bytesWritten());
    }

    @Test
    void takesNoMoreThanItsCapacity() {
        assertEquals(8, write("0123456789"));
        assertEquals(0, pipe.free());
        assertEquals(0, write("x"));
        assertEquals("0123", read(4));
        assertEquals(4, pipe.free());
    }

    @Test
    void everyReadIsCutToItsSize() {
        pipe.cut(Cuts.every(3));
        write("01234567");
        assertEquals("012", read(8));
        assertEquals("345", read(8));
        assertEquals("67", read(8));
    }

    @Test
    void oneCutSplitsTheStreamThereOnly() {
        pipe.cut(Cuts.at(5));
        write("012");
        assertEquals("012", read(8));
        write("345678");
        assertEquals("34", read(8));
        assertEquals("5678", read(8));
    }

    @Test
    void theEndComesBehindTheBytes() {
        write("ab");
        pipe.end();
        assertFalse(pipe.atEnd());
        assertEquals("ab", read(8));
        assertTrue(pipe.atEnd());
        assertThrows(IllegalStateException.class, () -> write("c"));
    }

    @Test
    void aResetThrowsAwayWhatWaits() {
        write("ab");
        pipe.reset();
        assertEquals("", read(8));
        assertFalse(pipe.atEnd());
        assertTrue(pipe.isReset());
    }

    @Test
    void whatIsWrittenToNobodyIsSwallowed() {
        write("ab");
        pipe.abandon();
        assertEquals(10, write("0123456789"));
        assertEquals(0, pipe.size());
    }

    private int write(String text) {
        return pipe.write(ByteBuffer.wrap(text.getBytes()));
    }

    private String read(int room) {
        ByteBuffer dst = ByteBuffer.allocate(room);
        int count = pipe.read(dst);
        assertEquals(count, dst.position());
        return new String(dst.array(), 0, count);
    }
}
