package io.duplex.internal.pool;

/** The bytes that one holder has reserved in a {@link MemoryBudget}. Guarded by the holder. */
public final class Reservation {
    private final MemoryBudget budget;
    private long reservedBytes;

    /**
     * Reserves nothing yet.
     *
     * @param budget where to reserve
     */
    public Reservation(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Reserves memory before the holder takes it. A larger reservation stays.
     *
     * @param heldBytes what the holder is about to hold, in all
     * @return false if the budget has no room; then the old reservation stands
     */
    public boolean tryGrow(long heldBytes) {
        if (heldBytes <= Math.max(reservedBytes, MemoryBudget.STEP_BYTES)) {
            return true;
        }
        long resized = budget.tryResize(reservedBytes, heldBytes);
        if (resized == MemoryBudget.REFUSED) {
            return false;
        }
        reservedBytes = resized;
        return true;
    }

    /**
     * As {@link #tryGrow}, for receivers.
     *
     * @param heldBytes what the holder is about to hold, in all
     * @throws OverBudgetException if the budget has no room; then the old reservation stands
     */
    public void grow(long heldBytes) {
        if (!tryGrow(heldBytes)) {
            throw new OverBudgetException(budget, heldBytes);
        }
    }

    /**
     * Returns memory to the budget after the holder has released it. A smaller reservation stays.
     *
     * @param heldBytes what the holder still holds, in all
     */
    public void shrink(long heldBytes) {
        if (reservedBytes > heldBytes) {
            reservedBytes = budget.tryResize(reservedBytes, heldBytes);
        }
    }
}
