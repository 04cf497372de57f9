package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Defaults of both roles, and copies. */
class ConnectionOptionsTest {
    @Test
    void rolesDifferInTheQueueOnly() {
        assertEquals(new ConnectionOptions(Limits.DEFAULT, Timeouts.DEFAULT, SendQueueOptions.SERVER,
                CloseMode.HALF_CLOSE),
                ConnectionOptions.SERVER);
        assertEquals(ConnectionOptions.SERVER.withSendQueue(SendQueueOptions.CLIENT),
                ConnectionOptions.CLIENT);
    }

    @Test
    void allMustBeGiven() {
        ConnectionOptions options = ConnectionOptions.SERVER;
        assertThrows(NullPointerException.class, () -> options.withLimits(null));
        assertThrows(NullPointerException.class, () -> options.withTimeouts(null));
        assertThrows(NullPointerException.class, () -> options.withSendQueue(null));
        assertThrows(NullPointerException.class, () -> options.withCloseMode(null));
    }

    @Test
    void copiesChangeWhatTheySay() {
        Limits limits = new Limits(1, 1, 1, 1);
        Timeouts timeouts = Timeouts.DEFAULT.withoutKeepAlive();
        assertEquals(
                new ConnectionOptions(limits, Timeouts.DEFAULT, SendQueueOptions.SERVER,
                        CloseMode.HALF_CLOSE),
                ConnectionOptions.SERVER.withLimits(limits));
        assertEquals(
                new ConnectionOptions(Limits.DEFAULT, timeouts, SendQueueOptions.SERVER,
                        CloseMode.HALF_CLOSE),
                ConnectionOptions.SERVER.withTimeouts(timeouts));
        assertEquals(CloseMode.BACKGROUND,
                ConnectionOptions.CLIENT.withCloseMode(CloseMode.BACKGROUND).withLimits(limits).closeMode());
    }
}
