package io.duplex.session;

import java.io.EOFException;

/** The connection ended before a streamed message did. */
final class StreamEndException extends EOFException implements ConnectionEnd {
    private static final long serialVersionUID = 1L;

    StreamEndException(String message) {
        super(message);
    }
}
