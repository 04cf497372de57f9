package io.duplex.internal.pool;

import io.duplex.races.Exploration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** Two connections reserve from a budget that has room for one of them. */
public final class MemoryBudgetInterleavingTest {
    private static final long KIB = 1 << 10;
    private final MemoryBudget budget = new MemoryBudget(300 * KIB);
    private long first;
    private long second;

    @Operation(nonParallelGroup = "first")
    public long resizeFirst(@Param(gen = IntGen.class, conf = "0:3") int hundreds) {
        long resized = budget.tryResize(first, hundreds * 100 * KIB);
        first = resized == MemoryBudget.REFUSED ? first : resized;
        return resized;
    }

    @Operation(nonParallelGroup = "second")
    public long resizeSecond(@Param(gen = IntGen.class, conf = "0:3") int hundreds) {
        long resized = budget.tryResize(second, hundreds * 100 * KIB);
        second = resized == MemoryBudget.REFUSED ? second : resized;
        return resized;
    }

    @Operation
    public long usedBytes() {
        return budget.usedBytes();
    }

    @Test
    void everyResultIsThatOfSomeOrderOfTheCalls() {
        Exploration.explore(MemoryBudgetInterleavingTest.class, 2, 15, 60);
    }
}
