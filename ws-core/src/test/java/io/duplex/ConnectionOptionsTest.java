package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.transport.SocketOptions;
import java.time.Duration;
import java.util.Optional;
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

    private static final ConnectionOptions FIFTY =
            ConnectionOptions.SERVER.withTimeouts(Timeouts.DEFAULT.withIdle(Duration.ofSeconds(50)));

    @Test
    void withoutEmulatedSocketOptionsNothingChanges() {
        assertSame(FIFTY, FIFTY.withSocketOptions(SocketOptions.DEFAULT));
        assertSame(FIFTY, FIFTY.withSocketOptions(SocketOptions.of("SO_KEEPALIVE=on", "SO_RCVLOWAT=8")));
    }

    @Test
    void emulatedSocketOptionsWin() {
        ConnectionOptions merged = FIFTY.withSocketOptions(
                SocketOptions.of("SO_RCVTIMEO=5s", "SO_SNDTIMEO=6s", "SO_SNDLOWAT=7", "SO_RCVLOWAT=8"));
        assertEquals(Timeouts.DEFAULT.withIdle(Duration.ofSeconds(5)).withSend(Duration.ofSeconds(6)),
                merged.timeouts());
        assertEquals(SendQueueOptions.SERVER.withLowWaterBytes(7), merged.sendQueue());
    }

    @Test
    void aLowWaterMarkIsLimitedToTheHighOne() {
        SocketOptions wanted = SocketOptions.of(SocketOptions.SO_SNDLOWAT, 1 << 30);
        assertEquals(65_536, FIFTY.withSocketOptions(wanted).sendQueue().lowWaterBytes());
    }

    @Test
    void inForceAreTheKernelsOptionsAndTheEmulatedOnes() {
        assertEquals("SO_KEEPALIVE=on SO_RCVTIMEO=50s SO_SNDTIMEO=30s SO_SNDLOWAT=0",
                FIFTY.inForce(SocketOptions.of("SO_KEEPALIVE=on")).describe());
        Timeouts none = new Timeouts(Duration.ofSeconds(1), Optional.empty(), Optional.empty(),
                Optional.empty(), Duration.ofSeconds(1), Optional.empty(), Optional.empty());
        assertEquals("SO_SNDLOWAT=0",
                FIFTY.withTimeouts(none).inForce(SocketOptions.DEFAULT).describe());
    }
}
