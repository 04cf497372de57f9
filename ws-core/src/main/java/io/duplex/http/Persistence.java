package io.duplex.http;

/** Whether the connection continues after a response (RFC 9112 section 9.3). */
public enum Persistence {
    /** Another request may follow. */
    KEEP_ALIVE("keep-alive"),
    /** The response is the last one. */
    CLOSE("close");

    private final String option;

    Persistence(String option) {
        this.option = option;
    }

    /**
     * Returns what a request allows. HTTP/1.1 continues unless the client sends {@code close}, HTTP/1.0 ends
     * unless the client sends {@code keep-alive}. The request's body must be read to its end first.
     *
     * @param head the request
     * @return what to do after the response
     */
    public static Persistence of(RequestHead head) {
        if (head.headers().containsToken("Connection", "close")) {
            return CLOSE;
        }
        return head.version() == HttpVersion.HTTP_1_1
                || head.headers().containsToken("Connection", "keep-alive")
                        ? KEEP_ALIVE
                        : CLOSE;
    }

    /**
     * Returns the connection option.
     *
     * @return {@code keep-alive} or {@code close}
     */
    public String option() {
        return option;
    }
}
