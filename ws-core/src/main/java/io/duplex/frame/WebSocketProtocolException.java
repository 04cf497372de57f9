package io.duplex.frame;

import java.io.IOException;
import java.util.Locale;

/** The peer broke the protocol; the connection fails with the error's close code (RFC 6455 section 7.1.7). */
public final class WebSocketProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The broken rule. */
    private final ProtocolError error;

    /**
     * Creates an exception without a stack trace: the fault is the peer's, and many may come at once.
     *
     * @param error the broken rule
     */
    public WebSocketProtocolException(ProtocolError error) {
        this(error, error.reason());
    }

    private WebSocketProtocolException(ProtocolError error, String message) {
        super(message);
        this.error = error;
    }

    /**
     * Creates an exception for something longer than a limit. The message, which is not sent to the peer,
     * contains both sizes and the option.
     *
     * @param error  the broken rule
     * @param what   the thing that is too long, such as "a message of", or "a message of at least" if more
     *         may come
     * @param bytes  its length
     * @param limit  the limit in bytes
     * @param option the option that sets the limit
     * @return the exception
     */
    public static WebSocketProtocolException tooMuch(ProtocolError error, String what, long bytes, long limit,
            String option) {
        return new WebSocketProtocolException(error, String.format(Locale.ROOT,
                "%s %,d bytes is longer than the limit of %,d bytes (%s)", what, bytes, limit,
                option));
    }

    /**
     * Creates an exception for something with more parts than a limit.
     *
     * @param error  the broken rule
     * @param what   the thing with too many parts, such as "a message"
     * @param parts  the parts, such as "fragments"
     * @param limit  the maximum number
     * @param option the option that sets the limit
     * @return the exception
     */
    public static WebSocketProtocolException tooMany(ProtocolError error, String what, String parts,
            long limit,
            String option) {
        return new WebSocketProtocolException(error, String.format(Locale.ROOT,
                "%s of more %s than the limit of %,d (%s)", what, parts, limit, option));
    }

    /**
     * Returns the broken rule.
     *
     * @return the rule
     */
    public ProtocolError error() {
        return error;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
