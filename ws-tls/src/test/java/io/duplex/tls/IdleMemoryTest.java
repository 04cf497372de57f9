package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.tls.Peers.Pairing;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Buffers are borrowed while bytes are in flight, and given back. */
class IdleMemoryTest {
    static Stream<Pairing> alike() {
        return Pairing.alike();
    }

    /** Takes all buffers out of the shared pool, so that what is in it later was given back. */
    private static int empty() {
        int count = BufferPool.SHARED.size();
        for (int i = 0; i < count; i++) {
            BufferPool.SHARED.borrow();
        }
        return BufferPool.SHARED.size();
    }

    @ParameterizedTest
    @MethodSource("alike")
    void anIdleConnectionOwnsNoBuffer(Pairing pairing) {
        assertEquals(0, empty());
        Peers peers = pairing.peers().connect();
        int afterHandshake = BufferPool.SHARED.size();
        assertTrue(afterHandshake > 0, "nothing was given back");
        peers.client.send("x".repeat(50_000));
        peers.server.send("x".repeat(50_000));
        peers.link.run();
        int kept = BufferPool.SHARED.size();
        for (int i = 0; i < 20; i++) {
            peers.client.send("again");
            peers.server.send("again");
            peers.link.run();
        }
        // Had one been kept, a new one would have been made, and given back in its place.
        assertEquals(kept, BufferPool.SHARED.size());
    }

    @Test
    void aHeaderThatIsCutHoldsAFewBytes() throws Exception {
        InboundRecords records = new InboundRecords(BufferPool.SHARED);
        empty();
        records.next(ByteBuffer.wrap(new byte[] { 23, 3, 3 }));
        records.drop();
        assertEquals(0, BufferPool.SHARED.size());
    }
}
