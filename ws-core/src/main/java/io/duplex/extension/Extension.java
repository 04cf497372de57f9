package io.duplex.extension;

import io.duplex.frame.WebSocketProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * One connection's instance of an extension that transforms the payload of data messages (RFC 6455 section
 * 9). It sees messages, not frames and not control frames.
 *
 * <p><b>Threads.</b> {@link #encode} is called by one thread at a time, and so is {@link #decode}; the two
 * may run at the same time. {@link #encodes} is called by any sender. {@link #close} may be called from any
 * thread, at any time. None of these is called under a lock, except for {@link #reservedBits}, which never
 * changes.
 *
 * <p><b>Buffers.</b> A part is a read-only slice of exactly the bytes to transform. The extension reads it to
 * its limit and keeps no reference to it. An output buffer is valid during the call of its consumer, which
 * sees a read-only slice of it.
 */
public interface Extension extends AutoCloseable {
    /**
     * Returns the agreed parameters: the element of the server's response.
     *
     * @return name and parameters
     */
    ExtensionHeader agreed();

    /**
     * Returns the reserved bits of a message's first frame that mark a message of this extension: RSV1 is 4,
     * RSV2 is 2, RSV3 is 1 (RFC 6455 section 5.2).
     *
     * @return the bits, 0 to 7; 0 if the extension transforms every message and marks none
     */
    int reservedBits();

    /**
     * Decides whether an outgoing message is transformed. Called once for a message, before its first part;
     * calls of {@link #encode} up to the last part follow if it returns true, and none otherwise.
     *
     * @param text true for a text message, false for a binary one
     * @param payloadBytes the message's length; {@link Long#MAX_VALUE} for a stream, whose length is unknown
     * @return true if the message goes through {@link #encode}
     */
    boolean encodes(boolean text, long payloadBytes);

    /**
     * Transforms a part of an outgoing message. Output may lag behind input until the last part.
     *
     * @param part the next bytes of the message, possibly none
     * @param last true if the message ends with this part
     * @param out takes each piece of output, valid during the call; never called with an empty buffer
     * @throws ExtensionClosedException if the extension is closed
     * @throws IllegalStateException if an earlier message failed half-way
     */
    void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out);

    /**
     * Reverts the transformation of a part of an incoming message. Output is delivered in bounded pieces, so
     * that the sink can refuse a message that grows too big while it grows. After an exception of any kind no
     * further message can be decoded: the connection has failed.
     *
     * @param part the next payload bytes of the message, unmasked, possibly none
     * @param last true if the message ends with this part
     * @param out takes each piece of output, valid during the call; never called with an empty buffer; an
     *        exception that it throws stops the decoding at once
     * @throws WebSocketProtocolException if the payload is not what the extension's encoding allows, or from
     *         the sink; and again for each call after that
     * @throws ExtensionClosedException if the extension is closed
     */
    void decode(ByteBuffer part, boolean last, Sink out) throws WebSocketProtocolException;

    /** Releases the resources of the extension. Idempotent. */
    @Override
    void close();

    /** Consumes decoded bytes. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes the next bytes.
         *
         * @param decoded the bytes between position and limit, valid during the call
         * @throws WebSocketProtocolException to stop, because the message breaks a rule or a limit
         */
        void accept(ByteBuffer decoded) throws WebSocketProtocolException;
    }
}
