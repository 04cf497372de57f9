package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A moment that does not change any more. */
class StatisticsTest {
    @Test
    void mapsAreCopiedAndReadOnly() {
        Map<Integer, Long> closed = new HashMap<>(Map.of(1000, 1L));
        Map<Integer, Long> refused = new HashMap<>(Map.of(404, 2L));
        Statistics stats =
                new Statistics(0, 1, closed, refused, 0, 0, 0, 0, 0, 0, new Statistics.Memory(0, 1, 0));
        closed.clear();
        refused.clear();
        assertEquals(Map.of(1000, 1L), stats.closedByCode());
        assertEquals(Map.of(404, 2L), stats.refusedByStatus());
        assertThrows(UnsupportedOperationException.class, () -> stats.closedByCode().put(1, 1L));
        assertThrows(UnsupportedOperationException.class, () -> stats.refusedByStatus().put(1, 1L));
    }
}
