package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WorkBudgetTest {
    private final WorkBudget budget = new WorkBudget();

    @Test
    void itIsSpentAfterSoManyPieces() {
        for (int i = 1; i < WorkBudget.PIECES; i++) {
            budget.spend(0);
        }
        assertFalse(budget.isSpent());
        budget.spend(0);
        assertTrue(budget.isSpent());
    }

    @Test
    void itIsSpentAfterSoManyBytes() {
        budget.spend(1);
        budget.spendBytes(WorkBudget.BYTES - 2);
        assertFalse(budget.isSpent());
        budget.spendBytes(1);
        assertTrue(budget.isSpent());
    }

    @Test
    void aPieceThatExceedsItIsNotOwedInTheNextTurn() {
        budget.spend(100L * WorkBudget.BYTES);
        assertTrue(budget.isSpent());
        budget.begin();
        assertFalse(budget.isSpent());
    }
}
