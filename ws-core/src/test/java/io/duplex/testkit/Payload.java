package io.duplex.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Bytes that compare by content and print themselves, so that a failed assertion can be read.
 *
 * @param bytes the content, never changed
 */
public record Payload(byte[] bytes) {
    private static final int SHOWN_BYTES = 40;

    /**
     * Copies the remaining bytes of a buffer; the buffer does not change.
     *
     * @param buffer from position to limit
     * @return the copy
     */
    public static Payload copyOf(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(buffer.position(), copy);
        return new Payload(copy);
    }

    /**
     * The UTF-8 bytes of a text.
     *
     * @param text the text
     * @return its bytes
     */
    public static Payload of(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The bytes as text.
     *
     * @return decoded from UTF-8
     */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN_BYTES));
        return bytes.length + " bytes " + hex + (bytes.length > SHOWN_BYTES ? "…" : "");
    }
}
