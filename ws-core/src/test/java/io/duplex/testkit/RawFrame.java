package io.duplex.testkit;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A frame as received, read field by field in the order of the figure in RFC 6455 section 5.2. Nothing is
 * checked, nothing is fast: this reader shares neither code nor ideas with the one it judges.
 *
 * @param opcode      the four bits
 * @param fin         the FIN bit
 * @param rsv         the three reserved bits as a number, RSV1 is 4
 * @param masked      the mask bit
 * @param lengthBytes how the length was written: 0, 2 or 8 bytes after the seven bits
 * @param payload     the payload, unmasked
 */
public record RawFrame(int opcode, boolean fin, int rsv, boolean masked, int lengthBytes, Payload payload) {
    /**
     * Reads one frame.
     *
     * @param in where from
     * @return the frame
     * @throws EOFException if the stream ends before or inside the frame
     * @throws IOException  if reading fails
     */
    public static RawFrame read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int first = data.readUnsignedByte();
        int second = data.readUnsignedByte();
        int sevenBits = second & 0x7F;
        int lengthBytes = sevenBits == 126 ? 2 : sevenBits == 127 ? 8 : 0;
        long length = switch (lengthBytes) {
            case 2 -> data.readUnsignedShort();
            case 8 -> data.readLong();
            default -> sevenBits;
        };
        boolean masked = (second & 0x80) != 0;
        byte[] key = new byte[4];
        if (masked) {
            data.readFully(key);
        }
        byte[] payload = new byte[Math.toIntExact(length)];
        data.readFully(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= key[i % 4];
        }
        return new RawFrame(first & 0x0F, (first & 0x80) != 0, first >> 4 & 7, masked, lengthBytes,
                new Payload(payload));
    }

    /**
     * Returns whether this is a Close frame.
     *
     * @return true for opcode 8
     */
    public boolean isClose() {
        return opcode == 8;
    }

    /**
     * The code of a Close frame.
     *
     * @return the first two bytes of the payload
     */
    public int closeCode() {
        byte[] bytes = payload.bytes();
        return (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
    }

    /**
     * The reason of a Close frame.
     *
     * @return the payload after the code
     */
    public String closeReason() {
        return payload.text().isEmpty()
                ? ""
                : new Payload(
                        Arrays.copyOfRange(payload.bytes(), 2, payload.bytes().length)).text();
    }

    /**
     * The payload as text.
     *
     * @return decoded from UTF-8
     */
    public String text() {
        return payload.text();
    }
}
