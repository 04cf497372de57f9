package io.duplex.http;

import java.nio.ByteBuffer;

/**
 * Status line and header section (RFC 9112 section 4).
 *
 * @param status 100 to 599
 * @param reason the reason phrase, for people; may be empty
 * @param version the version
 * @param headers the fields
 */
public record ResponseHead(int status, String reason, HttpVersion version, HttpHeaders headers) {
    /**
     * Checks the syntax, so that the head can be written.
     *
     * @throws IllegalArgumentException if the status is out of range, or the reason has a control character
     * or one beyond ISO-8859-1
     */
    public ResponseHead {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("status " + status + " is not 100 to 599");
        }
        if (!HttpSyntax.isFieldText(reason)) {
            throw new IllegalArgumentException("malformed reason phrase " + HttpSyntax.quote(reason));
        }
        if (version == null || headers == null) {
            throw new NullPointerException("version and headers must be given");
        }
    }

    /**
     * Creates a head of HTTP/1.1 with the standard reason phrase.
     *
     * @param status 100 to 599
     * @param headers the fields
     * @return the head
     * @throws IllegalArgumentException if the status is out of range
     */
    public static ResponseHead of(int status, HttpHeaders headers) {
        return new ResponseHead(status, HttpStatus.reason(status), HttpVersion.HTTP_1_1, headers);
    }

    /**
     * Encodes the head, with the empty line at its end.
     *
     * @return a new array
     */
    public byte[] encode() {
        return headers.encode(version.toString(), Integer.toString(status), reason);
    }

    /**
     * Encodes the head into a buffer, with the empty line at its end.
     *
     * @param dst receives the bytes
     * @throws java.nio.BufferOverflowException if they do not fit; nothing is written then
     */
    public void encode(ByteBuffer dst) {
        dst.put(encode());
    }
}
