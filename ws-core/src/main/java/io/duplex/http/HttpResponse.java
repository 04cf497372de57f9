package io.duplex.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A response with its whole body in memory. Immutable: each method that adds something returns a new
 * response.
 *
 * <p>{@code Content-Length}, {@code Transfer-Encoding} and {@code Connection} are derived from the response
 * and cannot be set. There is no {@code Date}, because this package has no clock; the application may add it.
 */
public final class HttpResponse {
    private static final List<String> RESERVED = List.of("Content-Length", "Transfer-Encoding", "Connection");
    private static final String TEXT = "text/plain; charset=utf-8";

    private final int status;
    private final HttpHeaders headers;
    private final byte[] body;

    private HttpResponse(int status, HttpHeaders headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Creates a response without fields and with an empty body.
     *
     * @param status 200 to 599
     * @return the response
     * @throws IllegalArgumentException if the status is out of range
     */
    public static HttpResponse of(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status " + status + " is not 200 to 599");
        }
        return new HttpResponse(status, HttpHeaders.of(), new byte[0]);
    }

    /**
     * Creates a response that states an error in a line of text.
     *
     * @param status 400 to 599
     * @param reason a short English sentence for the peer, with nothing internal in it
     * @return the response
     * @throws IllegalArgumentException if the status is out of range
     */
    public static HttpResponse error(int status, String reason) {
        return of(status).body(status + " " + HttpStatus.reason(status) + ": " + reason + "\n", TEXT);
    }

    /**
     * Creates the response to a malformed request. The connection must be closed after it, because the start
     * of the next request is unknown.
     *
     * @param fault the error
     * @return the response
     */
    public static HttpResponse of(HttpException fault) {
        return error(fault.status(), fault.getMessage());
    }

    /**
     * Creates a response with 404: the path does not exist.
     *
     * @return the response
     */
    public static HttpResponse notFound() {
        return error(HttpStatus.NOT_FOUND, "nothing here");
    }

    /**
     * Creates a response with 405: the path exists, but not for this method.
     *
     * @param allow the methods of the path, for {@code Allow}
     * @return the response
     * @throws IllegalArgumentException if a method is not a token
     */
    public static HttpResponse methodNotAllowed(String... allow) {
        for (String method : allow) {
            if (!HttpSyntax.isToken(method)) {
                throw new IllegalArgumentException(
                        "The method " + HttpSyntax.quote(method) + " is not a token");
            }
        }
        return error(HttpStatus.METHOD_NOT_ALLOWED, "this path has no such method")
                .header("Allow", String.join(", ", allow));
    }

    /**
     * Adds a field line.
     *
     * @param name a token, not one of the three derived fields
     * @param value its value
     * @return the response with the field after the others
     * @throws IllegalArgumentException if the field is malformed or a derived one; the message names it
     */
    public HttpResponse header(String name, String value) {
        if (RESERVED.stream().anyMatch(name::equalsIgnoreCase)) {
            throw new IllegalArgumentException(name + " is written with the response and cannot be set");
        }
        return new HttpResponse(status, headers.toBuilder().add(name, value).build(), body);
    }

    /**
     * Replaces the body with text in UTF-8.
     *
     * @param text the text
     * @param contentType such as {@code text/plain; charset=utf-8}
     * @return the response with this body
     * @throws IllegalArgumentException if the content type is malformed
     */
    public HttpResponse body(String text, String contentType) {
        return withBody(text.getBytes(StandardCharsets.UTF_8), contentType);
    }

    /**
     * Replaces the body.
     *
     * @param bytes the body, which is copied
     * @param contentType such as {@code image/png}
     * @return the response with this body
     * @throws IllegalArgumentException if the content type is malformed
     */
    public HttpResponse body(byte[] bytes, String contentType) {
        return withBody(bytes.clone(), contentType);
    }

    /**
     * Replaces the body.
     *
     * @param bytes the body, which is copied; the buffer's position stays
     * @param contentType such as {@code image/png}
     * @return the response with this body
     * @throws IllegalArgumentException if the content type is malformed
     */
    public HttpResponse body(ByteBuffer bytes, String contentType) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return withBody(copy, contentType);
    }

    /** Takes ownership of the array. */
    private HttpResponse withBody(byte[] bytes, String contentType) {
        return new HttpResponse(status, headers.toBuilder().set("Content-Type", contentType).build(), bytes);
    }

    /**
     * Returns the status code.
     *
     * @return 200 to 599
     */
    public int status() {
        return status;
    }

    /**
     * Returns the fields without the derived ones.
     *
     * @return the fields
     */
    public HttpHeaders headers() {
        return headers;
    }

    /**
     * Returns the body. {@link #encode} may omit it.
     *
     * @return a new read-only view
     */
    public ByteBuffer body() {
        return ByteBuffer.wrap(body).asReadOnlyBuffer();
    }

    /**
     * Returns the head as it is sent: with {@code Connection}, and with {@code Content-Length} unless the
     * status forbids it.
     *
     * @param persistence whether the connection continues
     * @return the head
     */
    public ResponseHead head(Persistence persistence) {
        HttpHeaders.Builder all = headers.toBuilder();
        if (mayHaveBody()) {
            all.add("Content-Length", Integer.toString(body.length));
        }
        // Upgrade is a field of this connection and must be listed as such (RFC 9110 section 7.8).
        String options = headers.contains("Upgrade")
                ? "Upgrade, " + persistence.option()
                : persistence.option();
        return ResponseHead.of(status, all.add("Connection", options).build());
    }

    /**
     * Encodes the response. HEAD, 204 and 304 have no body (RFC 9110 sections 9.3.2, 15.3.5, 15.4.5);
     * {@code Content-Length} has the value for GET, and is omitted for 204 and 304.
     *
     * @param method the method of the request
     * @param persistence whether the connection continues
     * @return a new array
     */
    public byte[] encode(String method, Persistence persistence) {
        Objects.requireNonNull(method, "method");
        byte[] head = head(persistence).encode();
        if (!mayHaveBody() || method.equals("HEAD")) {
            return head;
        }
        byte[] message = new byte[head.length + body.length];
        System.arraycopy(head, 0, message, 0, head.length);
        System.arraycopy(body, 0, message, head.length, body.length);
        return message;
    }

    private boolean mayHaveBody() {
        return status != HttpStatus.NO_CONTENT && status != HttpStatus.NOT_MODIFIED;
    }

    /** Returns the status and its reason, without fields and body. */
    @Override
    public String toString() {
        return status + " " + HttpStatus.reason(status);
    }
}
