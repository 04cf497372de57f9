package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The five bytes in front of a record. */
class RecordHeaderTest {
    private static ByteBuffer bytes(int... values) {
        ByteBuffer all = ByteBuffer.allocate(values.length + 1);
        // Somewhere in a buffer, not at its beginning.
        all.put((byte) 99);
        for (int value : values) {
            all.put((byte) value);
        }
        return all.flip().position(1);
    }

    @Test
    void theLengthIsThatOfHeaderAndFragment() throws TlsException {
        ByteBuffer at = bytes(23, 3, 3, 1, 2);
        assertEquals(5 + 258, RecordHeader.recordBytes(at));
        assertEquals(1, at.position());
        assertEquals(5 + 18432, RecordHeader.recordBytes(bytes(22, 3, 1, 0x48, 0)));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 19, 24, 'G', 128, 255 })
    void anotherTypeIsNoRecord(int type) {
        TlsException e =
                assertThrows(TlsException.class, () -> RecordHeader.recordBytes(bytes(type, 3, 3, 0, 1)));
        assertEquals("expected a TLS record, but bytes came that begin none: type " + type + ", version 3",
                e.getMessage());
    }

    @Test
    void anotherVersionIsNoRecord() {
        assertThrows(TlsException.class, () -> RecordHeader.recordBytes(bytes(22, 2, 0, 0, 1)));
    }

    @Test
    void aConnectionBeginsWithAHandshakeOrAnAlert() {
        assertTrue(RecordHeader.mayBegin((byte) 22));
        assertTrue(RecordHeader.mayBegin((byte) 21));
        assertFalse(RecordHeader.mayBegin((byte) 'G'));
        assertFalse(RecordHeader.mayBegin((byte) 23));
    }

    @Test
    void aCloseNotifyInClearIsTheAlertNumberZero() {
        assertTrue(RecordHeader.isCloseNotifyInClear(bytes(21, 3, 3, 0, 2, 1, 0)));
        assertFalse(RecordHeader.isCloseNotifyInClear(bytes(21, 3, 3, 0, 2, 2, 40)));
        assertFalse(RecordHeader.isCloseNotifyInClear(bytes(22, 3, 3, 0, 2, 1, 0)));
        assertFalse(RecordHeader.isCloseNotifyInClear(bytes(21, 3, 3, 0, 26, 1, 0)), "encrypted");
    }

    @Test
    void whatIsTooLongForAnAlertHidesNone() {
        assertTrue(RecordHeader.mayHideAlert(bytes(23, 3, 3, 0, 19)));
        assertTrue(RecordHeader.mayHideAlert(bytes(23, 3, 3, 0, 35)));
        assertFalse(RecordHeader.mayHideAlert(bytes(23, 3, 3, 0, 36)));
        assertFalse(RecordHeader.mayHideAlert(bytes(22, 3, 3, 0, 19)));
    }
}
