package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.PooledBuffer;
import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.Pipe;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.VirtualClock;
import io.duplex.transport.OutputState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way out, over an engine whose records can be read. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EncryptionTest {
    private static final int LARGE = 64 << 10;

    private final ClearEngine engine = new ClearEngine();
    private final PlainLayer above = new PlainLayer();
    private final Pool<PooledBuffer> pool = RecordBuffers.newPool();
    private final Encryption encryption = new Encryption(new TlsEngine(engine), above, pool);
    private final Object other = new Object();
    private final ByteArrayOutputStream left = new ByteArrayOutputStream();

    @BeforeEach
    void attach() {
        new MemoryHost(above, new VirtualClock(), new Pipe(), new Pipe()).attach();
    }

    /** Produces into a buffer of that size until there is no more, and answers all that has left. */
    private String produce(int bytes) throws SSLException {
        boolean more = true;
        for (int i = 0; more; i++) {
            assertTrue(i < 1 << 14, "it never ends");
            ByteBuffer dst = ByteBuffer.allocate(bytes);
            more = !encryption.drain(dst) || encryption.produce(dst, 0);
            left.write(dst.array(), 0, dst.position());
        }
        return ClearEngine.read(left.toByteArray());
    }

    @Test
    void whatDoesNotFitIntoTheTransportsBufferLeavesPieceByPiece() throws SSLException {
        String text = "abcdefghij".repeat(5000);
        above.sendSilently(text);
        assertEquals(text, produce(7));
        assertTrue(encryption.isDrained());
        assertFalse(encryption.isPending());
        assertTrue(pool.idle() > 0, "buffers are given back");
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

    /** Of buffers of a few bytes, records and what they are made of wait meanwhile in borrowed ones. */
    @ParameterizedTest
    @ValueSource(ints = { 7, 1000, 20_000 })
    void noOtherConnectionReachesWhatHasNotLeft(int bytes) throws SSLException {
        String text = "abcdefghij".repeat(5000);
        engine.mostBytes = 3000;
        above.sendSilently(text);
        boolean more = true;
        for (int i = 0; more; i++) {
            assertTrue(i < 1 << 14, "it never ends");
            ByteBuffer dst = ByteBuffer.allocate(bytes);
            more = !encryption.drain(dst) || encryption.produce(dst, 0);
            left.write(dst.array(), 0, dst.position());
            useByOthers();
        }
        assertEquals(text, ClearEngine.read(left.toByteArray()));
    }

    /** Or the layer above would count as waiting what has left long since, and its peer as too slow. */
    @ParameterizedTest
    @ValueSource(ints = { 2 << 10, 16 << 10, 20_000, LARGE })
    void nothingIsLeftBehindABufferThatWasFilled(int bytes) throws SSLException {
        String text = "abcdefghij".repeat(20_000);
        above.sendSilently(text);
        boolean more = true;
        while (more) {
            ByteBuffer dst = ByteBuffer.allocate(bytes);
            more = encryption.produce(dst, 0);
            assertTrue(encryption.isDrained());
            assertTrue(dst.position() > bytes / 2 || !more, () -> dst + " could hold more");
            left.write(dst.array(), 0, dst.position());
        }
        assertEquals(text, ClearEngine.read(left.toByteArray()));
    }

    /** The JDK's engine makes records of 16,367 bytes: 17 bytes were left of each 16 KiB. */
    @Test
    void plaintextIsTakenAsTheEngineCutsIt() throws SSLException {
        engine.mostBytes = 16_000;
        int[] records = new int[1];
        engine.onWrap = () -> records[0]++;
        above.sendSilently("x".repeat(100_000));
        produce(LARGE * 2);
        assertEquals(8, records[0], "one more than needed, before the size is known");
    }

    @Test
    void manySmallBatchesLeaveInTheirOrder() throws SSLException {
        for (int i = 0; i < 20; i++) {
            above.sendSilently(i + ";");
            encryption.outputReady();
            assertTrue(encryption.isPending());
            assertTrue(produce(LARGE).endsWith(i + ";"));
            assertFalse(encryption.isPending());
        }
        assertTrue(produce(LARGE).startsWith("0;1;2;"));
    }

    @Test
    void closeNotifyLeavesBehindAllThatWasSent() throws SSLException {
        above.sendSilently("the last words");
        above.end(OutputState.END);
        assertEquals("the last words[21]", produce(LARGE));
        assertTrue(encryption.isClosed());
    }

    @Test
    void closeNotifyIsNotTakenForSentBeforeItHasLeft() throws SSLException {
        above.end(OutputState.CLOSE);
        ByteBuffer dst = ByteBuffer.allocate(3);
        encryption.produce(dst, 0);
        assertFalse(encryption.isClosed(), "three bytes of seven");
        left.write(dst.array(), 0, dst.position());
        assertEquals("[21]", produce(3));
        assertTrue(encryption.isClosed());
    }

    @Test
    void anAbortSaysNothing() throws SSLException {
        above.sendSilently("lost");
        above.end(OutputState.ABORT);
        assertEquals("", produce(LARGE));
        assertFalse(encryption.isClosed());
        assertFalse(encryption.isCloseNotifyDue());
    }

    @Test
    void whatThePeerWillNotHearIsThrownAway() throws SSLException {
        engine.closedByPeer = true;
        above.sendSilently("too late");
        assertEquals("", produce(LARGE));
        assertTrue(encryption.isClosed());
        assertFalse(encryption.isPending());
    }

    @Test
    void theEnginesOwnRecordsLeaveFirst() throws SSLException {
        engine.ownRecords = 2;
        encryption.engineHasOutput();
        above.sendSilently("data");
        assertEquals("[22][22]data", produce(LARGE));
    }

    @Test
    void dataWaitsForThePeerInARenegotiationWithoutSpinning() throws SSLException {
        engine.waitsForPeer = true;
        above.sendSilently("held");
        assertEquals("", produce(LARGE));
        assertTrue(encryption.isPending());
        engine.waitsForPeer = false;
        assertEquals("held", produce(LARGE));
    }

    @Test
    void anEngineThatWantsMoreRoomGetsIt() throws SSLException {
        engine.wantedRoom = 40_000;
        above.sendSilently("roomy");
        assertEquals("roomy", produce(100));
    }

    @Test
    void anEngineThatWantsAllTheRoomThereIsFails() {
        engine.wantedRoom = Integer.MAX_VALUE;
        above.sendSilently("x");
        assertThrows(SSLException.class, () -> produce(LARGE));
    }

    @Test
    void theAlertOfAFailureLeavesThoughTheEngineThrowsOnceMore() throws SSLException {
        engine.ownRecords = 1;
        engine.toThrow = new SSLException("again");
        ByteBuffer dst = ByteBuffer.allocate(LARGE);
        assertFalse(encryption.flushAlert(dst));
        assertEquals(RecordHeader.BYTES + 4, dst.position());
        assertTrue(encryption.isClosed());
    }

    @Test
    void bytesInClearLeaveAsTheyAreAndNothingBehindThem() throws SSLException {
        encryption.sendClear("HTTP/1.1 400 Bad Request".getBytes(StandardCharsets.US_ASCII));
        assertFalse(encryption.isClosed());
        StringBuilder said = new StringBuilder();
        while (!encryption.isClosed()) {
            ByteBuffer dst = ByteBuffer.allocate(5);
            if (encryption.drain(dst)) {
                encryption.flushAlert(dst);
            }
            said.append(new String(dst.array(), 0, dst.position(), StandardCharsets.US_ASCII));
        }
        assertEquals("HTTP/1.1 400 Bad Request", said.toString());
    }

    @Test
    void withoutBytesInClearTheOutputIsClosedAtOnce() {
        encryption.sendClear(new byte[0]);
        assertTrue(encryption.drain(ByteBuffer.allocate(5)));
        assertTrue(encryption.isClosed());
    }

    @Test
    void outputThatIsAnnouncedInsideACallIsPendingAfterIt() throws SSLException {
        above.sendSilently("first");
        engine.onWrap = encryption::outputReady;
        assertEquals("first", produce(LARGE));
        assertTrue(encryption.isPending());
        engine.onWrap = () -> {};
        produce(LARGE);
        assertFalse(encryption.isPending());
    }

    @Test
    void aConnectionThatIsGoneDropsItsBuffers() throws SSLException {
        above.sendSilently("x".repeat(50_000));
        encryption.produce(ByteBuffer.allocate(10), 0);
        int before = pool.idle();
        assertTrue(pool.lent() > 0);
        encryption.release();
        assertEquals(0, pool.lent());
        // What was abandoned half-way is not lent to another connection.
        assertEquals(before, pool.idle());
    }
}
