package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No allocation for a frame, in any buffer, written, read, or cut in the middle of its header. */
class FrameAllocationTest {
    private static final int FRAMES = 100_000;
    private static final int WARM_UP_FRAMES = 10_000;
    private static final int PAYLOAD_BYTES = 125;
    private static final int ROUNDS = 3;
    /** Far less than a byte for each frame; what is left is the measuring's own and the compiler's. */
    private static final long SLACK_BYTES = 512;

    private final ByteBuffer payload = ByteBuffer.wrap("x".repeat(PAYLOAD_BYTES).getBytes());
    private final Utf8Validator validator = new Utf8Validator();
    private final FrameReader reader = new FrameReader(true, PAYLOAD_BYTES);
    private final MaskKeys keys = new MaskKeys(new Random(1));
    private int payloads;

    @ParameterizedTest
    @EnumSource
    void writingCheckingAndReadingAllocateNothing(BufferKind kind) throws WebSocketProtocolException {
        ByteBuffer wire = kind.room(FrameHeader.MAX_HEADER_BYTES + PAYLOAD_BYTES);
        int start = wire.position();
        run(wire, start, WARM_UP_FRAMES);
        // What each frame allocates shows in every round; what the compiler does once, in one.
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            least = Math.min(least, measure(wire, start));
        }
        long allocated = least;
        assertTrue(allocated <= SLACK_BYTES, () -> allocated + " bytes allocated for " + FRAMES + " frames");
    }

    private long measure(ByteBuffer wire, int start) throws WebSocketProtocolException {
        payloads = 0;
        long before = AllocatedBytes.ofThisThread();
        run(wire, start, FRAMES);
        long allocated = AllocatedBytes.ofThisThread() - before;
        // Every other frame is cut in the middle of its payload.
        assertEquals(FRAMES + FRAMES / 2, payloads);
        return allocated;
    }

    private void run(ByteBuffer wire, int start, int frames) throws WebSocketProtocolException {
        int capacity = wire.limit();
        for (int i = 0; i < frames; i++) {
            int key = keys.next();
            wire.limit(capacity).position(start);
            FrameWriter.header(wire, Opcode.TEXT, true, 0, PAYLOAD_BYTES, key);
            Mask.copy(payload.rewind(), wire, key);
            int end = wire.position();
            wire.position(start);
            if ((i & 1) == 0) {
                read(wire.limit(start + 4));
                read(wire.limit(start + 40));
            }
            read(wire.limit(end));
            wire.limit(capacity);
        }
    }

    private void read(ByteBuffer src) throws WebSocketProtocolException {
        FrameReader.Event event = reader.next(src);
        while (event != FrameReader.Event.NEED_MORE) {
            if (event == FrameReader.Event.PAYLOAD) {
                payloads++;
                assertTrue(validator.accept(src, reader.payloadStart(), reader.payloadEnd()));
            }
            event = reader.next(src);
        }
    }
}
