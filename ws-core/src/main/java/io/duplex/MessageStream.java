package io.duplex;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;

/**
 * One message that is read while it arrives. For one thread. Closing it skips the rest of the message.
 */
public interface MessageStream extends AutoCloseable {
    /**
     * Returns whether this is a text message.
     *
     * @return false for a binary one
     */
    boolean isText();

    /**
     * Returns the payload of a binary message. Reading throws an {@code IOException} if the connection fails
     * before the message's end.
     *
     * @return always the same stream
     * @throws IllegalStateException for a text message
     */
    InputStream bytes();

    /**
     * Returns the characters of a text message. Reading throws an {@code IOException} if the connection fails
     * before the message's end.
     *
     * @return always the same reader
     * @throws IllegalStateException for a binary message
     */
    Reader text();

    /**
     * Skips the rest of the message, waiting for its end.
     *
     * @throws IOException if the connection fails before the message's end
     */
    @Override
    void close() throws IOException;
}
