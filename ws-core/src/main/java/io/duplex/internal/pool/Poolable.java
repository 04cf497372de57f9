package io.duplex.internal.pool;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/** An object of a {@link Pool}, which creates it. It has one borrower at a time. */
public abstract class Poolable {
    private static final AtomicReferenceFieldUpdater<Poolable, Object> BORROWER =
            AtomicReferenceFieldUpdater.newUpdater(Poolable.class, Object.class, "borrower");

    /** Null while this is idle in a pool, and after it was dropped. */
    private volatile Object borrower;

    /** For subclasses. */
    protected Poolable() {}

    /**
     * Resets this. Called each time this is borrowed, in any state that the last borrower left: content need
     * not be erased if a new position makes it unreachable. If it throws, this is dropped.
     */
    protected abstract void renew();

    /**
     * Drops references to the last borrower and its data. Called when this is returned, so a pool retains
     * none.
     */
    protected void forget() {
        // Most objects have none.
    }

    /** Frees native memory. Called when this is dropped; no other call follows. */
    protected void end() {
        // Most objects are heap memory only.
    }

    final void lendTo(Object newBorrower) {
        BORROWER.lazySet(this, newBorrower);
    }

    /** Ends the loan; false if {@code knownBorrower} is not the borrower (any more). */
    final boolean endLoan(Object knownBorrower) {
        return BORROWER.compareAndSet(this, knownBorrower, null);
    }
}
