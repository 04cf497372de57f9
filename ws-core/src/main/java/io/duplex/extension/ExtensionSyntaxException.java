package io.duplex.extension;

/**
 * A {@code Sec-WebSocket-Extensions} field that breaks the grammar of RFC 6455 section 9.1, or is too long.
 */
public final class ExtensionSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message one sentence, which repeats no input from the wire
     */
    public ExtensionSyntaxException(String message) {
        super(message);
    }
}
