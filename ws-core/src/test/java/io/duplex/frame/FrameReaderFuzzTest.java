package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes at all: a reader says HEADER, PAYLOAD, NEED_MORE or a protocol error, in an order that
 * {@link FrameTrace} checks, and the same however the bytes are cut. A normal build replays the kept inputs.
 * With {@code JAZZER_FUZZ=1} in the environment and {@code -Djazzer.hooks=true} new inputs are searched.
 */
class FrameReaderFuzzTest {
    private static final int MAX_FRAME_BYTES = 4096;

    @FuzzTest(maxDuration = "30s")
    void anyBytesGiveTheSameEventsHoweverCut(byte[] data) {
        if (data.length == 0) {
            return;
        }
        // The first byte chooses the reader and the size of the parts.
        int choice = data[0] & 0xFF;
        byte[] wire = Arrays.copyOfRange(data, 1, data.length);
        BufferKind kind = BufferKind.values()[choice % BufferKind.values().length];
        List<String> whole = FrameTrace.of(reader(choice), BufferKind.HEAP, wire);
        assertEquals(whole,
                FrameTrace.of(reader(choice), kind, wire, everyFew(wire.length, 1 + (choice >>> 4))));
    }

    private static FrameReader reader(int choice) {
        FrameReader reader = new FrameReader((choice & 1) == 0, MAX_FRAME_BYTES);
        reader.allowReservedBits((choice & 2) == 0 ? 0 : 4);
        return reader;
    }

    private static int[] everyFew(int length, int step) {
        int[] cuts = new int[length / step];
        Arrays.setAll(cuts, index -> index * step);
        return cuts;
    }
}
