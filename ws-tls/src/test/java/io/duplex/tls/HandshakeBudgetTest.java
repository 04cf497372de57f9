package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.Pipe;
import io.duplex.testkit.PlainLayer;
import io.duplex.testkit.VirtualClock;
import io.duplex.tls.TlsParameters.PeerCheck;
import io.duplex.transport.ForwardingHost;
import io.duplex.transport.LayerHost;
import io.duplex.transport.TcpEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A storm of connections computes a few handshakes at a time. */
class HandshakeBudgetTest {
    private final List<String> turns = new ArrayList<>();

    private HandshakeBudget.Place enter(HandshakeBudget budget, String name) {
        return budget.enter(() -> turns.add(name));
    }

    @Test
    void soManyAndNoMoreRunAtOnce() {
        HandshakeBudget budget = new HandshakeBudget(2);
        HandshakeBudget.Place a = enter(budget, "a");
        assertTrue(a.atOnce());
        assertTrue(enter(budget, "b").atOnce());
        assertFalse(enter(budget, "c").atOnce());
        assertEquals(1, budget.waiting());
        a.leave();
        assertEquals(List.of("c"), turns);
    }

    @Test
    void leavingTwiceFreesOnePlace() {
        HandshakeBudget budget = new HandshakeBudget(1);
        HandshakeBudget.Place a = enter(budget, "a");
        enter(budget, "b");
        enter(budget, "c");
        a.leave();
        a.leave();
        assertEquals(List.of("b"), turns);
    }

    @Test
    void whoGivesUpWaitingIsPassedOver() {
        HandshakeBudget budget = new HandshakeBudget(1);
        HandshakeBudget.Place a = enter(budget, "a");
        HandshakeBudget.Place b = enter(budget, "b");
        enter(budget, "c");
        b.leave();
        a.leave();
        assertEquals(List.of("c"), turns);
    }

    /** Counts what is to be run in a receiving call. */
    private static final class Counting extends ForwardingHost {
        private final LayerHost host =
                new MemoryHost(new PlainLayer(), new VirtualClock(), new Pipe(), new Pipe());
        private int executed;

        @Override
        protected LayerHost below() {
            return host;
        }

        @Override
        public void execute(Runnable task) {
            executed++;
        }
    }

    @Test
    void aTurnThatComesOnTheThreadThatAskedIsNotForgotten() throws Exception {
        HandshakeBudget budget = new HandshakeBudget(1);
        HandshakeBudget.Place another = enter(budget, "another");
        Counting host = new Counting();
        HandshakeTasks tasks = new HandshakeTasks(new TlsEngine(new ClearEngine()),
                new InboundRecords(RecordBuffers.POOL), RecordBuffers.POOL, budget, failure -> {});
        tasks.attach(host);
        tasks.request();
        assertTrue(tasks.poll().isEmpty());
        // As a helper of a transport does, or an event loop that lets a connection go.
        another.leave();
        assertEquals(1, host.executed, "a receiving call, for the poll behind it");
        assertTrue(tasks.poll().isPresent());
        assertTrue(tasks.poll().isEmpty());
    }

    @Test
    void aBudgetOfNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new HandshakeBudget(0));
    }

    private static MemoryHost client(HandshakeBudget budget) throws Exception {
        TlsParameters parameters =
                new TlsParameters("the server", PeerCheck.NONE, Duration.ofSeconds(10), false, budget);
        TlsLayer layer = new TlsLayer(
                new Engines(Peers.clientConfig(TlsProvider.JDK, "TLSv1.3").build()).client(Peers.HOST, 443),
                new PlainLayer(), parameters);
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
        first.fail(new java.io.IOException("gone"), TcpEnd.BROKEN);
        assertEquals(0, budget.waiting());
        second.run();
        assertEquals(1, second.outputReadyCalls(), "the second connection said hello");
    }
}
