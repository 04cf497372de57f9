package io.duplex.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.CloseInfo;
import io.duplex.OverflowPolicy;
import io.duplex.Refusal;
import io.duplex.Statistics;
import io.duplex.WebSocket;
import io.duplex.frame.CloseStatus;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.transport.TcpEnd;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

/** Each event moves its own counters and no other. */
class CountersTest {
    private static final Statistics.Memory MEMORY = new Statistics.Memory(0, 1000, 0);

    private final Counters counters = new Counters(new MemoryBudget(1000));
    private final WebSocket ws = Mockito.mock(WebSocket.class);

    private static CloseInfo closed(Optional<CloseStatus> received) {
        return new CloseInfo(received, Optional.empty(), CloseInfo.Initiator.PEER, Optional.empty(),
                TcpEnd.FIN_EXCHANGED);
    }

    private static Refusal refusal(int status) {
        return Refusal.of(status, new InetSocketAddress(1), Optional.empty(), "");
    }

    @Test
    void beginAtZero() {
        assertEquals(new Statistics(0, 0, Map.of(), Map.of(), 0, 0, 0, 0, 0, 0, MEMORY),
                counters.snapshot());
    }

    @Test
    void countEachKindOfEvent() {
        counters.opened(ws);
        counters.opened(ws);
        counters.opened(ws);
        counters.received(1, 5);
        counters.received(1, 6);
        counters.sent(1, 700);
        counters.overflowed(ws, OverflowPolicy.DROP);
        counters.failed(ws, new RuntimeException());
        counters.failed(ws, new RuntimeException());
        counters.closed(ws, closed(Optional.of(new CloseStatus(1000, ""))));
        counters.closed(ws, closed(Optional.empty()));
        counters.refused(refusal(404));
        counters.refused(refusal(503));
        counters.refused(refusal(404));
        assertEquals(
                new Statistics(1, 3, Map.of(1000, 1L, 1006, 1L), Map.of(404, 2L, 503, 1L), 2, 11, 1, 700,
                        1, 2, MEMORY),
                counters.snapshot());
    }

    @Test
    void aSnapshotStandsStill() {
        Statistics before = counters.snapshot();
        counters.refused(refusal(400));
        assertEquals(Map.of(), before.refusedByStatus());
    }
}
