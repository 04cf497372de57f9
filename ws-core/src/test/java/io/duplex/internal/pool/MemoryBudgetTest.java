package io.duplex.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final int STEP = MemoryBudget.STEP_BYTES;

    private final MemoryBudget budget = new MemoryBudget(4 * STEP);

    @Test
    void oneStepIsFree() {
        assertEquals(0, budget.tryResize(0, 0));
        assertEquals(0, budget.tryResize(0, STEP));
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void moreIsReservedInSteps() {
        assertEquals(2 * STEP, budget.tryResize(0, STEP + 1));
        assertEquals(2 * STEP, budget.usedBytes());
        assertEquals(2 * STEP, budget.tryResize(2 * STEP, 2 * STEP));
        assertEquals(3 * STEP, budget.tryResize(2 * STEP, 2 * STEP + 1));
        assertEquals(3 * STEP, budget.usedBytes());
        assertEquals(0, budget.tryResize(3 * STEP, 1));
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void whatFindsNoRoomIsRefusedAndCountedAndTheReservationStands() {
        long first = budget.tryResize(0, 3 * STEP);
        assertEquals(MemoryBudget.REFUSED, budget.tryResize(0, 2 * STEP));
        assertEquals(MemoryBudget.REFUSED, budget.tryResize(first, 4 * STEP + 1));
        assertEquals(3 * STEP, budget.usedBytes());
        assertEquals(2, budget.refused());
        assertEquals(4 * STEP, budget.tryResize(first, 4 * STEP));
    }

    @Test
    void theExceptionNamesTheSizesAndTheOption() {
        budget.resize(0, 3 * STEP);
        String message =
                assertThrows(OverBudgetException.class, () -> budget.resize(0, 2 * STEP)).getMessage();
        assertEquals("a message needs 32,768 bytes, and messages of all connections hold 49,152 of the"
                + " 65,536 bytes that memoryBudget allows them together", message);
        assertTrue(OverBudgetException.REASON.length() <= 123, "fits in a Close frame");
    }

    @Test
    void theUnlimitedBudgetCountsNothing() {
        assertEquals(0, MemoryBudget.UNLIMITED.tryResize(0, Long.MAX_VALUE));
        assertEquals(0, MemoryBudget.UNLIMITED.usedBytes());
    }

    @Test
    void aBudgetIsPositive() {
        assertThrows(IllegalArgumentException.class, () -> new MemoryBudget(0));
    }

    @Test
    void threadsNeverTakeMoreThanThereIsAndGiveAllBack() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        List<String> broken = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                long reserved = 0;
                for (int round = 0; round < 20_000; round++) {
                    long resized =
                            budget.tryResize(reserved, ThreadLocalRandom.current().nextLong(5 * STEP));
                    reserved = resized == MemoryBudget.REFUSED ? reserved : resized;
                    if (budget.usedBytes() > budget.limitBytes() || budget.usedBytes() < 0) {
                        broken.add("used " + budget.usedBytes());
                    }
                }
                budget.tryResize(reserved, 0);
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), broken);
        assertEquals(0, budget.usedBytes());
    }
}
