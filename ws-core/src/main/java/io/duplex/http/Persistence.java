package io.duplex.http;

/** What happens to the connection after a response (RFC 9112 section 9.3). */
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
     * What a request allows. HTTP/1.1 goes on unless the client says {@code close}, HTTP/1.0 ends unless it
     * says {@code keep-alive}. Right only if the request's body, if it has one, is read to its end.
     *
     * @param head the request
     * @return what to do after the response
     */
    public static Persistence of(RequestHead head) {
        if (head.headers().containsToken("Connection", "close")) {
            return CLOSE;
        }
        return switch (head.version()) {
            case HTTP_1_1 -> KEEP_ALIVE;
            case HTTP_1_0 -> head.headers().containsToken("Connection", "keep-alive") ? KEEP_ALIVE : CLOSE;
        };
    }

    /**
     * The connection option that says so.
     *
     * @return {@code keep-alive} or {@code close}
     */
    public String option() {
        return option;
    }
}
