package io.duplex.frame;

import java.lang.reflect.Method;

/**
 * How much the current thread has allocated. By reflection: tests are compiled as a part of the core's
 * module, which does not read {@code jdk.management}.
 */
final class AllocatedBytes {
    private static final Object BEAN;
    private static final Method READ;

    static {
        try {
            BEAN = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            READ = Class.forName("com.sun.management.ThreadMXBean")
                    .getMethod("getCurrentThreadAllocatedBytes");
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private AllocatedBytes() {}

    /** A count that only grows; calling it adds some tens of bytes. */
    static long ofThisThread() {
        try {
            return (long) READ.invoke(BEAN);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
