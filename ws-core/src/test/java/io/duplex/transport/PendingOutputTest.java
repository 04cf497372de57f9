package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes leave in order, in pieces of any size. */
class PendingOutputTest {
    private final PendingOutput output = new PendingOutput();

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 100 })
    void leavesInOrderInPiecesOfAnySize(int roomBytes) {
        output.add(new byte[] { 1, 2, 3 });
        output.add(new byte[0]);
        output.add(new byte[] { 4, 5, 6 });
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (!output.isEmpty()) {
            ByteBuffer dst = ByteBuffer.allocate(roomBytes);
            output.drainTo(dst);
            all.write(dst.array(), 0, dst.position());
        }
        assertArrayEquals(new byte[] { 1, 2, 3, 4, 5, 6 }, all.toByteArray());
    }

    @Test
    void fillsDirectBuffersBehindWhatIsThere() {
        output.add(new byte[] { 7, 8 });
        ByteBuffer dst = ByteBuffer.allocateDirect(4).put((byte) 6);
        output.drainTo(dst);
        assertEquals(ByteBuffer.wrap(new byte[] { 6, 7, 8 }), dst.flip());
    }

    @Test
    void isEmptyBeforeAndAfterAndWhenCleared() {
        assertTrue(output.isEmpty());
        output.add(new byte[] { 1 });
        assertFalse(output.isEmpty());
        output.drainTo(ByteBuffer.allocate(0));
        assertFalse(output.isEmpty());
        output.clear();
        assertTrue(output.isEmpty());
        output.drainTo(ByteBuffer.allocate(1));
        assertTrue(output.isEmpty());
    }
}
