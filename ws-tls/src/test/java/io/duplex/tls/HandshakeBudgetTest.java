package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.Pipe;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.VirtualClock;
import io.duplex.transport.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A storm of connections computes a few handshakes at a time. */
class HandshakeBudgetTest {
    private final List<String> turns = new ArrayList<>();

    @Test
    void soManyAndNoMoreRunAtOnce() {
        HandshakeBudget budget = new HandshakeBudget(2);
        HandshakeBudget.Place a = budget.enter(() -> turns.add("a"));
        budget.enter(() -> turns.add("b"));
        budget.enter(() -> turns.add("c"));
        assertEquals(List.of("a", "b"), turns);
        assertEquals(1, budget.waiting());
        a.leave();
        assertEquals(List.of("a", "b", "c"), turns);
    }

    @Test
    void leavingTwiceFreesOnePlace() {
        HandshakeBudget budget = new HandshakeBudget(1);
        HandshakeBudget.Place a = budget.enter(() -> turns.add("a"));
        budget.enter(() -> turns.add("b"));
        budget.enter(() -> turns.add("c"));
        a.leave();
        a.leave();
        assertEquals(List.of("a", "b"), turns);
    }

    @Test
    void whoGivesUpWaitingIsPassedOver() {
        HandshakeBudget budget = new HandshakeBudget(1);
        HandshakeBudget.Place a = budget.enter(() -> turns.add("a"));
        HandshakeBudget.Place b = budget.enter(() -> turns.add("b"));
        budget.enter(() -> turns.add("c"));
        b.leave();
        a.leave();
        assertEquals(List.of("a", "c"), turns);
    }

    @Test
    void aBudgetOfNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new HandshakeBudget(0));
    }

    private static MemoryHost client(HandshakeBudget budget) throws Exception {
        TlsTerms terms = new TlsTerms("the server", PeerCheck.NONE, Duration.ofSeconds(10), false, budget);
        TlsLayer layer = new TlsLayer(
                new Engines(Peers.clientConfig(TlsProvider.JDK, "TLSv1.3").build()).client(Peers.HOST, 443),
                new PlainLayer(), terms);
        return new MemoryHost(layer, new VirtualClock(), new Pipe(), new Pipe());
    }

    @Test
    void aConnectionThatDiesWithItsTurnGivesItBack() throws Exception {
        HandshakeBudget budget = new HandshakeBudget(1);
        MemoryHost first = client(budget);
        MemoryHost second = client(budget);
        first.connect();
        second.connect();
        assertEquals(1, budget.waiting());
        first.fail(new java.io.IOException("gone"), Ending.BROKEN);
        assertEquals(0, budget.waiting());
        second.run();
        assertEquals(1, second.outputReadyCalls(), "the second connection said hello");
    }
}
