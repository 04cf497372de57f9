package io.duplex.internal.pool;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReservationTest {
    private static final int STEP = MemoryBudget.STEP_BYTES;

    private final MemoryBudget budget = new MemoryBudget(10 * STEP);
    private final Reservation reservation = new Reservation(budget);

    @Test
    void oneStepIsFree() {
        assertTrue(reservation.tryGrow(STEP));
        assertEquals(0, budget.usedBytes());
        reservation.shrink(0);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void itGrowsInSteps() {
        assertTrue(reservation.tryGrow(STEP + 1));
        assertEquals(2 * STEP, budget.usedBytes());
        reservation.grow(3 * STEP);
        assertEquals(3 * STEP, budget.usedBytes());
    }

    @Test
    void growingNeverShrinks() {
        reservation.grow(5 * STEP);
        reservation.grow(2 * STEP);
        reservation.grow(1);
        assertEquals(5 * STEP, budget.usedBytes());
    }

    @Test
    void shrinkingNeverGrows() {
        reservation.grow(2 * STEP);
        reservation.shrink(5 * STEP);
        assertEquals(2 * STEP, budget.usedBytes());
    }

    @Test
    void whatIsReleasedReturnsToTheBudget() {
        reservation.grow(5 * STEP);
        reservation.shrink(2 * STEP);
        assertEquals(2 * STEP, budget.usedBytes());
        reservation.shrink(1);
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void aRefusedReservationStands() {
        reservation.grow(5 * STEP);
        assertFalse(reservation.tryGrow(11 * STEP));
        assertThrows(OverBudgetException.class, () -> reservation.grow(11 * STEP));
        assertEquals(5 * STEP, budget.usedBytes());
        assertEquals(2, budget.refused());
        assertDoesNotThrow(() -> reservation.grow(10 * STEP));
    }
}
