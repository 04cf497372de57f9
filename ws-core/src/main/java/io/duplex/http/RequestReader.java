package io.duplex.http;

/**
 * Reads the head of one request, as a server. What it returns has well-formed framing, exactly one valid
 * {@code Host} if it is HTTP/1.1, and a target of a known form; the percent-encoding of the target is checked
 * by {@link RequestHead#requestTarget()}.
 *
 * <p>One empty line before the request line is ignored (RFC 9112 section 2.2).
 */
public final class RequestReader extends HeadReader<RequestHead> {
    private boolean emptyLineSkipped;
    private String method;
    private String target;
    private HttpVersion version;

    /**
     * A reader of one head.
     *
     * @param limits what the head may need
     */
    public RequestReader(HeadLimits limits) {
        super(limits);
    }

    @Override
    boolean startLine(String line) throws HttpException {
        if (line.isEmpty() && !emptyLineSkipped) {
            emptyLineSkipped = true;
            return false;
        }
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first == last || !HttpSyntax.isToken(line.substring(0, first))) {
            throw HttpException.badRequest("malformed request line");
        }
        version = HttpVersion.parse(line.substring(last + 1));
        method = line.substring(0, first);
        // A further space would be part of the target, and a target has none.
        target = line.substring(first + 1, last);
        TargetForm.of(target);
        return true;
    }

    @Override
    RequestHead head(HttpHeaders headers) throws HttpException {
        int hosts = headers.all("Host").size();
        if (hosts > 1) {
            throw HttpException.badRequest("more than one Host field");
        }
        if (hosts == 0 && version == HttpVersion.HTTP_1_1) {
            throw HttpException.badRequest("no Host field");
        }
        if (hosts == 1) {
            Authority.parse(headers.all("Host").getFirst());
        }
        BodyFraming.check(version, headers);
        return new RequestHead(method, target, version, withTargetsHost(headers));
    }

    /** RFC 9112 section 3.2.2: the host of an absolute target replaces the Host field. */
    private HttpHeaders withTargetsHost(HttpHeaders headers) throws HttpException {
        return TargetForm.of(target) == TargetForm.ABSOLUTE
                ? headers.toBuilder().set("Host", TargetForm.authorityOf(target).toString()).build()
                : headers;
    }
}
