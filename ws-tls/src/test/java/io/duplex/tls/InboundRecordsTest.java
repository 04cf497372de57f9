package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Records that come whole, cut and together; and how much memory that takes. */
class InboundRecordsTest {
    private final Pool<PooledBuffer> pool = RecordBuffers.newPool();
    private final InboundRecords records = new InboundRecords(pool);

    /** A record of data with so many bytes, each of that value. */
    private static byte[] record(int bytes, int value) {
        ByteBuffer record = ByteBuffer.allocate(RecordHeader.BYTES + bytes);
        record.put((byte) 23).putShort((short) 0x303).putShort((short) bytes);
        Arrays.fill(record.array(), RecordHeader.BYTES, RecordHeader.BYTES + bytes, (byte) value);
        return record.array();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Takes the record as an engine would, and tells its length and value. */
    private String use(ByteBuffer record) throws TlsException {
        int bytes = RecordHeader.recordBytes(record);
        byte last = record.get(record.position() + bytes - 1);
        record.position(record.position() + bytes);
        records.used(record);
        return bytes - RecordHeader.BYTES + "x" + last;
    }

    @Test
    void aWholeRecordIsUsedWhereItLies() throws TlsException {
        ByteBuffer src = ByteBuffer.wrap(join(record(10, 1), record(20, 2)));
        assertSame(src, records.next(src));
        assertEquals("10x1", use(src));
        assertSame(src, records.next(src));
        assertEquals("20x2", use(src));
        assertNull(records.next(src));
        assertEquals(0, pool.idle());
    }

    /** The JDK decrypts more slowly in direct memory. */
    @Test
    void aLongRecordInDirectMemoryIsUsedInAnArray() throws TlsException {
        byte[] all = join(record(3, 1), record(600, 2), record(0x4000 + 256, 3));
        ByteBuffer src = ByteBuffer.allocateDirect(all.length).put(all).flip();
        assertSame(src, records.next(src));
        assertEquals("3x1", use(src));
        for (String expected : new String[] { "600x2", "16640x3" }) {
            ByteBuffer found = records.next(src);
            assertTrue(found.hasArray());
            assertEquals(expected, use(found));
        }
        assertFalse(src.hasRemaining());
        assertEquals(1, pool.idle());
    }

    @Test
    void recordsCutAtEveryOffsetAreTheSame() throws TlsException {
        byte[] all = join(record(3, 1), record(600, 2), record(0x4000 + 256, 3));
        for (int cut = 1; cut < all.length; cut = cut < 700 ? cut + 1 : cut + 997) {
            StringBuilder found = new StringBuilder();
            for (ByteBuffer piece : new ByteBuffer[] { ByteBuffer.wrap(all, 0, cut),
                ByteBuffer.wrap(all, cut, all.length - cut) }) {
                for (ByteBuffer record = records.next(piece); record != null; record = records.next(piece)) {
                    found.append(use(record)).append(' ');
                }
                assertFalse(piece.hasRemaining(), "all is taken or carried over");
            }
            assertEquals("3x1 600x2 16640x3 ", found.toString(), "cut at " + cut);
            assertTrue(records.isEmpty());
        }
    }

    @Test
    void whatIsCarriedOverOfAShortRecordTakesNoBorrowedBuffer() throws TlsException {
        pool.giveBack(pool.borrow(this), this);
        assertNull(records.next(ByteBuffer.wrap(record(200, 1), 0, 100)));
        assertEquals(1, pool.idle());
        assertNull(records.next(ByteBuffer.wrap(new byte[0])));
        records.drop();
        records.next(ByteBuffer.wrap(record(2000, 1), 0, 1000));
        assertEquals(0, pool.idle());
        records.drop();
        assertEquals(1, pool.idle());
    }

    @Test
    void noOtherConnectionReachesWhatIsCarriedOver() throws TlsException {
        byte[] record = record(2000, 1);
        for (int from = 0; from < record.length; from += 500) {
            ByteBuffer piece = ByteBuffer.wrap(record, from, Math.min(500, record.length - from));
            ByteBuffer whole = records.next(piece);
            Object other = new Object();
            PooledBuffer others = pool.borrow(other);
            Arrays.fill(others.bytes().array(), (byte) 's');
            pool.giveBack(others, other);
            if (whole != null) {
                byte[] carried = new byte[record.length];
                whole.get(carried);
                records.used(whole);
                assertArrayEquals(record, carried);
            }
        }
        assertTrue(records.isEmpty());
        assertEquals(2, pool.idle());
    }

    @Test
    void anOversizedRecordIsRefusedByItsHeaderAlone() {
        byte[] header = { 23, 3, 3, 0x48, 1 };
        assertThrows(TlsException.class, () -> records.next(ByteBuffer.wrap(header)));
        assertEquals(0, pool.idle());
        InboundRecords cut = new InboundRecords(pool);
        assertThrows(TlsException.class, () -> {
            cut.next(ByteBuffer.wrap(header, 0, 2));
            cut.next(ByteBuffer.wrap(header, 2, 3));
        });
    }

    @Test
    void aFlightIsGatheredAsFarAsABufferGoesAndTheRestStaysWithTheTransport() throws TlsException {
        ByteBuffer src = ByteBuffer.allocate(RecordBuffers.BYTES + 7);
        src.put(record(4, 1)).clear();
        records.gather(src);
        assertTrue(records.isFull());
        assertEquals(7, src.remaining());
        assertTrue(records.hasWhole());
    }
}
