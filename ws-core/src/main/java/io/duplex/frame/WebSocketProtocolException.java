package io.duplex.frame;

import java.io.IOException;
import java.util.Locale;

/** The peer broke the protocol; the connection fails with the error's close code (RFC 6455 section 7.1.7). */
public final class WebSocketProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Which rule was broken. */
    private final ProtocolError error;

    /**
     * Names the broken rule. There is no stack trace: the fault lies with the peer, and many may come at
     * once.
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
     * Something is longer than a limit. The text, which is for this end only, has both sizes and the option.
     *
     * @param error  the broken rule
     * @param what   what is too long, such as "a message of", or "a message of at least" if more may come
     * @param bytes  how long it is
     * @param limit  how long it may be, in bytes
     * @param option what sets the limit
     * @return the exception
     */
    public static WebSocketProtocolException tooMuch(ProtocolError error, String what, long bytes, long limit,
            String option) {
        return new WebSocketProtocolException(error, String.format(Locale.ROOT,
                "%s %,d bytes is longer than the limit of %,d bytes (%s)", what, bytes, limit,
                option));
    }

    /**
     * Something has more parts than a limit.
     *
     * @param error  the broken rule
     * @param what   what has too many, such as "a message"
     * @param parts  of what, such as "fragments"
     * @param limit  how many it may have
     * @param option what sets the limit
     * @return the exception
     */
    public static WebSocketProtocolException tooMany(ProtocolError error, String what, String parts,
            long limit,
            String option) {
        return new WebSocketProtocolException(error, String.format(Locale.ROOT,
                "%s of more %s than the limit of %,d (%s)", what, parts, limit, option));
    }

    /**
     * The broken rule.
     *
     * @return which one
     */
    public ProtocolError error() {
        return error;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
