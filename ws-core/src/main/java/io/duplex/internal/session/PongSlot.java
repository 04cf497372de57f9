package io.duplex.internal.session;

import io.duplex.frame.FrameHeader;
import io.duplex.frame.FrameWriter;
import io.duplex.frame.Mask;
import io.duplex.frame.MaskKeys;
import io.duplex.frame.Opcode;
import java.nio.ByteBuffer;

/**
 * The one place in which a pong waits: however many pings come, they cost this much (RFC 6455 section 5.5.3
 * lets the answer to the newest stand for all). A pong that has begun to leave is finished first; the newest
 * one that came meanwhile follows.
 */
final class PongSlot {
    private static final int FRAME_BYTES = FrameHeader.MAX_HEADER_BYTES
            + FrameHeader.MAX_CONTROL_PAYLOAD_BYTES;

    private final ByteBuffer leaving = ByteBuffer.allocate(FRAME_BYTES).limit(0);
    private final ByteBuffer waiting = ByteBuffer.allocate(FRAME_BYTES).limit(0);

    /** Encodes the pong; returns by how many bytes more wait now (fewer, if a longer one was replaced). */
    int fill(ByteBuffer payload, boolean masked, MaskKeys keys) {
        int before = waiting.remaining();
        waiting.clear();
        int length = payload.remaining();
        if (masked) {
            int key = keys.next();
            FrameWriter.header(waiting, Opcode.PONG, true, 0, length, key);
            Mask.copy(payload.duplicate(), waiting, key);
        } else {
            FrameWriter.header(waiting, Opcode.PONG, true, 0, length);
            waiting.put(payload.duplicate());
        }
        waiting.flip();
        return waiting.remaining() - before;
    }

    boolean isFilled() {
        return waiting.hasRemaining() || leaving.hasRemaining();
    }

    boolean isLeaving() {
        return leaving.hasRemaining();
    }

    /** Moves as many bytes as fit. */
    int moveTo(ByteBuffer dst) {
        if (!leaving.hasRemaining()) {
            leaving.clear().put(waiting).flip();
        }
        int count = Math.min(leaving.remaining(), dst.remaining());
        dst.put(dst.position(), leaving, leaving.position(), count);
        dst.position(dst.position() + count);
        leaving.position(leaving.position() + count);
        return count;
    }
}
