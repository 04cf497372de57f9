package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.testkit.PlainLayer;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.ForwardingLayer;
import io.duplex.transport.WorkBudget;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** The way in, over an engine whose records can be read. */
class DecryptionTest {
    /** Takes a few bytes at each call, and none while it does not want any. */
    private static final class Picky extends ForwardingLayer {
        private final PlainLayer taken = new PlainLayer();
        private int mostBytes = Integer.MAX_VALUE;
        private int callsLeft = Integer.MAX_VALUE;
        private Runnable spends = () -> {};

        @Override
        protected ByteLayer above() {
            return taken;
        }

        @Override
        public void receive(ByteBuffer src, long nanoTime) {
            int limit = src.limit();
            src.limit(src.position() + Math.min(src.remaining(), mostBytes));
            taken.receive(src, nanoTime);
            src.limit(limit);
            spends.run();
            callsLeft--;
        }

        @Override
        public boolean wantsRead() {
            return callsLeft > 0;
        }
    }

    /** Writes down what comes, and holds up what it is told to. */
    private static final class Heard implements Decryption.Events {
        private final List<String> events = new ArrayList<>();
        private final WorkBudget budget = new WorkBudget();
        private boolean holdsAlerts;
        private boolean goesOn = true;

        @Override
        public WorkBudget budget() {
            return budget;
        }

        @Override
        public boolean mayDecrypt() {
            return goesOn;
        }

        @Override
        public void handshakeRecord(SSLEngineResult result) {
            events.add("handshake");
        }

        @Override
        public void closeNotify() {
            events.add("close_notify");
            goesOn = false;
        }

        @Override
        public boolean mustFlushBefore(ByteBuffer record) {
            return holdsAlerts && RecordHeader.isAlert(record);
        }
    }

    private final ClearEngine engine = new ClearEngine();
    private final Pool<PooledBuffer> pool = RecordBuffers.newPool();
    private final Object other = new Object();
    private final Picky above = new Picky();
    private final Heard heard = new Heard();
    private final Decryption decryption =
            new Decryption(new TlsEngine(engine), new InboundRecords(pool), above, pool, heard);

    private static ByteBuffer bytes(byte[]... records) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] record : records) {
            all.writeBytes(record);
        }
        return ByteBuffer.wrap(all.toByteArray());
    }

    private static byte[] data(String text) {
        return ClearEngine.record(23, text);
    }

    @Test
    void allRecordsOfOneReadAreDelivered() throws SSLException {
        decryption.receive(bytes(data("one "), data("two "), data("three")), 0);
        assertEquals("one two three", above.taken.received());
        assertFalse(decryption.hasWork());
        assertEquals(1, pool.idle());
    }

    @Test
    void aLayerThatTakesLittleAtATimeGetsAll() throws SSLException {
        above.mostBytes = 3;
        decryption.receive(bytes(data("abcdefgh"), data("ij")), 0);
        assertEquals("abcdefghij", above.taken.received());
    }

    /** What another connection does meanwhile with the buffers that the pool has. */
    private void useByOthers() {
        PooledBuffer first = pool.borrow(other);
        PooledBuffer second = pool.borrow(other);
        Arrays.fill(first.bytes().array(), (byte) 's');
        Arrays.fill(second.bytes().array(), (byte) 's');
        pool.giveBack(first, other);
        pool.giveBack(second, other);
    }

    @Test
    void noOtherConnectionReachesWhatWasDecrypted() throws SSLException {
        above.mostBytes = 3;
        above.callsLeft = 2;
        above.spends = this::useByOthers;
        ByteBuffer src = bytes(data("abcdefghij"), data("klm"));
        decryption.receive(src, 0);
        assertEquals("abcdef", above.taken.received());
        useByOthers();
        above.callsLeft = Integer.MAX_VALUE;
        decryption.receive(src, 0);
        assertEquals("abcdefghijklm", above.taken.received());
    }

    /** Nor does a layer above reach into the buffer that the next record is decrypted in. */
    @Test
    void aRestIsNotInTheBufferOfTheNextRecord() throws SSLException {
        above.callsLeft = 1;
        above.mostBytes = 2;
        decryption.receive(bytes(data("first")), 0);
        Decryption ofAnother =
                new Decryption(new TlsEngine(new ClearEngine()), new InboundRecords(pool), new PlainLayer(),
                        pool,
                        new Heard());
        ofAnother.receive(bytes(data("SECRET")), 0);
        above.callsLeft = Integer.MAX_VALUE;
        decryption.receive(bytes(data("second")), 0);
        assertEquals("firstsecond", above.taken.received());
    }

    @Test
    void recordsStayWithTheTransportWhileTheLayerAboveWantsNone() throws SSLException {
        above.callsLeft = 1;
        above.mostBytes = 2;
        ByteBuffer src = bytes(data("first"), data("second"));
        decryption.receive(src, 0);
        assertEquals("fi", above.taken.received());
        assertTrue(decryption.hasWork(), "a rest of the first is kept");
        assertEquals(RecordHeader.BYTES + "second".length(), src.remaining());
        assertEquals(1, pool.idle(), "the rest is no borrowed buffer");
        above.callsLeft = Integer.MAX_VALUE;
        decryption.receive(src, 0);
        assertEquals("firstsecond", above.taken.received());
    }

    @Test
    void recordsStayWithTheTransportWhenTheBudgetIsSpent() throws SSLException {
        for (int i = 1; i < WorkBudget.PIECES; i++) {
            heard.budget.spend(0);
        }
        ByteBuffer src = bytes(data("first"), data("second"));
        decryption.receive(src, 0);
        assertEquals("first", above.taken.received());
        assertEquals(RecordHeader.BYTES + "second".length(), src.remaining());
        heard.budget.begin();
        decryption.receive(src, 0);
        assertEquals("firstsecond", above.taken.received());
    }

    @Test
    void aRestThatTheLayerAboveHasLeftForWantOfABudgetIsKept() throws SSLException {
        above.mostBytes = 2;
        above.spends = () -> heard.budget.spend(WorkBudget.BYTES);
        ByteBuffer src = bytes(data("first"), data("second"));
        decryption.receive(src, 0);
        assertEquals("fi", above.taken.received());
        assertTrue(decryption.hasWork());
        for (String expected : List.of("firs", "first", "firstse")) {
            heard.budget.begin();
            decryption.receive(src, 0);
            assertEquals(expected, above.taken.received());
        }
    }

    @Test
    void aRecordThatWaitsForOutputIsNotOpened() throws SSLException {
        heard.holdsAlerts = true;
        ByteBuffer src = bytes(data("question"), ClearEngine.record(21, "\u0001\u0000"));
        decryption.receive(src, 0);
        assertEquals(List.of(), heard.events);
        assertEquals(RecordHeader.BYTES + 2, src.remaining());
        heard.holdsAlerts = false;
        decryption.receive(src, 0);
        assertEquals(List.of("close_notify"), heard.events);
    }

    @Test
    void dataInFrontOfCloseNotifyIsDeliveredBeforeItIsTold() throws SSLException {
        decryption.receive(
                bytes(data("last"), ClearEngine.record(21, "\u0001\u0000"), data("behind the end")), 0);
        assertEquals("last", above.taken.received());
        assertEquals(List.of("close_notify"), heard.events);
    }

    @Test
    void recordsWithoutDataAreBounded() throws SSLException {
        for (int i = 0; i < 32; i++) {
            decryption.receive(bytes(data("")), 0);
        }
        decryption.receive(bytes(data("useful")), 0);
        for (int i = 0; i < 32; i++) {
            decryption.receive(bytes(data("")), 0);
        }
        TlsException failure =
                assertThrows(TlsException.class, () -> decryption.receive(bytes(data("")), 0));
        assertEquals("more than 32 TLS records in a row brought no data", failure.getMessage());
        assertEquals("useful", above.taken.received());
    }

    @Test
    void aCloseNotifyIsNoFlood() throws SSLException {
        for (int i = 0; i < 32; i++) {
            decryption.receive(bytes(data("")), 0);
        }
        decryption.receive(bytes(ClearEngine.record(21, "\u0001\u0000")), 0);
        assertEquals(List.of("close_notify"), heard.events);
    }

    @Test
    void aHandshakeMessageInTheMiddleIsTold() throws SSLException {
        decryption.receive(bytes(data("a"), ClearEngine.record(22, "KeyUpdate")), 0);
        assertEquals(List.of("handshake"), heard.events);
    }

    @Test
    void anEngineThatWantsMoreRoomGetsIt() throws SSLException {
        engine.wantedRoom = 60_000;
        decryption.receive(bytes(data("roomy")), 0);
        assertEquals("roomy", above.taken.received());
    }
}
