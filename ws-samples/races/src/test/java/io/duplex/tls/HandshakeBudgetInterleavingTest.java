package io.duplex.tls;

import io.duplex.races.Exploration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Threads that take turns and places in line, and leave them. The results are those of some order of the
 * calls; in the end as many have their turn as the limit allows, so no turn was lost or given twice.
 */
public final class HandshakeBudgetInterleavingTest {
    private static final int LIMIT = 1;

    private final HandshakeBudget budget = new HandshakeBudget(LIMIT);
    private final ConcurrentLinkedQueue<Entered> places = new ConcurrentLinkedQueue<>();

    /** Starts with one that has its turn and one that waits. */
    public HandshakeBudgetInterleavingTest() {
        enter();
        enter();
    }

    /** A place, and whether its turn came after {@code enter}. */
    private final class Entered {
        private volatile boolean turn;
        private final HandshakeBudget.Place place = budget.enter(() -> turn = true);
    }

    @Operation
    public boolean enter() {
        Entered entered = new Entered();
        places.add(entered);
        return entered.place.atOnce();
    }

    /** The oldest leaves, twice, as a connection may that fails during its handshake. */
    @Operation
    public void leave() {
        Entered entered = places.poll();
        if (entered != null) {
            entered.place.leave();
            entered.place.leave();
        }
    }

    @Operation
    public int waiting() {
        return budget.waiting();
    }

    @Validate
    public void asManyHaveTheirTurnAsTheLimitAllows() {
        List<Entered> kept = List.copyOf(places);
        long turns = kept.stream().filter(entered -> entered.turn || entered.place.atOnce()).count();
        if (turns != Math.min(LIMIT, kept.size())) {
            throw new AssertionError(turns + " of " + kept.size() + " have their turn");
        }
    }

    @Test
    void noTurnIsLostOrGivenTwice() {
        Exploration.explore(HandshakeBudgetInterleavingTest.class, 2, 12, 300);
    }
}
