package io.duplex.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The body of a request, whole and in memory. Immutable. */
public final class RequestBody {
    /** No body, or one of no bytes. */
    public static final RequestBody EMPTY = new RequestBody(new byte[0]);

    private final byte[] bytes;

    /** Takes ownership of the array. */
    RequestBody(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Creates a body.
     *
     * @param bytes its bytes, which are copied
     * @return the body
     */
    public static RequestBody of(byte[] bytes) {
        return new RequestBody(bytes.clone());
    }

    /**
     * Returns the number of bytes.
     *
     * @return 0 or more
     */
    public int length() {
        return bytes.length;
    }

    /**
     * Returns the bytes.
     *
     * @return a new array
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Returns the bytes.
     *
     * @return a new read-only view
     */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /**
     * Decodes the body as UTF-8. {@code Content-Type} is ignored. Malformed bytes become U+FFFD.
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

    /** Returns the length only: a body may contain secrets. */
    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
