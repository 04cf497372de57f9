package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.PlainLayer;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Which records wait for output. */
class FlushFirstTest {
    private final Encryption encryption =
            new Encryption(new TlsEngine(new ClearEngine()), new PlainLayer(), RecordBuffers.newPool());
    private final FlushFirst flushFirst = new FlushFirst(encryption);
    private static final ByteBuffer ALERT = ByteBuffer.wrap(ClearEngine.record(21, "\u0001\u0000"));
    private static final ByteBuffer SHORT = ByteBuffer.wrap(ClearEngine.record(23, "x".repeat(19)));
    private static final ByteBuffer LONG = ByteBuffer.wrap(ClearEngine.record(23, "x".repeat(100)));

    @Test
    void anAlertWaitsWhileOutputDoesOrAnAnswerIsLost() throws SSLException {
        flushFirst.agreed("TLSv1.2", true);
        encryption.outputReady();
        assertTrue(flushFirst.mustFlushBefore(ALERT));
        assertTrue(flushFirst.holdsUp());
        encryption.produce(ByteBuffer.allocate(100), 0);
        assertFalse(flushFirst.holdsUp(), "the output has left");
        assertFalse(flushFirst.mustFlushBefore(ALERT));
    }

    @Test
    void nothingWaitsWithoutOutput() {
        flushFirst.agreed("TLSv1.3", false);
        assertFalse(flushFirst.mustFlushBefore(ALERT));
        assertFalse(flushFirst.mustFlushBefore(SHORT));
        assertFalse(flushFirst.holdsUp());
    }

    @Test
    void aHiddenAlertMayBeInAnyShortRecord() {
        flushFirst.agreed("TLSv1.3", false);
        encryption.outputReady();
        assertTrue(flushFirst.mustFlushBefore(SHORT));
        assertFalse(flushFirst.mustFlushBefore(LONG));
        assertFalse(flushFirst.holdsUp(), "a record of data passed");
    }

    @Test
    void anEngineThatKeepsTheDirectionsApartHoldsNothingUp() {
        flushFirst.agreed("TLSv1.3", true);
        encryption.outputReady();
        assertFalse(flushFirst.mustFlushBefore(SHORT));
    }

    @Test
    void dataOfTls12WaitsForNothing() {
        flushFirst.agreed("TLSv1.2", false);
        encryption.outputReady();
        assertFalse(flushFirst.mustFlushBefore(SHORT));
    }
}
