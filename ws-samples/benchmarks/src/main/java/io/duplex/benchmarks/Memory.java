package io.duplex.benchmarks;

import java.nio.ByteBuffer;

/** The location of a buffer's bytes, as a parameter of benchmarks. */
public enum Memory {
    /** In a Java array. */
    HEAP,
    /** Outside the heap, as in a transport. */
    DIRECT;

    ByteBuffer allocate(int bytes) {
        return switch (this) {
            case HEAP -> ByteBuffer.allocate(bytes);
            case DIRECT -> ByteBuffer.allocateDirect(bytes);
        };
    }
}
