package io.duplex.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The body of a request, whole and in memory. Immutable. */
public final class RequestBody {
    /** No body, or one of no bytes. */
    public static final RequestBody EMPTY = new RequestBody(new byte[0]);

    private final byte[] bytes;

    /** The array must never change from here on. */
    RequestBody(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A body.
     *
     * @param bytes its bytes, which are copied
     * @return the body
     */
    public static RequestBody of(byte[] bytes) {
        return new RequestBody(bytes.clone());
    }

    /**
     * The number of bytes.
     *
     * @return 0 or more
     */
    public int length() {
        return bytes.length;
    }

    /**
     * The bytes.
     *
     * @return a new array
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * The bytes.
     *
     * @return a new read-only view
     */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /**
     * The body as UTF-8, whatever {@code Content-Type} says. Malformed bytes become U+FFFD.
     *
     * @return the text
     */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RequestBody body && Arrays.equals(bytes, body.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The length only: a body may hold secrets. */
    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
