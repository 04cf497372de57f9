package io.duplex.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that run callbacks or move bytes at this moment, for all transports and executors in this
 * process. Such a thread must not wait for the end of a server or client: it would block its own connection,
 * or others on its loop. Thread-safe.
 */
public final class CallbackThreads {
    private static final long PAUSE_NANOS = 10_000_000;
    private static final Map<Thread, Object> OWNERS = new ConcurrentHashMap<>();

    private CallbackThreads() {}

    /**
     * Registers the current thread with an owner. Waits for memory if there is none: a thread that is not
     * registered would later wait for itself.
     *
     * @param owner a group of connections, or another object; compared by identity
     * @return the previous owner, for {@link #leave}; null if there is none
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
     * Restores the previous owner of the current thread.
     *
     * @param before what {@link #enter} returned
     */
    public static void leave(Object before) {
        if (before == null) {
            OWNERS.remove(Thread.currentThread());
        } else {
            // The key exists, so nothing is allocated.
            OWNERS.put(Thread.currentThread(), before);
        }
    }

    /**
     * Says whether the current thread runs callbacks or moves bytes.
     *
     * @return true on every thread of a transport, and inside every callback
     */
    public static boolean isCurrent() {
        return OWNERS.containsKey(Thread.currentThread());
    }

    /**
     * Returns the owner of the current thread.
     *
     * @return the innermost owner, or null
     */
    public static Object owner() {
        return OWNERS.get(Thread.currentThread());
    }
}
