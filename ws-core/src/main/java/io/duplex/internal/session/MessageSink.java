package io.duplex.internal.session;

import io.duplex.frame.ProtocolError;
import io.duplex.frame.Utf8Validator;
import io.duplex.frame.WebSocketProtocolException;
import java.nio.ByteBuffer;

/**
 * Takes the payloads of messages in parts, in order, after decompression; bounds their size and checks text
 * as it arrives, so that the first wrong byte fails (RFC 6455 section 8.1). Subclasses hand messages on.
 * Receiving thread only.
 */
abstract class MessageSink {
    /** Where the memory of a message that is not delivered yet is reserved. */
    interface Memory {
        /**
         * Says how much is held from now on.
         *
         * @throws OverBudgetException if there is no room for it
         */
        void hold(long bytes);
    }

    private long maxMessageBytes;
    private final Utf8Validator utf8 = new Utf8Validator();
    private boolean text;
    private long messageBytes;
    /** What came whole since {@link #tell}. */
    private int untoldMessages;
    private long untoldBytes;

    MessageSink(long maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /** A message begins. */
    final void begin(boolean isText) {
        text = isText;
        messageBytes = 0;
        utf8.reset();
        forget();
    }

    /**
     * Makes this as new: forgets the message that has begun, if any, and what was not reported to the
     * counters.
     */
    final void reset(long newMaxMessageBytes) {
        maxMessageBytes = newMaxMessageBytes;
        begin(false);
        untoldMessages = 0;
        untoldBytes = 0;
    }

    /** Drops what is kept of an unfinished message. */
    abstract void forget();

    /**
     * The header of a frame that is not compressed has come; refused before memory is taken for its payload.
     *
     * @param last whether it is the message's last frame
     */
    final void announce(long bytes, boolean last) throws WebSocketProtocolException {
        if (bytes > maxMessageBytes - messageBytes) {
            throw tooBig(last ? "a message of" : "a message of at least", messageBytes + bytes);
        }
        announced(messageBytes + bytes, last);
    }

    /** The next part, from position to limit, lent for the call. */
    final void part(ByteBuffer part, boolean last) throws WebSocketProtocolException {
        part(part, part.position(), part.limit(), last);
    }

    /** The next part, between two absolute indexes of a buffer that is lent for the call. */
    final void part(ByteBuffer bytes, int from, int to, boolean last) throws WebSocketProtocolException {
        messageBytes += to - from;
        if (messageBytes > maxMessageBytes) {
            throw tooBig("a message of at least", messageBytes);
        }
        if (text && !(utf8.accept(bytes, from, to) && (!last || utf8.atBoundary()))) {
            throw new WebSocketProtocolException(ProtocolError.TEXT_NOT_UTF8);
        }
        if (last) {
            untoldMessages++;
            untoldBytes += messageBytes;
        }
        take(bytes, from, to, last);
    }

    private WebSocketProtocolException tooBig(String what, long bytes) {
        return WebSocketProtocolException.tooMuch(ProtocolError.MESSAGE_TOO_BIG, what, bytes, maxMessageBytes,
                "Limits.maxMessageBytes");
    }

    /** Adds what has come to the counters. */
    final void tell(Traffic traffic) {
        if (untoldMessages > 0) {
            traffic.received(untoldMessages, untoldBytes);
            untoldMessages = 0;
            untoldBytes = 0;
        }
    }

    /** Whether the message is text. */
    final boolean isText() {
        return text;
    }

    /** The longest message that is taken. */
    final long maxMessageBytes() {
        return maxMessageBytes;
    }

    /** Bytes of this message so far. */
    final long messageBytes() {
        return messageBytes;
    }

    /**
     * The message will have at least so many bytes, and with its last frame exactly so many, if the sender
     * keeps its word.
     */
    abstract void announced(long totalBytes, boolean last);

    /** A checked part. User code gets a slice of it, never the buffer, which holds more. */
    abstract void take(ByteBuffer bytes, int from, int to, boolean last);
}
