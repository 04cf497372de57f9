package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputBatchTest {
    private static final int OWN_BYTES = 8;
    private static final int MAX_PIECES = 16;
    private static final int MAX_BYTES = 256 << 10;

    private final OutputBatch batch = new OutputBatch(ByteBuffer.allocate(OWN_BYTES));

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void copy(String text) {
        batch.beginCopy().put(bytes(text));
        batch.endCopy();
    }

    private String content() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < batch.count(); i++) {
            all.append(StandardCharsets.US_ASCII.decode(batch.pieces()[i].duplicate()));
        }
        return all.toString();
    }

    @Test
    void piecesKeepTheOrderInWhichTheyWereAdded() {
        copy("a");
        batch.reference(bytes("bc"));
        copy("d");
        batch.referenceLent(bytes("e"));
        copy("f");
        assertEquals("abcdef", content());
        assertEquals(5, batch.count());
        assertEquals(6, batch.bytes());
    }

    @Test
    void copiesInARowAreOnePiece() {
        copy("ab");
        copy("cd");
        assertEquals(1, batch.count());
        assertEquals("abcd", content());
        assertEquals(4, batch.bytes());
    }

    @Test
    void aCopyOfNothingAddsNothing() {
        copy("");
        assertEquals(0, batch.count());
        batch.reference(bytes("a"));
        copy("");
        assertEquals(1, batch.count());
        assertTrue(batch.beginCopy().hasRemaining());
    }

    @Test
    void copiesAreBoundedByTheBuffer() {
        copy("12345678");
        assertFalse(batch.beginCopy().hasRemaining());
        batch.endCopy();
        assertTrue(batch.referenceRoom() > 0, "references need no room there");
    }

    @Test
    void piecesAreBounded() {
        for (int i = 0; i < MAX_PIECES; i++) {
            assertTrue(batch.referenceRoom() > 0);
            batch.reference(bytes("x"));
        }
        assertEquals(0, batch.referenceRoom());
        assertFalse(batch.beginCopy().hasRemaining());
        batch.endCopy();
        assertEquals(MAX_PIECES, batch.count());
    }

    @Test
    void theLastPieceMayGrowThoughThereMayBeNoFurtherOne() {
        for (int i = 0; i < MAX_PIECES - 1; i++) {
            batch.reference(bytes("x"));
        }
        copy("ab");
        copy("cd");
        assertEquals("x".repeat(MAX_PIECES - 1) + "abcd", content());
    }

    @Test
    void bytesAreBounded() {
        batch.reference(ByteBuffer.allocate(MAX_BYTES - 1));
        assertEquals(1, batch.referenceRoom());
        batch.reference(ByteBuffer.allocate(1));
        assertEquals(0, batch.referenceRoom());
        assertFalse(batch.beginCopy().hasRemaining());
    }

    @Test
    void aCopyIsBoundedByTheBytesToo() {
        batch.reference(ByteBuffer.allocate(MAX_BYTES - 1));
        assertEquals(1, batch.beginCopy().remaining());
        batch.endCopy();
        copy("a");
        assertEquals(MAX_BYTES, batch.bytes());
        assertEquals(0, batch.referenceRoom());
        assertFalse(batch.beginCopy().hasRemaining());
    }

    @Test
    void theBoundOfBytesLastsUntilTheBatchIsEmptied() {
        batch.clear(6);
        batch.reference(bytes("ab"));
        assertEquals(4, batch.referenceRoom());
        copy("cd");
        assertEquals(2, batch.beginCopy().remaining());
        batch.endCopy();
        batch.clear();
        assertEquals(OWN_BYTES, batch.beginCopy().remaining());
        assertEquals(MAX_BYTES, batch.referenceRoom());
    }

    @Test
    void allIsWrittenWhenTheLastPieceIs() {
        assertTrue(batch.isWritten(), "nothing was added");
        ByteBuffer first = bytes("a");
        ByteBuffer last = bytes("b");
        batch.reference(first);
        batch.reference(last);
        first.get();
        assertFalse(batch.isWritten());
        last.get();
        assertTrue(batch.isWritten());
    }

    @Test
    void theRestKeepsReferencesAndCopiesWhatOthersOverwrite() {
        ByteBuffer written = bytes("written");
        ByteBuffer partly = bytes("partly");
        ByteBuffer lent = bytes("lent");
        batch.reference(written);
        batch.reference(partly);
        batch.referenceLent(lent);
        copy("copied");
        written.position(written.limit());
        partly.position(4);

        ByteBuffer[] rest = batch.takeRest();
        lent.put(0, (byte) 'X');
        copy("another");

        assertEquals(3, rest.length);
        assertSame(partly, rest[0]);
        assertEquals(bytes("ly"), rest[0]);
        assertNotSame(lent, rest[1]);
        assertEquals(bytes("lent"), rest[1]);
        assertEquals(bytes("copied"), rest[2]);
        assertEquals("another", content());
    }

    @Test
    void aClearedBatchIsAsNew() {
        copy("abc");
        batch.reference(bytes("d"));
        batch.clear();
        assertEquals(0, batch.count());
        assertEquals(0, batch.bytes());
        copy("12345678");
        assertEquals("12345678", content());
    }
}
