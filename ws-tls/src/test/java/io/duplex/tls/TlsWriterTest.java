package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.PlainLayer;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Reports when a flight of the handshake has left: nothing else checks then. */
class TlsWriterTest {
    private final ClearEngine clear = new ClearEngine();
    private int told;

    private TlsWriter writer(ClearEngine engine) {
        TlsEngine shared = new TlsEngine(engine);
        HandshakeTasks tasks = new HandshakeTasks(shared, new InboundRecords(RecordBuffers.POOL),
                RecordBuffers.POOL, new HandshakeBudget(1), failure -> {});
        return new TlsWriter(shared, tasks, new Encryption(shared, new PlainLayer(), RecordBuffers.POOL),
                new CloseLadder(), () -> told++);
    }

    @Test
    void aFlightThatLeavesPieceByPieceIsToldWhenItsLastByteHasLeft() throws SSLException {
        clear.ownRecords = 1;
        TlsWriter writer = writer(clear);
        assertTrue(writer.produce(TlsPhase.HANDSHAKING, ByteBuffer.allocate(4), 0));
        assertTrue(writer.produce(TlsPhase.HANDSHAKING, ByteBuffer.allocate(4), 0));
        assertEquals(0, told);
        assertFalse(writer.produce(TlsPhase.HANDSHAKING, ByteBuffer.allocate(4), 0));
        assertEquals(1, told);
    }

    @Test
    void aFlightThatAStepAddsWhileTheWriterLooksIsToldToo() throws SSLException {
        ClearEngine late = new ClearEngine() {
            private int looks;

            @Override
            public HandshakeStatus getHandshakeStatus() {
                // The step runs between two looks of the writer.
                ownRecords += looks++ == 1 ? 1 : 0;
                return super.getHandshakeStatus();
            }
        };
        TlsWriter writer = writer(late);
        ByteBuffer dst = ByteBuffer.allocate(100);
        for (int i = 0; i < 3; i++) {
            assertFalse(writer.produce(TlsPhase.HANDSHAKING, dst, 0));
        }
        assertTrue(dst.position() > 0);
        assertEquals(1, told);
    }

    @Test
    void nothingIsToldOfNothing() throws SSLException {
        assertFalse(writer(clear).produce(TlsPhase.HANDSHAKING, ByteBuffer.allocate(100), 0));
        assertEquals(0, told);
    }
}
