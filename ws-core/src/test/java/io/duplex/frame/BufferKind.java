package io.duplex.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The sorts of buffer that a codec must treat alike. */
enum BufferKind {
    HEAP, HEAP_SLICE, DIRECT, HEAP_LITTLE_ENDIAN, DIRECT_LITTLE_ENDIAN;

    /** Odd, so that words do not lie on word boundaries. */
    private static final int OFFSET = 3;

    /** A buffer whose remaining bytes are these; there are other bytes before and behind. */
    ByteBuffer holding(byte[] bytes) {
        ByteBuffer buffer = room(bytes.length);
        buffer.put(buffer.position(), bytes);
        return buffer;
    }

    /** A buffer with exactly this many bytes remaining. */
    ByteBuffer room(int length) {
        ByteBuffer buffer = allocate(length + 2 * OFFSET);
        return buffer.limit(OFFSET + length).position(OFFSET);
    }

    private ByteBuffer allocate(int capacity) {
        return switch (this) {
            case HEAP -> ByteBuffer.allocate(capacity);
            case HEAP_SLICE -> ByteBuffer.allocate(capacity + OFFSET).position(OFFSET).slice();
            case DIRECT -> ByteBuffer.allocateDirect(capacity);
            case HEAP_LITTLE_ENDIAN -> ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
            case DIRECT_LITTLE_ENDIAN -> ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
        };
    }

    /** The remaining bytes, without moving the position. */
    static byte[] remaining(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
