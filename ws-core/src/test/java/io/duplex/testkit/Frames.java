package io.duplex.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One frame built bit by bit (RFC 6455 section 5.2), the impossible ones included: nothing is checked, and
 * every field can be set against the others. Immutable.
 *
 * @param opcode       the four bits
 * @param fin          the FIN bit
 * @param rsv          the three reserved bits as a number, RSV1 is 4
 * @param masked       whether the mask bit is set, a key written and the payload masked
 * @param payload      the payload before masking
 * @param length the length in the header
 * @param lengthBytes how the length is written: 0 in the seven bits, or 2 or 8 bytes after them
 */
public record Frames(int opcode, boolean fin, int rsv, boolean masked, Payload payload, long length,
        int lengthBytes) {
    /** The key of every masked frame: each byte is another one, none is 0. */
    public static final int KEY = 0x37FA213D;

    private static Frames frame(int opcode, byte[] payload) {
        int lengthBytes = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
        return new Frames(opcode, true, 0, false, new Payload(payload), payload.length, lengthBytes);
    }

    /**
     * A frame of any opcode, final and unmasked.
     *
     * @param opcode  the four bits
     * @param payload the payload
     * @return the frame
     */
    public static Frames of(int opcode, byte... payload) {
        return frame(opcode, payload.clone());
    }

    /**
     * A text message in one frame.
     *
     * @param text the message
     * @return the frame
     */
    public static Frames text(String text) {
        return frame(1, utf8(text));
    }

    /**
     * A binary message in one frame.
     *
     * @param payload the message
     * @return the frame
     */
    public static Frames binary(byte... payload) {
        return frame(2, payload.clone());
    }

    /**
     * A last continuation.
     *
     * @param payload its payload
     * @return the frame
     */
    public static Frames continuation(byte... payload) {
        return frame(0, payload.clone());
    }

    /**
     * A ping.
     *
     * @param payload its payload
     * @return the frame
     */
    public static Frames ping(String payload) {
        return frame(9, utf8(payload));
    }

    /**
     * A pong.
     *
     * @param payload its payload
     * @return the frame
     */
    public static Frames pong(String payload) {
        return frame(10, utf8(payload));
    }

    /**
     * A Close frame without payload.
     *
     * @return the frame
     */
    public static Frames close() {
        return frame(8, new byte[0]);
    }

    /**
     * A Close frame.
     *
     * @param code   any 16 bits
     * @param reason any length
     * @return the frame
     */
    public static Frames close(int code, String reason) {
        byte[] text = utf8(reason);
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        return frame(8, payload);
    }

    /**
     * The same, not final.
     *
     * @return another frame
     */
    public Frames notFinal() {
        return new Frames(opcode, false, rsv, masked, payload, length, lengthBytes);
    }

    /**
     * The same with reserved bits.
     *
     * @param bits RSV1 is 4, RSV2 is 2, RSV3 is 1
     * @return another frame
     */
    public Frames withRsv(int bits) {
        return new Frames(opcode, fin, bits, masked, payload, length, lengthBytes);
    }

    /**
     * The same, masked as a client does.
     *
     * @return another frame
     */
    public Frames mask() {
        return new Frames(opcode, fin, rsv, true, payload, length, lengthBytes);
    }

    /**
     * Returns the same frame with another length in its header, written in 8 bytes.
     *
     * @param value any 64 bits
     * @return another frame
     */
    public Frames claiming(long value) {
        return new Frames(opcode, fin, rsv, masked, payload, value, 8);
    }

    /**
     * The same with its length written in another form.
     *
     * @param count 0, 2 or 8
     * @return another frame
     */
    public Frames withLengthBytes(int count) {
        return new Frames(opcode, fin, rsv, masked, payload, length, count);
    }

    /**
     * The frame on the wire.
     *
     * @return a new array
     */
    public byte[] bytes() {
        ByteArrayOutputStream wire = new ByteArrayOutputStream(payload.bytes().length + 14);
        wire.write((fin ? 0x80 : 0) | rsv << 4 | opcode);
        int sevenBits = lengthBytes == 0 ? (int) length : lengthBytes == 2 ? 126 : 127;
        wire.write((masked ? 0x80 : 0) | sevenBits);
        for (int i = lengthBytes - 1; i >= 0; i--) {
            wire.write((int) (length >> 8 * i));
        }
        if (masked) {
            for (int i = 0; i < 4; i++) {
                wire.write(keyByte(i));
            }
        }
        for (int i = 0; i < payload.bytes().length; i++) {
            wire.write(payload.bytes()[i] ^ (masked ? keyByte(i) : 0));
        }
        return wire.toByteArray();
    }

    private static int keyByte(int i) {
        return KEY >> 24 - 8 * (i % 4) & 0xFF;
    }

    /**
     * Joins several frames, or other bytes.
     *
     * @param pieces the pieces
     * @return a new array
     */
    public static byte[] join(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
