package io.duplex.frame;

import java.io.IOException;

/** The peer broke the protocol; the connection fails with the error's close code (RFC 6455 section 7.1.7). */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Which rule was broken. */
    private final ProtocolError error;

    /**
     * Names the broken rule. There is no stack trace: the fault lies with the peer, and many may come at once.
     *
     * @param error the broken rule
     */
    public ProtocolException(ProtocolError error) {
        super(error.reason());
        this.error = error;
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
