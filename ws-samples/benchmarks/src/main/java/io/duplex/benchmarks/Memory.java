package io.duplex.benchmarks;

import java.nio.ByteBuffer;

/** Where a buffer's bytes are; a parameter of the codec's benchmarks. */
public enum Memory {
    /** In a Java array. */
    HEAP,
    /** Outside of the heap, as a transport's buffers are. */
    DIRECT;

    ByteBuffer allocate(int bytes) {
        return switch (this) {
            case HEAP -> ByteBuffer.allocate(bytes);
            case DIRECT -> ByteBuffer.allocateDirect(bytes);
        };
    }
}
