package io.duplex.extension;

import java.io.IOException;

/**
 * The client's offer does not allow the server's response about extensions; the client must fail the
 * connection (RFC 6455 sections 4.1 and 9.1).
 */
public final class ExtensionException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message one sentence that names the extension and, where there is one, the parameter
     */
    public ExtensionException(String message) {
        super(message);
    }
}
