package io.duplex.internal.pool;

import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Things that connections borrow while they need them. No connection may notice which one had a thing before.
 * Hence the law:
 *
 * <ol>
 * <li><b>What is lent is as new.</b> {@link Poolable#renew} runs on the way out, so the state in which
 * something was returned does not matter. References to the borrower are dropped on return.
 * <li><b>What has thrown, was abandoned or interrupted, or is still in use by a call, is never taken
 * back.</b> A borrower calls {@link #giveBack} on its normal path only, never in a {@code finally} block;
 * everywhere else it calls {@link #discard}, or, for memory alone, leaves the thing to the garbage collector.
 * <li><b>Only the borrower can return something, and only once.</b> Any other return is ignored, so a return
 * that comes too late cannot lend one thing to two connections.
 * </ol>
 *
 * <p>The pool bounds what it keeps, not what is in use: when it is empty it creates, when it is full it
 * drops. A thread finds first what it returned last. Thread-safe. No thread waits for another, and a loan
 * allocates nothing while the pool has something.
 *
 * @param <T> what is lent
 */
public final class Pool<T extends Poolable> {
    /** With more, looking through all of them would take longer. */
    private static final int MAX_STRIPES = 16;
    /**
     * With fewer places in each, threads that return several things would meet. A power of two, as is the
     * number of stripes.
     */
    private static final int MIN_STRIPE_PLACES = 8;

    /** All pools of the process, for tests that bound or empty them. */
    private static final Set<Pool<?>> ALL = Collections.newSetFromMap(new WeakHashMap<>());
    /** Lower in such tests. */
    private static volatile int maxCapacity = Integer.MAX_VALUE;

    private final Supplier<T> factory;
    private final int capacity;
    private final int stripePlaces;
    private final Stripe[] stripes;
    private final LongAdder created = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /**
     * An empty pool.
     *
     * @param capacity how many things it keeps at most, at least 1; a multiple of 16 is used up whole
     * @param factory creates one; any thread may call it
     */
    public Pool(int capacity, Supplier<T> factory) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a pool keeps at least one thing, not " + capacity);
        }
        this.factory = Objects.requireNonNull(factory, "factory");
        this.capacity = capacity;
        int count = Math.clamp(Integer.highestOneBit(capacity / MIN_STRIPE_PLACES), 1, MAX_STRIPES);
        this.stripePlaces = capacity / count;
        this.stripes = new Stripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new Stripe(stripePlaces);
        }
        synchronized (ALL) {
            ALL.add(this);
        }
    }

    /**
     * Lends one thing, as new.
     *
     * @param borrower who has it until it is given back or discarded; compared by identity
     * @return the thing, the borrower's alone
     */
    public T borrow(Object borrower) {
        Objects.requireNonNull(borrower, "borrower");
        T item = find();
        if (item == null) {
            item = factory.get();
            created.increment();
        }
        try {
            item.renew();
        } catch (Throwable t) {
            drop(item);
            throw t;
        }
        item.lendTo(borrower);
        return item;
    }

    /** The current thread's stripe first; a miss costs one read for each stripe. */
    @SuppressWarnings("unchecked")
    private T find() {
        int first = firstStripe();
        for (int i = 0; i < stripes.length; i++) {
            Poolable found = stripes[first + i & stripes.length - 1].poll();
            if (found != null) {
                return (T) found;
            }
        }
        return null;
    }

    /**
     * Takes back what was lent, intact and no longer in use. Does nothing unless {@code borrower} has it.
     *
     * @param item what was lent
     * @param borrower who has it
     */
    public void giveBack(T item, Object borrower) {
        if (!item.endLoan(Objects.requireNonNull(borrower, "borrower"))) {
            return;
        }
        try {
            item.forget();
        } catch (Throwable t) {
            drop(item);
            throw t;
        }
        if (!keep(item)) {
            drop(item);
        }
    }

    private boolean keep(T item) {
        int places = Math.min(capacity, maxCapacity);
        int each = Math.min(places, stripePlaces);
        int first = places < capacity ? 0 : firstStripe();
        int count = places < capacity ? 1 : stripes.length;
        for (int i = 0; i < count; i++) {
            if (stripes[first + i & stripes.length - 1].offer(item, each)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Ends a loan for good: the thing is in an unknown state, or may still be in use. Does nothing unless
     * {@code borrower} has it.
     *
     * @param item what was lent; no call on it may be under way if it has native memory
     * @param borrower who has it
     */
    public void discard(T item, Object borrower) {
        if (item.endLoan(Objects.requireNonNull(borrower, "borrower"))) {
            drop(item);
        }
    }

    private void drop(T item) {
        dropped.increment();
        item.end();
    }

    /**
     * Counts the things that are lent and neither given back nor discarded. Exact while no other thread uses
     * the pool.
     *
     * @return their number
     */
    public long lent() {
        return created.sum() - dropped.sum() - idle();
    }

    /**
     * Counts the things that the pool keeps.
     *
     * @return their number, at most the capacity
     */
    public int idle() {
        int sum = 0;
        for (Stripe stripe : stripes) {
            sum += stripe.count;
        }
        return sum;
    }

    private int firstStripe() {
        return (int) Thread.currentThread().threadId() & stripes.length - 1;
    }

    // ---- for tests ----------------------------------------------------------------------------------------

    /** Bounds each pool of the process, those to come too, and empties them. */
    static void boundAll(int places) {
        maxCapacity = places;
        forAll(Pool::clear);
    }

    static void forAll(Consumer<Pool<?>> action) {
        synchronized (ALL) {
            ALL.forEach(action);
        }
    }

    /** Drops what is kept. */
    void clear() {
        for (T item = find(); item != null; item = find()) {
            drop(item);
        }
    }

    /**
     * Some places behind a gate that one thread passes at a time, for a few instructions. A thread that finds
     * it shut goes elsewhere instead of waiting. The last thing that came is the first to leave, because its
     * memory is warm.
     */
    private static final class Stripe {
        private static final AtomicIntegerFieldUpdater<Stripe> GATE =
                AtomicIntegerFieldUpdater.newUpdater(Stripe.class, "gate");

        private volatile int gate;
        /** Written behind the gate. Read without it, it may be old, which costs a detour. */
        private int count;
        private final Poolable[] places;

        Stripe(int size) {
            places = new Poolable[size];
        }

        Poolable poll() {
            if (count == 0 || !GATE.compareAndSet(this, 0, 1)) {
                return null;
            }
            Poolable found = null;
            if (count > 0) {
                count--;
                found = places[count];
                places[count] = null;
            }
            GATE.lazySet(this, 0);
            return found;
        }

        boolean offer(Poolable item, int size) {
            if (count >= size || !GATE.compareAndSet(this, 0, 1)) {
                return false;
            }
            boolean kept = count < size;
            if (kept) {
                places[count] = item;
                count++;
            }
            GATE.lazySet(this, 0);
            return kept;
        }
    }
}
