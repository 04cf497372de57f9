package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.PlainLayer;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Which records wait for output. */
class CloseNotifyBarrierTest {
    private final Encryption encryption =
            new Encryption(new TlsEngine(new ClearEngine()), new PlainLayer(), RecordBuffers.newPool());
    private final CloseNotifyBarrier barrier = new CloseNotifyBarrier(encryption);
    private static final ByteBuffer ALERT = ByteBuffer.wrap(ClearEngine.record(21, "\u0001\u0000"));
    private static final ByteBuffer SHORT = ByteBuffer.wrap(ClearEngine.record(23, "x".repeat(19)));
    private static final ByteBuffer LONG = ByteBuffer.wrap(ClearEngine.record(23, "x".repeat(100)));

    @Test
    void anAlertWaitsWhileOutputDoesOrAnAnswerIsLost() throws SSLException {
        barrier.agreed("TLSv1.2", true);
        encryption.outputReady();
        assertTrue(barrier.mustFlushBefore(ALERT));
        assertTrue(barrier.isBlocking());
        encryption.produce(ByteBuffer.allocate(100), 0);
        assertFalse(barrier.isBlocking(), "the output has left");
        assertFalse(barrier.mustFlushBefore(ALERT));
    }

    @Test
    void nothingWaitsWithoutOutput() {
        barrier.agreed("TLSv1.3", false);
        assertFalse(barrier.mustFlushBefore(ALERT));
        assertFalse(barrier.mustFlushBefore(SHORT));
        assertFalse(barrier.isBlocking());
    }

    @Test
    void aHiddenAlertMayBeInAnyShortRecord() {
        barrier.agreed("TLSv1.3", false);
        encryption.outputReady();
        assertTrue(barrier.mustFlushBefore(SHORT));
        assertFalse(barrier.mustFlushBefore(LONG));
        assertFalse(barrier.isBlocking(), "a record of data passed");
    }

    @Test
    void anEngineThatKeepsTheDirectionsApartHoldsNothingUp() {
        barrier.agreed("TLSv1.3", true);
        encryption.outputReady();
        assertFalse(barrier.mustFlushBefore(SHORT));
    }

    @Test
    void dataOfTls12WaitsForNothing() {
        barrier.agreed("TLSv1.2", false);
        encryption.outputReady();
        assertFalse(barrier.mustFlushBefore(SHORT));
    }
}
