package io.duplex.http;

/**
 * Reads the head of one response, as a client. Fields are checked for syntax only: their rules depend on the
 * status and on the request.
 */
public final class ResponseReader extends HeadReader<ResponseHead> {
    private HttpVersion version;
    private int status;
    private String reason;

    /**
     * Creates a reader for one head.
     *
     * @param limits the maximum size of the head
     */
    public ResponseReader(HeadLimits limits) {
        super(limits);
    }

    /** RFC 9112 section 4: version, space, three digits, space, and a reason phrase that may be empty. */
    @Override
    boolean startLine(String line) throws HttpException {
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        if (first < 0 || second != first + 4) {
            throw HttpException.badRequest("malformed status line");
        }
        version = HttpVersion.parse(line.substring(0, first));
        status = status(line.substring(first + 1, second));
        reason = line.substring(second + 1);
        return true;
    }

    private static int status(String digits) throws HttpException {
        int status = HttpSyntax.isDigits(digits) ? Integer.parseInt(digits) : 0;
        if (status < 100 || status > 599) {
            throw HttpException.badRequest("malformed status code");
        }
        return status;
    }

    @Override
    ResponseHead head(HttpHeaders headers) {
        return new ResponseHead(status, reason, version, headers);
    }
}
