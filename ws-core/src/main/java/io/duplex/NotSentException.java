package io.duplex;

import java.io.IOException;

/** The connection ended, or was not open, so that something did not leave or will never be answered. */
public final class NotSentException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what did not happen.
     *
     * @param message a sentence
     */
    public NotSentException(String message) {
        super(message);
    }
}
