package io.duplex.tls;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.testkit.Frames;
import io.duplex.testkit.PlainLayer;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * What a peer may send over TLS, once the handshake is over, at any size; counted by {@link
 * LinearRecordsTest}.
 */
final class LinearRecords {
    private LinearRecords() {}

    /** Wants a record, or nothing. */
    private static final class Events implements Decryption.Events {
        @Override
        public boolean mayDecrypt() {
            return true;
        }

        @Override
        public void handshakeRecord(SSLEngineResult result) {
            // It would be answered.
        }

        @Override
        public void closeNotify() {
            // The test ends.
        }

        @Override
        public boolean mustFlushBefore(ByteBuffer record) {
            return false;
        }
    }

    private static byte[] records(int count, int type, String fragment) {
        byte[] record = ClearEngine.record(type, fragment);
        byte[] all = new byte[count * record.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(record, 0, all, i * record.length, record.length);
        }
        return all;
    }

    private static void decrypt(byte[] wire, int readBytes) throws SSLException {
        Pool<PooledBuffer> pool = RecordBuffers.newPool();
        Decryption decryption = new Decryption(new TlsEngine(new ClearEngine()), new InboundRecords(pool),
                new PlainLayer(), pool, new Events());
        for (int from = 0; from < wire.length; from += readBytes) {
            ByteBuffer src = ByteBuffer.wrap(wire, from, Math.min(readBytes, wire.length - from));
            do {
                decryption.receive(src, 0);
            } while (src.hasRemaining());
        }
    }

    static void recordsOfOneByte(int size) throws SSLException {
        byte[] wire = records(size, 23, "a");
        decrypt(wire, wire.length);
    }

    static void recordsOfOneByteByteByByte(int size) throws SSLException {
        decrypt(records(size, 23, "a"), 1);
    }

    static void recordsCutInTheMiddle(int size) throws SSLException {
        decrypt(records(size, 23, "a".repeat(100)), 107);
    }

    static void longRecordsByteByByte(int size) throws SSLException {
        decrypt(records(size / 100, 23, "a".repeat(10_000)), 1);
    }

    static void emptyRecords(int size) throws SSLException {
        decrypt(interrupted(size, 23, ""), 7);
    }

    static void handshakeRecords(int size) throws SSLException {
        decrypt(interrupted(size, 22, "KeyUpdate"), 3);
    }

    /** With data between them, as many as are allowed in a row. */
    private static byte[] interrupted(int size, int type, String fragment) {
        byte[] allowed = records(Decryption.MAX_RECORDS_WITHOUT_DATA, type, fragment);
        byte[] data = records(1, 23, "a");
        byte[][] all = new byte[2 * (size / Decryption.MAX_RECORDS_WITHOUT_DATA)][];
        for (int i = 0; i < all.length; i++) {
            all[i] = i % 2 == 0 ? allowed : data;
        }
        return Frames.join(all);
    }

    /** A flight of a handshake is gathered, and then used record by record. */
    static void aFlightOfShortRecords(int size) throws SSLException {
        InboundRecords records = new InboundRecords(RecordBuffers.newPool());
        ByteBuffer wire = ByteBuffer.wrap(records(size, 22, "short"));
        while (wire.hasRemaining() || records.hasWhole()) {
            records.gather(wire);
            ByteBuffer record = records.next(wire);
            record.position(record.position() + RecordHeader.recordBytes(record));
            records.used(record);
        }
    }

    /** As before, with bytes that come one by one while records are used. */
    static void aFlightByteByByte(int size) throws SSLException {
        InboundRecords records = new InboundRecords(RecordBuffers.newPool());
        byte[] wire = records(size, 22, "short");
        for (byte b : wire) {
            records.gather(ByteBuffer.wrap(new byte[] { b }));
            while (records.hasWhole()) {
                ByteBuffer record = records.next(ByteBuffer.allocate(0));
                record.position(record.position() + RecordHeader.recordBytes(record));
                records.used(record);
            }
        }
    }

    /** A layer that takes one record at a time: what it leaves stays where it is. */
    static void aLayerThatTakesLittle(int size) throws SSLException {
        Pool<PooledBuffer> pool = RecordBuffers.newPool();
        PlainLayer above = new PlainLayer();
        Decryption decryption =
                new Decryption(new TlsEngine(new ClearEngine()), new InboundRecords(pool), above, pool,
                        new Events());
        ByteBuffer wire = ByteBuffer.wrap(records(size, 23, "a"));
        while (wire.hasRemaining()) {
            int limit = wire.limit();
            wire.limit(Math.min(limit, wire.position() + 7));
            decryption.receive(wire, 0);
            wire.limit(limit);
        }
    }
}
