package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.ConnectionOptions;
import io.duplex.SendQueueOptions;
import io.duplex.Timeouts;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.transport.SocketOptions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** SO_RCVTIMEO, SO_SNDTIMEO and the low-water marks, as deadlines and marks of the session. */
class OwnOptionsTest {
    private static final ConnectionOptions OPTIONS = ConnectionOptions.SERVER
            .withTimeouts(Timeouts.DEFAULT.withIdle(Duration.ofSeconds(50)));

    @Test
    void withoutAWishNothingChanges() {
        assertEquals(OPTIONS, OwnOptions.merge(OPTIONS, SocketOptions.DEFAULT));
        assertEquals(32 << 10, OwnOptions.newInbox(SocketOptions.DEFAULT, MemoryBudget.UNLIMITED).lowBytes());
    }

    @Test
    void whatTheSocketsOptionsSayWins() {
        SocketOptions wanted = SocketOptions.builder()
                .receiveTimeout(Duration.ofSeconds(5))
                .sendTimeout(Duration.ofSeconds(6))
                .sendLowWaterBytes(7)
                .receiveLowWaterBytes(8)
                .build();
        ConnectionOptions merged = OwnOptions.merge(OPTIONS, wanted);
        assertEquals(Timeouts.DEFAULT.withIdle(Duration.ofSeconds(5)).withSend(Duration.ofSeconds(6)),
                merged.timeouts());
        assertEquals(SendQueueOptions.SERVER.withLowWaterBytes(7), merged.sendQueue());
        assertEquals(8, OwnOptions.newInbox(wanted, MemoryBudget.UNLIMITED).lowBytes());
    }

    @Test
    void aLowWaterMarkIsCutToTheHighOne() {
        SocketOptions wanted = SocketOptions.builder().sendLowWaterBytes(1 << 30).build();
        assertEquals(65_536, OwnOptions.merge(OPTIONS, wanted).sendQueue().lowWaterBytes());
    }

    @Test
    void whatIsInForceIsTheKernelsPartAndOurs() {
        SocketOptions kernel = SocketOptions.builder().keepAlive(true).build();
        assertEquals("SO_KEEPALIVE=on SO_RCVTIMEO=50s SO_SNDTIMEO=30s SO_SNDLOWAT=0",
                OwnOptions.inForce(kernel, OPTIONS).describe());
        Timeouts none = new Timeouts(Duration.ofSeconds(1), Optional.empty(), Optional.empty(),
                Optional.empty(), Duration.ofSeconds(1), Optional.empty(), Optional.empty());
        assertEquals("SO_SNDLOWAT=0",
                OwnOptions.inForce(SocketOptions.DEFAULT, OPTIONS.withTimeouts(none)).describe());
    }
}
