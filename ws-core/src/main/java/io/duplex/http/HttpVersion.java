package io.duplex.http;

/** The versions of HTTP with heads in text (RFC 9112 section 2.3). */
public enum HttpVersion {
    /** HTTP/1.0: the connection ends after a response unless both peers agree otherwise. */
    HTTP_1_0("HTTP/1.0"),
    /** HTTP/1.1. */
    HTTP_1_1("HTTP/1.1");

    private final String text;

    HttpVersion(String text) {
        this.text = text;
    }

    /**
     * Parses the version of a start line. A later minor version counts as 1.1 (RFC 9110 section 2.5).
     *
     * @param text such as {@code HTTP/1.1}, upper case
     * @return the version
     * @throws HttpException with status 505 for another major version, 400 if it is malformed
     */
    public static HttpVersion parse(String text) throws HttpException {
        boolean wellFormed = text.length() == 8 && text.startsWith("HTTP/") && text.charAt(6) == '.'
                && HttpSyntax.isDigit(text.charAt(5)) && HttpSyntax.isDigit(text.charAt(7));
        if (!wellFormed) {
            throw HttpException.badRequest("malformed HTTP version");
        }
        if (text.charAt(5) != '1') {
            throw new HttpException(HttpStatus.VERSION_NOT_SUPPORTED, "only HTTP/1.1 is supported");
        }
        return text.charAt(7) == '0' ? HTTP_1_0 : HTTP_1_1;
    }

    /**
     * Returns the version as it is written.
     *
     * @return such as {@code HTTP/1.1}
     */
    @Override
    public String toString() {
        return text;
    }
}
