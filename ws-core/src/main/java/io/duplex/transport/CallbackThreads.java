package io.duplex.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Which threads run callbacks or move bytes right now, for all transports and executors in this process. Such
 * a thread must not wait for the end of a server or client: the connection that it serves, or others on its
 * loop, would stand still meanwhile. Thread-safe.
 */
public final class CallbackThreads {
    private static final long PAUSE_NANOS = 10_000_000;
    private static final Map<Thread, Object> OWNERS = new ConcurrentHashMap<>();

    private CallbackThreads() {}

    /**
     * From now on the current thread works for an owner. Waits for memory if there is none: a thread that did
     * not register would later wait for itself.
     *
     * @param owner a group of connections, or whatever else the thread works for; compared by identity
     * @return the owner so far, to be given to {@link #leave}; null if there is none
     */
    public static Object enter(Object owner) {
        while (true) {
            try {
                return OWNERS.put(Thread.currentThread(), owner);
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /**
     * The work that the current thread entered for is over.
     *
     * @param before what {@link #enter} returned
     */
    public static void leave(Object before) {
        if (before == null) {
            OWNERS.remove(Thread.currentThread());
        } else {
            // The key is there: nothing is allocated.
            OWNERS.put(Thread.currentThread(), before);
        }
    }

    /**
     * Whether the current thread runs callbacks or moves bytes.
     *
     * @return true on every thread of a transport, and inside every callback
     */
    public static boolean isCurrent() {
        return OWNERS.containsKey(Thread.currentThread());
    }

    /**
     * What the current thread works for.
     *
     * @return the innermost owner, or null
     */
    public static Object owner() {
        return OWNERS.get(Thread.currentThread());
    }
}
