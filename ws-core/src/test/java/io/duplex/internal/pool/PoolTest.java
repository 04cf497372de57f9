package io.duplex.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolTest {
    private static final int CAPACITY = 256;

    private final Pool<Thing> pool = new Pool<>(CAPACITY, Thing::new);
    private final Object one = new Object();
    private final Object other = new Object();

    @AfterEach
    void restore() {
        PoolControl.restore();
    }

    // ---- what is lent is as new

    @Test
    void whatIsLentIsRenewedInWhateverStateItCameBack() {
        Thing thing = pool.borrow(one);
        assertEquals("new", thing.state);
        thing.state = "used";
        pool.giveBack(thing, one);
        assertEquals("used", thing.state);
        assertSame(thing, pool.borrow(other));
        assertEquals("new", thing.state);
    }

    @Test
    void referencesAreDroppedOnReturn() {
        Thing thing = pool.borrow(one);
        thing.reference = one;
        pool.giveBack(thing, one);
        assertNull(thing.reference);
    }

    @Test
    void whatCannotBeRenewedIsNotLent() {
        Thing thing = pool.borrow(one);
        thing.failing = true;
        pool.giveBack(thing, one);
        assertThrows(IllegalStateException.class, () -> pool.borrow(other));
        assertTrue(thing.ended);
        assertNotSame(thing, pool.borrow(other));
    }

    // ---- what is discarded never comes back

    @Test
    void whatIsDiscardedIsEndedAndNeverLentAgain() {
        Thing thing = pool.borrow(one);
        pool.discard(thing, one);
        assertTrue(thing.ended);
        pool.giveBack(thing, one);
        assertNotSame(thing, pool.borrow(one));
        assertEquals(1, pool.lent());
    }

    // ---- only the borrower returns, and once

    @Test
    void aSecondReturnIsIgnored() {
        Thing thing = pool.borrow(one);
        pool.giveBack(thing, one);
        pool.giveBack(thing, one);
        pool.discard(thing, one);
        assertFalse(thing.ended);
        assertSame(thing, pool.borrow(one));
        assertNotSame(thing, pool.borrow(other));
    }

    @Test
    void aReturnAfterTheNextLoanIsIgnored() {
        Thing thing = pool.borrow(one);
        pool.giveBack(thing, one);
        assertSame(thing, pool.borrow(other));
        pool.giveBack(thing, one);
        pool.discard(thing, one);
        assertFalse(thing.ended);
        assertNotSame(thing, pool.borrow(one));
        assertEquals(2, pool.lent());
    }

    // ---- bounds

    @Test
    void aThreadFindsAllThatItReturned() {
        Set<Thing> things = borrow(CAPACITY);
        things.forEach(thing -> pool.giveBack(thing, one));
        assertEquals(CAPACITY, pool.idle());
        assertEquals(things, borrow(CAPACITY));
        assertEquals(0, pool.idle());
    }

    @Test
    void whatIsBeyondTheBoundIsEnded() {
        Set<Thing> things = borrow(CAPACITY + 3);
        things.forEach(thing -> pool.giveBack(thing, one));
        assertEquals(CAPACITY, pool.idle());
        assertEquals(3, things.stream().filter(thing -> thing.ended).count());
        assertEquals(0, pool.lent());
    }

    @Test
    void theLastReturnedIsLentFirst() {
        Thing first = pool.borrow(one);
        Thing second = pool.borrow(one);
        pool.giveBack(first, one);
        pool.giveBack(second, one);
        assertSame(second, pool.borrow(one));
        assertSame(first, pool.borrow(one));
    }

    @Test
    void anotherThreadFindsItToo() throws InterruptedException {
        Thing thing = pool.borrow(one);
        pool.giveBack(thing, one);
        List<Thing> found = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread thread = Thread.ofPlatform().start(() -> {
                Thing borrowed = pool.borrow(other);
                found.add(borrowed);
                pool.giveBack(borrowed, other);
            });
            thread.join();
        }
        assertEquals(List.of(thing, thing, thing), found);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 16, 32, 256, 1000 })
    void anyCapacityIsABound(int capacity) {
        Pool<Thing> sized = new Pool<>(capacity, Thing::new);
        List<Thing> things = new ArrayList<>();
        for (int i = 0; i <= capacity; i++) {
            things.add(sized.borrow(one));
        }
        things.forEach(thing -> sized.giveBack(thing, one));
        assertTrue(sized.idle() <= capacity && sized.idle() > capacity - 16, () -> "keeps " + sized.idle());
        assertThrows(IllegalArgumentException.class, () -> new Pool<>(0, Thing::new));
    }

    @Test
    void noThingIsEverLentToTwo() throws InterruptedException {
        Pool<Thing> small = new Pool<>(2, Thing::new);
        AtomicInteger clashes = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Object borrower = new Object();
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 100_000; round++) {
                    Thing thing = small.borrow(borrower);
                    clashes.addAndGet(thing.users.getAndIncrement());
                    thing.users.decrementAndGet();
                    small.giveBack(thing, borrower);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, clashes.get());
        assertEquals(0, small.lent());
    }

    // ---- the control of tests

    @Test
    void theControlBoundsAllPoolsAndRestoresThem() {
        pool.giveBack(pool.borrow(one), one);
        PoolControl.capacity(0);
        assertEquals(0, pool.idle());
        pool.giveBack(pool.borrow(one), one);
        assertEquals(0, pool.idle());
        PoolControl.capacity(1);
        Pool<Thing> later = new Pool<>(CAPACITY, Thing::new);
        for (Pool<Thing> bounded : List.of(pool, later)) {
            Thing first = bounded.borrow(one);
            Thing second = bounded.borrow(one);
            bounded.giveBack(first, one);
            bounded.giveBack(second, one);
            assertSame(first, bounded.borrow(other));
            assertTrue(second.ended);
        }
        PoolControl.restore();
        borrow(5).forEach(thing -> pool.giveBack(thing, one));
        assertEquals(5, pool.idle());
        PoolControl.clear();
        assertEquals(0, pool.idle());
    }

    private Set<Thing> borrow(int count) {
        Set<Thing> borrowed = new HashSet<>();
        for (int i = 0; i < count; i++) {
            borrowed.add(pool.borrow(one));
        }
        return borrowed;
    }

    private static final class Thing extends Poolable {
        private final AtomicInteger users = new AtomicInteger();
        private String state = "unknown";
        private Object reference;
        private boolean failing;
        private boolean ended;

        @Override
        protected void renew() {
            if (failing) {
                throw new IllegalStateException("on purpose");
            }
            state = "new";
        }

        @Override
        protected void forget() {
            reference = null;
        }

        @Override
        protected void end() {
            ended = true;
        }
    }
}
