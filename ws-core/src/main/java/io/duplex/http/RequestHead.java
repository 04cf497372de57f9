package io.duplex.http;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Request line and header section (RFC 9112 section 3).
 *
 * <p>What a {@link RequestReader} returns keeps every rule for requests, such as the one {@code Host}. A head
 * made by hand is checked for syntax only: which fields it needs is the caller's business.
 *
 * @param method a token, with case
 * @param target the request target in any of its forms, as received
 * @param version the version
 * @param headers the fields
 */
public record RequestHead(String method, String target, HttpVersion version, HttpHeaders headers) {
    /**
     * Checks the syntax, so that the head can be written.
     *
     * @throws IllegalArgumentException if the method is no token, or the target has a character that it must
     * not have
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
     * The form of the target.
     *
     * @return one of the four
     * @throws HttpException with status 400 if it has none of them; never for a head that was read
     */
    public TargetForm targetForm() throws HttpException {
        return TargetForm.of(target);
    }

    /**
     * The target, decoded.
     *
     * @return the path and the query
     * @throws HttpException with status 400 if the target is in authority-form or asterisk-form, or malformed
     */
    public RequestTarget requestTarget() throws HttpException {
        return RequestTarget.parse(target);
    }

    /**
     * Whom the client believes to talk to: the authority of an absolute target, else the {@code Host} field.
     *
     * @return the authority; empty if there is neither, which HTTP/1.0 allows
     * @throws HttpException with status 400 if it is malformed; never for a head that was read
     */
    public Optional<Authority> authority() throws HttpException {
        if (targetForm() == TargetForm.ABSOLUTE) {
            return Optional.of(TargetForm.authorityOf(target));
        }
        Optional<String> host = headers.first("Host");
        return host.isEmpty() ? Optional.empty() : Optional.of(Authority.parse(host.get()));
    }

    /**
     * Whether a body follows the head: there is a {@code Transfer-Encoding}, or a {@code Content-Length} that
     * is not zero (RFC 9112 section 6.3).
     *
     * @return true if bytes of a body follow
     */
    public boolean hasBody() {
        return BodyFraming.hasBody(headers);
    }

    /**
     * Whether the client waits for 100 Continue before it sends the body (RFC 9110 section 10.1.1). HTTP/1.0
     * has no such thing.
     *
     * @return true if it does
     */
    public boolean expectsContinue() {
        return version == HttpVersion.HTTP_1_1 && hasBody()
                && headers.first("Expect").filter("100-continue"::equalsIgnoreCase).isPresent();
    }

    /**
     * The bytes of the head, with the empty line at its end.
     *
     * @return a new array
     */
    public byte[] encode() {
        return HeadWriter.write(method + " " + target + " " + version, headers);
    }

    /**
     * Writes the bytes of the head, with the empty line at its end.
     *
     * @param dst takes the bytes; its position moves behind them
     * @throws java.nio.BufferOverflowException if they do not fit; then nothing is written
     */
    public void encode(ByteBuffer dst) {
        dst.put(encode());
    }

    /** Without credentials; this ends up in logs. */
    @Override
    public String toString() {
        return "RequestHead[" + method + " " + Masked.uri(target) + " " + version + ", " + headers + "]";
    }
}
