package io.duplex.http;

import java.io.IOException;

/**
 * A message that breaks the rules or the limits, with the status for the response. For a fault in a response,
 * which is not answered, the status names the kind only: 400 malformed, 431 too large, 505 version.
 */
public final class HttpException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The status of the response. */
    private final int status;

    /**
     * Creates an exception without a stack trace: the peer causes it, perhaps often.
     *
     * @param status 400 to 599
     * @param reason a short English sentence for the peer, with nothing internal in it
     * @throws IllegalArgumentException if the status is out of range
     */
    public HttpException(int status, String reason) {
        super(reason);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status " + status + " is not 400 to 599");
        }
        this.status = status;
    }

    static HttpException badRequest(String reason) {
        return new HttpException(HttpStatus.BAD_REQUEST, reason);
    }

    /**
     * Returns the status for the response.
     *
     * @return 400 to 599
     */
    public int status() {
        return status;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
