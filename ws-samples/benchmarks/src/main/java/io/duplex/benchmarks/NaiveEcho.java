package io.duplex.benchmarks;

import io.duplex.benchmarks.NaiveCodec.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A simple echo between two endpoints: an array for each frame, an object for each message. It has no
 * fragments, control frames, limits, queues or deadlines, checks no UTF-8, and takes its masks from a
 * generator that RFC 6455 section 5.3 does not allow. All of that makes it faster.
 */
final class NaiveEcho {
    private static final int FIN = 0x80;
    private static final int TEXT = 1;
    private static final int BINARY = 2;

    private final ByteBuffer wire;

    NaiveEcho(int bufferBytes) {
        wire = ByteBuffer.allocateDirect(bufferBytes);
    }

    /** Sends a message from the client to the server and back. */
    Object roundTrip(Object message) {
        Object atServer = transfer(message, true);
        return transfer(atServer, false);
    }

    private Object transfer(Object message, boolean masked) {
        wire.clear().put(encode(message, masked)).flip();
        return decode(NaiveCodec.read(wire));
    }

    private static byte[] encode(Object message, boolean masked) {
        boolean text = message instanceof String;
        byte[] payload = text ? ((String) message).getBytes(StandardCharsets.UTF_8) : (byte[]) message;
        int lengthBytes = payload.length < 126 ? 1 : payload.length < 65536 ? 3 : 9;
        ByteBuffer frame = ByteBuffer.allocate(1 + lengthBytes + (masked ? 4 : 0) + payload.length);
        int firstByte = FIN | (text ? TEXT : BINARY);
        if (masked) {
            byte[] key = new byte[4];
            ThreadLocalRandom.current().nextBytes(key);
            NaiveCodec.write(frame, firstByte, payload, key);
        } else {
            writeUnmasked(frame, firstByte, payload);
        }
        return frame.array();
    }

    private static void writeUnmasked(ByteBuffer frame, int firstByte, byte[] payload) {
        frame.put((byte) firstByte);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 65536) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload);
    }

    private static Object decode(Frame frame) {
        return (frame.firstByte() & 0xF) == TEXT
                ? new String(frame.payload(), StandardCharsets.UTF_8)
                : frame.payload();
    }
}
