package io.duplex.frame;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A frame, coded as plainly as RFC 6455 section 5.2 draws it: one bit or byte after the other, with nothing
 * in common with the codec under test. It can also write frames that are wrong.
 */
record NaiveFrame(boolean fin, int reservedBits, int opcode, boolean masked, int key, byte[] payload) {

    static NaiveFrame of(Opcode opcode, byte[] payload) {
        return new NaiveFrame(true, 0, opcode.value(), false, 0, payload);
    }

    NaiveFrame masked(int newKey) {
        return new NaiveFrame(fin, reservedBits, opcode, true, newKey, payload);
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte((fin ? 128 : 0) + reservedBits * 16 + opcode);
            int maskBit = masked ? 128 : 0;
            if (payload.length <= 125) {
                out.writeByte(maskBit + payload.length);
            } else if (payload.length <= 65535) {
                out.writeByte(maskBit + 126);
                out.writeShort(payload.length);
            } else {
                out.writeByte(maskBit + 127);
                out.writeLong(payload.length);
            }
            if (masked) {
                out.writeInt(key);
            }
            out.write(masked ? mask(payload, key) : payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static NaiveFrame decode(DataInputStream in) throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        boolean masked = second >= 128;
        long length = second % 128;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        int key = masked ? in.readInt() : 0;
        byte[] payload = in.readNBytes(Math.toIntExact(length));
        byte[] clear = masked ? mask(payload, key) : payload;
        return new NaiveFrame(first >= 128, first / 16 % 8, first % 16, masked, key, clear);
    }

    static byte[] mask(byte[] payload, int key) {
        int[] octets = { key >>> 24, key >>> 16 & 255, key >>> 8 & 255, key & 255 };
        byte[] result = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            result[i] = (byte) (payload[i] ^ octets[i % 4]);
        }
        return result;
    }
}
