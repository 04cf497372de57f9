package io.duplex.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Runs a reader over input that is cut into parts and writes down what it says, a line for each header, whole
 * payload or error. The parts of a payload are joined, so that the lines must not depend on the cuts. On the
 * way it checks what the reader promises about the buffer.
 */
final class FrameTrace {
    private final FrameReader reader;
    private final BufferKind kind;
    private final List<String> lines = new ArrayList<>();
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
    private boolean inFrame;
    private boolean failed;

    FrameTrace(FrameReader reader, BufferKind kind) {
        this.reader = reader;
        this.kind = kind;
    }

    /** The lines, after a check that they are the same whole, byte by byte, and cut once at every offset. */
    static List<String> howeverCut(Supplier<FrameReader> readers, byte[] input) {
        List<String> whole = of(readers.get(), BufferKind.HEAP, input);
        for (BufferKind kind : BufferKind.values()) {
            assertEquals(whole, of(readers.get(), kind, input), () -> "whole, " + kind);
            assertEquals(whole, byteByByte(readers.get(), kind, input), () -> "byte by byte, " + kind);
        }
        for (int cut = 0; cut <= input.length; cut++) {
            int offset = cut;
            assertEquals(whole, of(readers.get(), BufferKind.DIRECT, input, cut), () -> "cut at " + offset);
        }
        return whole;
    }

    static List<String> byteByByte(FrameReader reader, BufferKind kind, byte[] input) {
        int[] cuts = new int[input.length];
        Arrays.setAll(cuts, index -> index);
        return of(reader, kind, input, cuts);
    }

    /** The lines for input that is cut at these offsets, in ascending order. */
    static List<String> of(FrameReader reader, BufferKind kind, byte[] input, int... cuts) {
        FrameTrace trace = new FrameTrace(reader, kind);
        int from = 0;
        for (int cut : cuts) {
            trace.feed(Arrays.copyOfRange(input, from, cut));
            from = cut;
        }
        trace.feed(Arrays.copyOfRange(input, from, input.length));
        return trace.end();
    }

    void feed(byte[] part) {
        ByteBuffer src = kind.holding(part);
        int limit = src.limit();
        FrameReader.Event event = null;
        while (event != FrameReader.Event.NEED_MORE && !failed) {
            int position = src.position();
            try {
                event = reader.next(src);
            } catch (WebSocketProtocolException e) {
                lines.add("ERROR " + e.error());
                failed = true;
                return;
            }
            note(event, src, position);
            assertEquals(limit, src.limit(), "the limit is the caller's");
        }
    }

    private void note(FrameReader.Event event, ByteBuffer src, int positionBefore) {
        switch (event) {
            case NEED_MORE -> assertFalse(src.hasRemaining(), "NEED_MORE leaves nothing");
            case HEADER -> {
                assertFalse(inFrame, "a header inside of a frame");
                inFrame = true;
                lines.add(header(reader));
            }
            case PAYLOAD -> {
                assertTrue(inFrame, "a payload without a header");
                assertEquals(positionBefore, reader.payloadStart());
                assertEquals(src.position(), reader.payloadEnd());
                byte[] part = new byte[reader.payloadEnd() - reader.payloadStart()];
                src.get(reader.payloadStart(), part);
                assertTrue(part.length > 0 || reader.payloadLength() == 0, "an empty part of a payload");
                payload.writeBytes(part);
                if (reader.frameEnds()) {
                    endFrame();
                }
            }
        }
    }

    private void endFrame() {
        assertEquals(reader.payloadLength(), payload.size());
        lines.add(payload(payload.toByteArray()));
        payload.reset();
        inFrame = false;
    }

    List<String> end() {
        if (payload.size() > 0) {
            lines.add("UNFINISHED " + Bytes.hex(payload.toByteArray()));
        }
        return lines;
    }

    static String header(Opcode opcode, boolean fin, int reservedBits, long payloadLength) {
        return "HEADER " + opcode + (fin ? " fin " : " ") + reservedBits + " " + payloadLength;
    }

    static String payload(byte[] bytes) {
        return "PAYLOAD " + Bytes.hex(bytes);
    }

    private static String header(FrameReader reader) {
        return header(reader.opcode(), reader.fin(), reader.reservedBits(), reader.payloadLength());
    }
}
