package io.duplex.extension;

import java.io.IOException;

/**
 * The server's answer about extensions is not one that the client's offer allows; the client must fail the
 * connection (RFC 6455 sections 4.1 and 9.1).
 */
public final class ExtensionException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong.
     *
     * @param message one sentence that names the extension and, where there is one, the parameter
     */
    public ExtensionException(String message) {
        super(message);
    }
}
