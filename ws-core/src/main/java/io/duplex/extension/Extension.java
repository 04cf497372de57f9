package io.duplex.extension;

import io.duplex.frame.WebSocketProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * One connection's instance of an extension that transforms the payload of data messages (RFC 6455 section
 * 9). It sees messages, not frames: how a transformed message is cut into frames is not its concern, and
 * control frames never come here.
 *
 * <p><b>Threads.</b> {@link #encode} is called by one thread at a time, and so is {@link #decode}; the two
 * may run at the same time. {@link #close} may be called from any thread, at any time.
 *
 * <p><b>Buffers.</b> A part is a read-only slice of exactly the bytes that are to be transformed. It is read
 * to its limit, and no reference to it is kept. A buffer that is handed out is lent for the time of the call;
 * those who get it see a read-only slice of it.
 */
public interface Extension extends AutoCloseable {
    /**
     * What both sides agreed on: the element of the server's response.
     *
     * @return name and parameters
     */
    ExtensionHeader agreed();

    /**
     * The reserved bits of a message's first frame that say "this extension transformed the message": RSV1 is
     * 4, RSV2 is 2, RSV3 is 1 (RFC 6455 section 5.2).
     *
     * @return the bits, 0 to 7; 0 if the extension transforms every message and marks none
     */
    int reservedBits();

    /**
     * Whether an outgoing message is to be transformed. Asked once for a message, before its first part; the
     * answer true is followed by calls of {@link #encode} up to the last part, the answer false by none.
     *
     * @param text true for a text message, false for a binary one
     * @param payloadBytes the message's length; {@link Long#MAX_VALUE} for a stream, whose length nobody
     * knows yet
     * @return true if the message goes through {@link #encode}
     */
    boolean encodes(boolean text, long payloadBytes);

    /**
     * Transforms a part of an outgoing message. Output may lag behind input until the last part.
     *
     * @param part the next bytes of the message, possibly none
     * @param last true if the message ends with this part
     * @param out takes each piece of output, lent for the call; never called with an empty buffer
     * @throws ExtensionClosedException if the extension is closed
     * @throws IllegalStateException if an earlier message failed half-way
     */
    void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out);

    /**
     * Transforms a part of an incoming message back. Output is delivered in bounded pieces, so that the sink
     * can refuse a message that grows too big while it grows. After an exception of any kind no further
     * message can be decoded: the connection has failed.
     *
     * @param part the next payload bytes of the message, unmasked, possibly none
     * @param last true if the message ends with this part
     * @param out takes each piece of output, lent for the call; never called with an empty buffer; an
     *        exception that it throws stops the decoding at once
     * @throws WebSocketProtocolException if the payload is not what the extension's encoding allows, or from
     *         the sink; and again for each call after that
     * @throws ExtensionClosedException if the extension is closed
     */
    void decode(ByteBuffer part, boolean last, Sink out) throws WebSocketProtocolException;

    /** Releases what the extension holds. Does nothing if it is closed already. */
    @Override
    void close();

    /** Takes decoded bytes as they come. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes the next bytes.
         *
         * @param decoded the bytes between position and limit, lent for the call
         * @throws WebSocketProtocolException to stop, because the message breaks a rule or a limit
         */
        void accept(ByteBuffer decoded) throws WebSocketProtocolException;
    }
}
