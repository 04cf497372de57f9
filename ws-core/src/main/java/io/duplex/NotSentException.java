package io.duplex;

import java.io.IOException;

/** The connection ended, or was not open, so a message was not sent or a ping will never be answered. */
public final class NotSentException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the operation that failed.
     *
     * @param message a sentence
     */
    public NotSentException(String message) {
        super(message);
    }
}
