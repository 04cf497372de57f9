package io.duplex.http;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Request line and header section (RFC 9112 section 3).
 *
 * <p>A head from a {@link RequestReader} follows every rule for requests, such as the single {@code Host}. A
 * head from the constructor is checked for syntax only; the caller is responsible for its fields.
 *
 * @param method a token, case-sensitive
 * @param target the request target in any of its forms, as received
 * @param version the version
 * @param headers the fields
 */
public record RequestHead(String method, String target, HttpVersion version, HttpHeaders headers) {
    /**
     * Checks the syntax, so that the head can be written.
     *
     * @throws IllegalArgumentException if the method is not a token, or the target has a forbidden character
     */
    public RequestHead {
        if (!HttpSyntax.isToken(method)) {
            throw new IllegalArgumentException("The method " + HttpSyntax.quote(method) + " is not a token");
        }
        if (!HttpSyntax.isTarget(target)) {
            throw new IllegalArgumentException(
                    "The request target " + HttpSyntax.quote(Masked.uri(target)) + " is malformed");
        }
        if (version == null || headers == null) {
            throw new NullPointerException("version and headers must be given");
        }
    }

    /**
     * Returns the form of the target.
     *
     * @return one of the four
     * @throws IllegalStateException if it is malformed; never for a head that was read
     */
    public TargetForm targetForm() {
        try {
            return TargetForm.of(target);
        } catch (HttpException e) {
            throw malformed(e);
        }
    }

    /**
     * Returns the target, decoded.
     *
     * @return the path and the query
     * @throws IllegalStateException if the target has no path, or its path or query is malformed; never for a
     * handshake that was accepted
     */
    public RequestTarget requestTarget() {
        try {
            return RequestTarget.parse(target);
        } catch (HttpException e) {
            throw malformed(e);
        }
    }

    /**
     * Returns the host that the client addresses: the authority of an absolute target, otherwise the
     * {@code Host} field.
     *
     * @return the authority; empty if there is neither, which HTTP/1.0 allows
     * @throws IllegalStateException if it is malformed; never for a head that was read
     */
    public Optional<Authority> authority() {
        try {
            if (TargetForm.of(target) == TargetForm.ABSOLUTE) {
                return Optional.of(TargetForm.authorityOf(target));
            }
            Optional<String> host = headers.first("Host");
            return host.isEmpty() ? Optional.empty() : Optional.of(Authority.parse(host.get()));
        } catch (HttpException e) {
            throw malformed(e);
        }
    }

    private static IllegalStateException malformed(HttpException fault) {
        return new IllegalStateException("The request head is malformed: " + fault.getMessage(), fault);
    }

    /**
     * Checks whether a body follows the head, by {@code Transfer-Encoding} or a {@code Content-Length} that
     * is not zero (RFC 9112 section 6.3).
     *
     * @return true if bytes of a body follow
     */
    public boolean hasBody() {
        return BodyFraming.hasBody(headers);
    }

    /**
     * Checks whether the client waits for 100 Continue before it sends the body (RFC 9110 section 10.1.1).
     *
     * @return true if it waits; false in HTTP/1.0
     */
    public boolean expectsContinue() {
        return version == HttpVersion.HTTP_1_1 && hasBody()
                && headers.first("Expect").filter("100-continue"::equalsIgnoreCase).isPresent();
    }

    /**
     * Encodes the head, with the empty line at its end.
     *
     * @return a new array
     */
    public byte[] encode() {
        return headers.encode(method, target, version.toString());
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

    /** Returns the head for a log, without credentials. */
    @Override
    public String toString() {
        return "RequestHead[" + method + " " + Masked.uri(target) + " " + version + ", " + headers + "]";
    }
}
