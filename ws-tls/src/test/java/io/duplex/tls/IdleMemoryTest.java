package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.Pools;
import io.duplex.tls.Peers.Pairing;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Buffers are borrowed while bytes are in flight, and given back. */
class IdleMemoryTest {
    static Stream<Pairing> alike() {
        return Pairing.alike();
    }

    @BeforeEach
    void emptyThePool() {
        Pools.clear();
    }

    @ParameterizedTest
    @MethodSource("alike")
    void anIdleConnectionOwnsNoBuffer(Pairing pairing) {
        Peers peers = pairing.peers().connect();
        int afterHandshake = RecordBuffers.POOL.idle();
        assertTrue(afterHandshake > 0, "nothing was given back");
        peers.client.send("x".repeat(50_000));
        peers.server.send("x".repeat(50_000));
        peers.link.run();
        int kept = RecordBuffers.POOL.idle();
        for (int i = 0; i < 20; i++) {
            peers.client.send("again");
            peers.server.send("again");
            peers.link.run();
        }
        // Had one been kept, a new one would have been made, and given back in its place.
        assertEquals(kept, RecordBuffers.POOL.idle());
    }

    @Test
    void aHeaderThatIsCutHoldsAFewBytes() throws Exception {
        InboundRecords records = new InboundRecords(RecordBuffers.POOL);
        records.next(ByteBuffer.wrap(new byte[] { 23, 3, 3 }));
        records.drop();
        assertEquals(0, RecordBuffers.POOL.idle());
    }
}
