package io.duplex.internal.pool;

import java.util.Locale;

/**
 * A message found no room in the {@link MemoryBudget}; its connection fails with 1013. Unchecked, because it
 * may come out of an internal handler; it never reaches user code as a throw. There is no stack trace: many
 * may come at once.
 */
public final class OverBudgetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The reason in the Close frame: the message is not at fault, and later there may be room. */
    public static final String REASON = "no memory for this message now; try again later";

    /**
     * A refusal.
     *
     * @param budget      the budget without room
     * @param wantedBytes what the message needs
     */
    public OverBudgetException(MemoryBudget budget, long wantedBytes) {
        super(String.format(Locale.ROOT,
                "a message needs %,d bytes, and messages of all connections hold %,d of the %,d bytes that"
                        + " memoryBudget allows them together",
                wantedBytes, budget.usedBytes(), budget.limitBytes()), null, false, false);
    }
}
