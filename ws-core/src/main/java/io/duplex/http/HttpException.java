package io.duplex.http;

import java.io.IOException;

/**
 * A message that breaks the rules or the limits, with the status of the response that says so. When a client
 * finds the fault in a response, nobody is answered and the status only names the kind: 400 malformed, 431
 * too large, 505 version.
 */
public final class HttpException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The status of the response. */
    private final int status;

    /**
     * Names the fault. There is no stack trace: the fault lies with the peer, and many may come at once.
     *
     * @param status 400 to 599
     * @param reason a short English sentence for the peer, with nothing internal in it
     * @throws IllegalArgumentException if the status is no error
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
     * The status of the response that answers this.
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
