package io.duplex.transport;

/**
 * Deadlines of many connections, kept in O(1) each: a hierarchical wheel. Level 0 has one slot a tick, each
 * level above has slots 64 times as wide; an entry sits where its tick first differs from the current one,
 * and moves down, at most once a level, as its time approaches. So a deadline hours away costs a handful of
 * steps in all, and {@link #nextDueNanos} needs no search, so that an idle owner can sleep long.
 *
 * <p>It has no thread and no clock: its owner calls {@link #poll} with the time. It is not thread-safe. An
 * entry is never due early, and late by less than one tick plus the owner's own delay.
 */
public final class TimerWheel {
    private static final int SLOT_BITS = 6;
    private static final int SLOTS = 1 << SLOT_BITS;
    /** Enough for every positive {@code long} at the shortest tick: 48 bits of ticks. */
    private static final int LEVELS = 8;
    private static final int DUE = LEVELS * SLOTS;
    private static final long SHORTEST_TICK_NANOS = 1_000_000;

    /** The first entry of each slot's circular list, level by level; the last list has the due entries. */
    private final Entry[] heads = new Entry[DUE + 1];
    /** A bit for each slot that holds entries. */
    private final long[] occupied = new long[LEVELS];
    private final long tickNanos;
    private long currentTick;

    /**
     * An empty wheel.
     *
     * @param tickNanos the resolution: 1 ms at least
     * @throws IllegalArgumentException if the tick is shorter
     */
    public TimerWheel(long tickNanos) {
        if (tickNanos < SHORTEST_TICK_NANOS) {
            throw new IllegalArgumentException("a tick must be 1 ms at least: " + tickNanos + " ns");
        }
        this.tickNanos = tickNanos;
    }

    /** An entry of one wheel at a time; extended by the class that has the deadline. */
    public abstract static class Entry {
        private long deadlineNanos = ByteLayer.NEVER;
        private long tick;
        private int list;
        private Entry previous;
        private Entry next;

        /** An entry that is in no wheel. */
        protected Entry() {}

        /**
         * Returns the deadline.
         *
         * @return the argument of {@link #schedule}, or {@link ByteLayer#NEVER} if it is in no wheel
         */
        public final long deadlineNanos() {
            return deadlineNanos;
        }
    }

    /**
     * Adds an entry, or moves it if it is already in this wheel.
     *
     * @param entry         an entry that is in no other wheel
     * @param deadlineNanos the time when it is due; {@link ByteLayer#NEVER} cancels it
     */
    public void schedule(Entry entry, long deadlineNanos) {
        cancel(entry);
        if (deadlineNanos != ByteLayer.NEVER) {
            entry.deadlineNanos = deadlineNanos;
            entry.tick = Math.ceilDiv(deadlineNanos, tickNanos);
            place(entry);
        }
    }

    /**
     * Removes an entry; does nothing if it is in no wheel.
     *
     * @param entry an entry that is in no other wheel
     */
    public void cancel(Entry entry) {
        if (entry.deadlineNanos != ByteLayer.NEVER) {
            unlink(entry);
            entry.deadlineNanos = ByteLayer.NEVER;
        }
    }

    /**
     * Removes the next entry that is due. To be called until it returns null. Entries may be scheduled
     * between the calls; an entry that is already due is returned in the same round.
     *
     * @param nanoTime now; a time before that of an earlier call counts as the earlier one
     * @return the entry with the earliest tick (among equal ones that were never far away, the one scheduled
     *         first), or null if none is due
     */
    public Entry poll(long nanoTime) {
        long nowTick = Math.max(currentTick, Math.floorDiv(nanoTime, tickNanos));
        while (heads[DUE] == null) {
            int level = lowestOccupiedLevel();
            if (level == LEVELS || firstTick(level) > nowTick) {
                currentTick = nowTick;
                return null;
            }
            openFirstSlot(level);
        }
        Entry entry = heads[DUE];
        cancel(entry);
        return entry;
    }

    /**
     * Returns the time of the next call of {@link #poll}. Until then it returns null, unless an entry is
     * scheduled. At that time it may still return null, and this method a later time (once a level for each
     * entry).
     *
     * @return a time not after the earliest deadline's tick, in the past if an entry is due;
     *         {@link ByteLayer#NEVER} if the wheel is empty
     */
    public long nextDueNanos() {
        int level = lowestOccupiedLevel();
        if (heads[DUE] != null) {
            return currentTick * tickNanos;
        }
        if (level == LEVELS) {
            return ByteLayer.NEVER;
        }
        long tick = firstTick(level);
        // The tick after the last deadline there is may lie beyond the range of long.
        return tick > ByteLayer.NEVER / tickNanos ? ByteLayer.NEVER - 1 : tick * tickNanos;
    }

    /** Every entry of a level is due before all entries of higher levels. */
    private int lowestOccupiedLevel() {
        int level = 0;
        while (level < LEVELS && occupied[level] == 0) {
            level++;
        }
        return level;
    }

    /**
     * The tick at which the first occupied slot of a level begins; slots do not wrap around (see
     * {@link #place}).
     */
    private long firstTick(int level) {
        int shift = level * SLOT_BITS;
        long above = currentTick >>> shift + SLOT_BITS << shift + SLOT_BITS;
        return above | (long) Long.numberOfTrailingZeros(occupied[level]) << shift;
    }

    /**
     * Advances time to the first slot of a level and moves its entries to a lower level, or to the list of
     * due entries.
     */
    private void openFirstSlot(int level) {
        int list = level * SLOTS + Long.numberOfTrailingZeros(occupied[level]);
        currentTick = firstTick(level);
        for (Entry entry = heads[list]; entry != null; entry = heads[list]) {
            unlink(entry);
            place(entry);
        }
    }

    /**
     * The level is that of the highest bit in which the tick differs from the current one. So all higher bits
     * are equal, and the slot lies after the current one of its level: slots never wrap around.
     */
    private void place(Entry entry) {
        if (entry.tick <= currentTick) {
            entry.list = DUE;
        } else {
            int highestBit = Long.SIZE - 1 - Long.numberOfLeadingZeros(entry.tick ^ currentTick);
            int level = highestBit / SLOT_BITS;
            int slot = (int) (entry.tick >>> level * SLOT_BITS) & SLOTS - 1;
            occupied[level] |= 1L << slot;
            entry.list = level * SLOTS + slot;
        }
        link(entry);
    }

    private void link(Entry entry) {
        Entry head = heads[entry.list];
        if (head == null) {
            heads[entry.list] = entry;
            entry.previous = entry;
            entry.next = entry;
        } else {
            entry.previous = head.previous;
            entry.next = head;
            head.previous.next = entry;
            head.previous = entry;
        }
    }

    private void unlink(Entry entry) {
        if (entry.next == entry) {
            heads[entry.list] = null;
            if (entry.list != DUE) {
                occupied[entry.list / SLOTS] &= ~(1L << entry.list % SLOTS);
            }
        } else {
            entry.previous.next = entry.next;
            entry.next.previous = entry.previous;
            if (heads[entry.list] == entry) {
                heads[entry.list] = entry.next;
            }
        }
        entry.previous = null;
        entry.next = null;
    }
}
