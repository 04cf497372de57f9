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
 * A pool of objects that connections borrow while they need them. No connection may notice the previous
 * borrower of an object. Hence these rules:
 *
 * <ol>
 * <li><b>A borrowed object is as new.</b> {@link Poolable#renew} runs when it is borrowed, so the state in
 * which it was returned does not matter. References to the borrower are dropped on return.
 * <li><b>An object that has thrown, was abandoned or interrupted, or is still in use by a call, never returns
 * to the pool.</b> A borrower calls {@link #giveBack} on its normal path only, never in a {@code finally}
 * block; everywhere else it calls {@link #discard} or, if the object is only memory, leaves it to the garbage
 * collector.
 * <li><b>Only the borrower can return an object, and only once.</b> Any other return is ignored, so a late
 * return cannot give one object to two connections.
 * </ol>
 *
 * <p>The pool limits idle objects, not borrowed ones: it creates one when it is empty, and drops one when it
 * is full. A thread finds the object that it returned last first. Thread-safe. No thread waits for another,
 * and borrowing allocates nothing while the pool has an object.
 *
 * @param <T> the type of the objects
 */
public final class Pool<T extends Poolable> {
    /** More stripes would take longer to search. */
    private static final int MAX_STRIPES = 16;
    /**
     * With fewer places in each, threads that return several objects would contend. A power of two, as is the
     * number of stripes.
     */
    private static final int MIN_STRIPE_PLACES = 8;

    /** All pools of the process, for tests that limit or empty them. */
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
     * Creates an empty pool.
     *
     * @param capacity the maximum number of idle objects, at least 1; best a multiple of 16, which is used in
     *        full
     * @param factory creates an object; called from any thread
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
     * Borrows an object, which is as new.
     *
     * @param borrower its owner until it is returned or discarded; compared by identity
     * @return the object, exclusive to the borrower
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

    /** Searches the current thread's stripe first; a miss costs one read for each stripe. */
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
     * Returns a borrowed object that is intact and no longer in use. Does nothing unless {@code borrower} has
     * it.
     *
     * @param item the borrowed object
     * @param borrower its borrower
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
     * Drops a borrowed object that is in an unknown state, or may still be in use. Does nothing unless
     * {@code borrower} has it.
     *
     * @param item the borrowed object; no call may be using it if it has native memory
     * @param borrower its borrower
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
     * Counts the borrowed objects. Exact while no other thread uses the pool.
     *
     * @return their number
     */
    public long lent() {
        return created.sum() - dropped.sum() - idle();
    }

    /**
     * Counts the idle objects.
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

    /** Limits each pool of the process, also future ones, and empties them. */
    static void boundAll(int places) {
        maxCapacity = places;
        forAll(Pool::clear);
    }

    static void forAll(Consumer<Pool<?>> action) {
        synchronized (ALL) {
            ALL.forEach(action);
        }
    }

    /** Drops the idle objects. */
    void clear() {
        for (T item = find(); item != null; item = find()) {
            drop(item);
        }
    }

    /**
     * A stack of idle objects with a gate that one thread passes at a time, for a few instructions. A thread
     * that finds it shut tries another stripe instead of waiting. The object returned last is borrowed first,
     * because its memory is warm.
     */
    private static final class Stripe {
        private static final AtomicIntegerFieldUpdater<Stripe> GATE =
                AtomicIntegerFieldUpdater.newUpdater(Stripe.class, "gate");

        private volatile int gate;
        /** Written inside the gate. Racy reads outside may be stale, which only costs a detour. */
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
