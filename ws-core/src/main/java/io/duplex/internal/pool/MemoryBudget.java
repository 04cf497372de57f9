package io.duplex.internal.pool;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bounds the memory that all connections of a server or client hold together for messages that are being
 * assembled or inflated, that wait for the application, or that wait to leave. A holder reserves in steps of
 * {@link #STEP_BYTES}, and nothing at all as long as it holds no more than one step; so traffic of small
 * messages never touches the counter that all threads share. Thread-safe, without locks.
 */
public final class MemoryBudget {
    /** A budget that refuses nothing and counts nothing. */
    public static final MemoryBudget UNLIMITED = new MemoryBudget(Long.MAX_VALUE);

    /** The unit of reservation, and what each holder may have without one. */
    public static final int STEP_BYTES = 16 << 10;
    /** The answer of {@link #tryResize} if the budget has no room. */
    public static final long REFUSED = -1;
    /** By default this part of the heap. */
    private static final int DEFAULT_HEAP_DIVISOR = 4;

    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final LongAdder refused = new LongAdder();

    /**
     * A budget of which nothing is used.
     *
     * @param limitBytes positive
     */
    public MemoryBudget(long limitBytes) {
        if (limitBytes < 1) {
            throw new IllegalArgumentException("the memory budget must be positive: " + limitBytes);
        }
        this.limitBytes = limitBytes;
    }

    /**
     * Returns the limit that a server or client has if none was set.
     *
     * @return a quarter of the maximum heap, in bytes
     */
    public static long defaultBytes() {
        return Runtime.getRuntime().maxMemory() / DEFAULT_HEAP_DIVISOR;
    }

    /**
     * Brings a holder's reservation to what it holds now. A reservation that shrinks or stays is never
     * refused.
     *
     * @param reservedBytes what the last call returned; 0 at first
     * @param heldBytes     what it holds, or is about to hold
     * @return the new reservation, or {@link #REFUSED}, and then the old one stands
     */
    public long tryResize(long reservedBytes, long heldBytes) {
        long wanted = limitBytes == Long.MAX_VALUE || heldBytes <= STEP_BYTES
                ? 0
                : Math.ceilDiv(heldBytes, STEP_BYTES) * STEP_BYTES;
        if (wanted > reservedBytes) {
            return reserve(wanted - reservedBytes) ? wanted : REFUSED;
        }
        if (wanted < reservedBytes) {
            usedBytes.addAndGet(wanted - reservedBytes);
        }
        return wanted;
    }

    /**
     * As {@link #tryResize}, for receivers.
     *
     * @param reservedBytes what the last call returned; 0 at first
     * @param heldBytes     what the holder holds, or is about to hold
     * @return the new reservation
     * @throws OverBudgetException if the budget has no room; the old reservation stands
     */
    public long resize(long reservedBytes, long heldBytes) {
        long resized = tryResize(reservedBytes, heldBytes);
        if (resized == REFUSED) {
            throw new OverBudgetException(this, heldBytes);
        }
        return resized;
    }

    private boolean reserve(long moreBytes) {
        long used = usedBytes.get();
        while (moreBytes <= limitBytes - used) {
            if (usedBytes.compareAndSet(used, used + moreBytes)) {
                return true;
            }
            used = usedBytes.get();
        }
        refused.increment();
        return false;
    }

    /**
     * Returns what is reserved now.
     *
     * @return bytes
     */
    public long usedBytes() {
        return usedBytes.get();
    }

    /**
     * Returns what may be reserved.
     *
     * @return bytes
     */
    public long limitBytes() {
        return limitBytes;
    }

    /**
     * Returns how many messages were refused so far.
     *
     * @return their number
     */
    public long refused() {
        return refused.sum();
    }
}
