package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
    private static final long MS = 1_000_000;
    private static final long TICK = 10 * MS;
    private static final long HOUR = 3_600_000 * MS;

    private final TimerWheel wheel = new TimerWheel(TICK);

    private static final class Item extends TimerWheel.Entry {}

    /** One step of a property: an item is scheduled or cancelled, or time passes. */
    private record Step(int item, long afterNanos, boolean cancel, long passNanos) {}

    @Test
    void aTickShorterThanAMillisecondIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TimerWheel(MS - 1));
    }

    @Test
    void anEmptyWheelHasNothingDueEver() {
        assertNull(wheel.poll(HOUR));
        assertEquals(ByteLayer.NEVER, wheel.nextDueNanos());
    }

    @Test
    void anEntryIsNeverDueEarlyAndIsDueWithinATick() {
        Item item = new Item();
        wheel.schedule(item, 25 * MS);
        assertEquals(25 * MS, item.deadlineNanos());
        assertNull(wheel.poll(25 * MS));
        assertNull(wheel.poll(30 * MS - 1));
        assertSame(item, wheel.poll(30 * MS));
        assertNull(wheel.poll(30 * MS));
        assertEquals(ByteLayer.NEVER, item.deadlineNanos());
    }

    @Test
    void aDeadlineOnATickIsDueAtThatTick() {
        Item item = new Item();
        wheel.schedule(item, 20 * MS);
        assertNull(wheel.poll(20 * MS - 1));
        assertSame(item, wheel.poll(20 * MS));
    }

    @Test
    void entriesOfOneTickComeInTheOrderTheyWereScheduled() {
        List<Item> items = List.of(new Item(), new Item(), new Item());
        items.forEach(item -> wheel.schedule(item, 50 * MS));
        assertEquals(items, drain(50 * MS));
    }

    @Test
    void anEntryThatIsMovedIsDueAtItsNewTimeOnly() {
        Item item = new Item();
        wheel.schedule(item, 20 * MS);
        wheel.schedule(item, 5 * HOUR);
        assertNull(wheel.poll(5 * HOUR - 1));
        wheel.schedule(item, 5 * HOUR + TICK);
        assertNull(wheel.poll(5 * HOUR));
        assertSame(item, wheel.poll(5 * HOUR + TICK));
    }

    @Test
    void aCancelledEntryIsNeverDueAndCanBeScheduledAgain() {
        Item item = new Item();
        wheel.schedule(item, 20 * MS);
        wheel.cancel(item);
        wheel.cancel(item);
        assertEquals(ByteLayer.NEVER, wheel.nextDueNanos());
        assertNull(wheel.poll(HOUR));
        wheel.schedule(item, 2 * HOUR);
        assertSame(item, wheel.poll(2 * HOUR));
    }

    @Test
    void neverMeansNotArmed() {
        Item item = new Item();
        wheel.schedule(item, 20 * MS);
        wheel.schedule(item, ByteLayer.NEVER);
        assertEquals(ByteLayer.NEVER, wheel.nextDueNanos());
        assertNull(wheel.poll(HOUR));
    }

    @Test
    void aDeadlineInThePastIsDueAtOnce() {
        assertNull(wheel.poll(HOUR));
        Item item = new Item();
        wheel.schedule(item, MS);
        assertTrue(wheel.nextDueNanos() <= HOUR);
        assertSame(item, wheel.poll(HOUR));
    }

    @Test
    void timeThatGoesBackIsIgnored() {
        assertNull(wheel.poll(HOUR));
        Item item = new Item();
        wheel.schedule(item, HOUR - MS);
        assertSame(item, wheel.poll(0));
    }

    @Test
    void anOwnerThatSleepsUntilTheNextDueTimeWakesAFewTimesForADeadlineDaysAway() {
        Item item = new Item();
        long deadline = 75 * HOUR + 7 * MS;
        wheel.schedule(item, deadline);
        int wakeUps = 0;
        long now = 0;
        TimerWheel.Entry due = null;
        while (due == null) {
            assertTrue(wheel.nextDueNanos() > now);
            now = wheel.nextDueNanos();
            due = wheel.poll(now);
            wakeUps++;
        }
        assertSame(item, due);
        assertEquals(Math.ceilDiv(deadline, TICK) * TICK, now);
        assertTrue(wakeUps <= 6, () -> "woke too often");
    }

    @Test
    void theLatestDeadlineThereIsDoesNotOverflow() {
        Item item = new Item();
        wheel.schedule(item, ByteLayer.NEVER - 1);
        long next = wheel.nextDueNanos();
        assertTrue(next > 0 && next < ByteLayer.NEVER);
        assertNull(wheel.poll(ByteLayer.NEVER - 1 - TICK));
    }

    @Property(tries = 500)
    void itBehavesAsASortedListDoes(@ForAll("steps") List<Step> steps) {
        TimerWheel tested = new TimerWheel(TICK);
        List<Item> items = new ArrayList<>();
        List<Long> deadlines = new ArrayList<>(Collections.nCopies(20, ByteLayer.NEVER));
        deadlines.forEach(none -> items.add(new Item()));
        long now = 0;
        for (Step step : steps) {
            long deadline = step.cancel ? ByteLayer.NEVER : now + step.afterNanos;
            tested.schedule(items.get(step.item), deadline);
            deadlines.set(step.item, deadline);
            now += step.passNanos;
            List<Long> expected = takeDue(deadlines, now);
            if (!expected.isEmpty()) {
                assertTrue(tested.nextDueNanos() <= now);
            }
            assertEquals(expected, pollDue(tested, items, now));
            assertNextDue(tested, deadlines, now);
        }
    }

    /** The naive wheel: which items are due; takes them out. */
    private static List<Long> takeDue(List<Long> deadlines, long now) {
        List<Long> due = new ArrayList<>();
        for (int i = 0; i < deadlines.size(); i++) {
            long deadline = deadlines.get(i);
            if (deadline != ByteLayer.NEVER && Math.ceilDiv(deadline, TICK) * TICK <= now) {
                due.add((long) i);
                deadlines.set(i, ByteLayer.NEVER);
            }
        }
        return due;
    }

    private static List<Long> pollDue(TimerWheel wheel, List<Item> items, long now) {
        List<Long> indexes = new ArrayList<>();
        long[] before = items.stream().mapToLong(Item::deadlineNanos).toArray();
        long lastTick = Long.MIN_VALUE;
        for (TimerWheel.Entry due = wheel.poll(now); due != null; due = wheel.poll(now)) {
            int index = items.indexOf(due);
            long tick = Math.ceilDiv(before[index], TICK);
            assertTrue(tick >= lastTick, () -> "out of order");
            lastTick = tick;
            indexes.add((long) index);
        }
        Collections.sort(indexes);
        return indexes;
    }

    private static void assertNextDue(TimerWheel wheel, List<Long> waiting, long now) {
        long earliest = Collections.min(waiting);
        if (earliest == ByteLayer.NEVER) {
            assertEquals(ByteLayer.NEVER, wheel.nextDueNanos());
        } else {
            assertTrue(wheel.nextDueNanos() > now - now % TICK);
            assertTrue(wheel.nextDueNanos() <= Math.ceilDiv(earliest, TICK) * TICK);
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> spans = Arbitraries.oneOf(Arbitraries.longs().between(0, 100 * MS),
                Arbitraries.longs().between(0, 60_000 * MS), Arbitraries.longs().between(0, 1000 * HOUR));
        Arbitrary<Long> passing = Arbitraries.oneOf(Arbitraries.just(0L), spans);
        return Combinators.combine(Arbitraries.integers().between(0, 19), spans,
                Arbitraries.integers().between(0, 9).map(n -> n == 0), passing)
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    private List<TimerWheel.Entry> drain(long now) {
        List<TimerWheel.Entry> due = new ArrayList<>();
        for (TimerWheel.Entry entry = wheel.poll(now); entry != null; entry = wheel.poll(now)) {
            due.add(entry);
        }
        return due;
    }
}
