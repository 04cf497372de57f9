package io.duplex.internal.pool;

import io.duplex.races.Exploration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Which thing a thread gets is not specified, so the results say what is: the borrower has it alone, it is as
 * new, and the pool counts what is lent. One of the things is on loan from the start, and any thread may
 * return it.
 */
public final class PoolInterleavingTest {
    private static final int CAPACITY = 2;

    private final Object owner = new Object();
    private final Pool<Thing> pool = new Pool<>(CAPACITY, Thing::new);
    private final Thing shared = pool.borrow(owner);

    @Operation
    public String use() {
        Object borrower = new Object();
        Thing thing = pool.borrow(borrower);
        String found = thing.enter();
        thing.leave();
        pool.giveBack(thing, borrower);
        return found;
    }

    @Operation
    public String useTwo() {
        Object borrower = new Object();
        Thing first = pool.borrow(borrower);
        String found = first.enter() + use();
        first.leave();
        pool.discard(first, borrower);
        return found;
    }

    @Operation
    public void returnShared() {
        pool.giveBack(shared, owner);
    }

    @Operation
    public void discardShared() {
        pool.discard(shared, owner);
    }

    @Validate
    public void lentAndKeptAddUp() {
        pool.discard(shared, owner);
        if (pool.lent() != 0 || pool.idle() > CAPACITY) {
            throw new AssertionError("lent " + pool.lent() + ", idle " + pool.idle());
        }
        pool.clear();
        if (pool.idle() != 0) {
            throw new AssertionError("what was returned cannot be found");
        }
    }

    private static final class Thing extends Poolable {
        private final AtomicInteger users = new AtomicInteger();
        private boolean renewed;
        private boolean ended;

        String enter() {
            String found = (users.getAndIncrement() == 0 ? "alone" : "shared") + (renewed ? " new" : " used")
                    + (ended ? " ended" : "");
            renewed = false;
            return found;
        }

        void leave() {
            users.decrementAndGet();
        }

        @Override
        protected void renew() {
            renewed = true;
        }

        @Override
        protected void end() {
            ended = true;
        }
    }

    @Test
    void eachBorrowerIsAlone() {
        Exploration.explore(PoolInterleavingTest.class, 2, 8, 120);
    }
}
