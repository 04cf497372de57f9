package io.duplex.http;

import java.util.List;

/**
 * Reads the head of one request, as a server. The head that it returns has well-formed framing, exactly one
 * valid {@code Host} if it is HTTP/1.1, and a target of a known form. The percent-encoding of the target is
 * checked by {@link RequestTarget#parse}.
 *
 * <p>One empty line before the request line is ignored (RFC 9112 section 2.2).
 */
public final class RequestReader extends HeadReader<RequestHead> {
    private boolean emptyLineSkipped;
    private String method;
    private String target;
    private HttpVersion version;

    /**
     * Creates a reader for one head.
     *
     * @param limits the maximum size of the head
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
        if (first == last) {
            throw HttpException.badRequest("malformed request line");
        }
        method = line.startsWith("GET ") ? "GET" : line.substring(0, first);
        if (!HttpSyntax.isToken(method)) {
            throw HttpException.badRequest("malformed request line");
        }
        version = HttpVersion.parse(line.substring(last + 1));
        // A further space would be part of the target, and a target has none.
        target = line.substring(first + 1, last);
        TargetForm.of(target);
        return true;
    }

    @Override
    RequestHead head(HttpHeaders headers) throws HttpException {
        List<String> hosts = headers.all("Host");
        if (hosts.size() > 1) {
            throw HttpException.badRequest("more than one Host field");
        }
        if (hosts.isEmpty() && version == HttpVersion.HTTP_1_1) {
            throw HttpException.badRequest("no Host field");
        }
        if (!hosts.isEmpty()) {
            Authority.parse(hosts.getFirst());
        }
        BodyFraming.check(version, headers);
        return new RequestHead(method, target, version, withHostOfTarget(headers));
    }

    /** RFC 9112 section 3.2.2: the host of an absolute target replaces the Host field. */
    private HttpHeaders withHostOfTarget(HttpHeaders headers) throws HttpException {
        return TargetForm.of(target) == TargetForm.ABSOLUTE
                ? headers.toBuilder().set("Host", TargetForm.authorityOf(target).toString()).build()
                : headers;
    }
}
