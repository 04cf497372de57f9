package io.duplex;

import io.duplex.http.ResponseHead;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** The opening handshake failed, on a client (RFC 6455 section 4.1): the connection was never open. */
public sealed class HandshakeException extends IOException permits HandshakeTimeoutException {
    /** The maximum number of bytes of a response's body that are kept. */
    public static final int MAX_BODY_BYTES = 8 * 1024;

    private static final long serialVersionUID = 1L;

    /** Not part of the serialised form, like the body: null after deserialisation. */
    private final transient ResponseHead response;
    private final transient byte[] body;

    /**
     * The handshake failed before there was a response.
     *
     * @param message one specific sentence
     */
    public HandshakeException(String message) {
        super(message);
        this.response = null;
        this.body = new byte[0];
    }

    /**
     * The handshake failed before there was a response, because of another exception.
     *
     * @param message one specific sentence
     * @param cause   the other exception
     */
    public HandshakeException(String message, Throwable cause) {
        super(message, cause);
        this.response = null;
        this.body = new byte[0];
    }

    /**
     * The response was not one that opens the connection.
     *
     * @param message  one specific sentence
     * @param response the server's response
     * @param body     the start of the response's body, of which {@link #MAX_BODY_BYTES} are kept
     */
    public HandshakeException(String message, ResponseHead response, byte[] body) {
        super(message);
        this.response = Objects.requireNonNull(response, "response");
        this.body = Arrays.copyOf(body, Math.min(body.length, MAX_BODY_BYTES));
    }

    /**
     * Returns the server's response.
     *
     * @return empty if there was none, or none with a well-formed head
     */
    public Optional<ResponseHead> response() {
        return Optional.ofNullable(response);
    }

    /**
     * Returns the start of the response's body, which often has a better explanation for users.
     *
     * @return at most {@link #MAX_BODY_BYTES}; a copy
     */
    public byte[] body() {
        return body == null ? new byte[0] : body.clone();
    }
}
