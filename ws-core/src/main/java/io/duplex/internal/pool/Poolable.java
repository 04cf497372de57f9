package io.duplex.internal.pool;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/** Something that a {@link Pool} lends. It is created by the pool, and has one borrower at a time. */
public abstract class Poolable {
    private static final AtomicReferenceFieldUpdater<Poolable, Object> BORROWER =
            AtomicReferenceFieldUpdater.newUpdater(Poolable.class, Object.class, "borrower");

    /** Null while it lies in a pool, and after it was dropped. */
    private volatile Object borrower;

    /** For subclasses. */
    protected Poolable() {}

    /**
     * Makes this as new. It runs each time this is lent, in whatever state the last borrower left it: content
     * need not be erased if a new position makes it unreachable. If it throws, this is dropped.
     */
    protected abstract void renew();

    /**
     * Drops references to the last borrower and its data. It runs when this is returned, so that a pool
     * retains none.
     */
    protected void forget() {
        // Most hold none.
    }

    /** Frees what the garbage collector does not. It runs when this is dropped; no other call follows. */
    protected void end() {
        // Most hold memory only.
    }

    final void lendTo(Object newBorrower) {
        BORROWER.lazySet(this, newBorrower);
    }

    /** Ends the loan; false if {@code knownBorrower} does not have it (any more). */
    final boolean endLoan(Object knownBorrower) {
        return BORROWER.compareAndSet(this, knownBorrower, null);
    }
}
