package io.duplex.http;

import java.util.List;

/**
 * The length of a request's body, from its head (RFC 9112 section 6.3). Ambiguous framing is refused, because
 * it enables request smuggling.
 */
final class BodyFraming {
    static final String TRANSFER_ENCODING = "Transfer-Encoding";
    static final String CHUNKED = "chunked";
    private static final String CONTENT_LENGTH = "Content-Length";
    /** Few enough to fit into a long. */
    private static final int MAX_DIGITS = 18;

    private BodyFraming() {}

    static boolean hasBody(HttpHeaders headers) {
        if (headers.contains(TRANSFER_ENCODING)) {
            return true;
        }
        for (String length : headers.all(CONTENT_LENGTH)) {
            if (!significantDigits(length).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the checked {@code Content-Length}; 0 without one. */
    static long length(HttpHeaders headers) {
        String digits =
                headers.first(CONTENT_LENGTH).map(value -> significantDigits(firstElement(value))).orElse("");
        return digits.length() > MAX_DIGITS ? Long.MAX_VALUE : digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    private static String firstElement(String value) {
        int comma = value.indexOf(',');
        return HttpSyntax.trim(comma < 0 ? value : value.substring(0, comma));
    }

    static void check(HttpVersion version, HttpHeaders headers) throws HttpException {
        boolean hasLength = headers.contains(CONTENT_LENGTH);
        if (headers.contains(TRANSFER_ENCODING)) {
            if (hasLength) {
                throw HttpException.badRequest("Content-Length together with Transfer-Encoding");
            }
            // RFC 9112 section 6.1: a proxy that knows HTTP/1.0 only forwards framing that it cannot read.
            if (version == HttpVersion.HTTP_1_0) {
                throw HttpException.badRequest("Transfer-Encoding in HTTP/1.0");
            }
            checkTransferEncoding(headers.all(TRANSFER_ENCODING));
        } else if (hasLength) {
            checkLength(headers.all(CONTENT_LENGTH));
        }
    }

    /** The end of a request's body is known only if chunked is the last coding. */
    private static void checkTransferEncoding(List<String> values) throws HttpException {
        List<String> codings = HttpSyntax.tokens(values);
        if (codings.isEmpty() || !codings.getLast().equalsIgnoreCase(CHUNKED)) {
            throw HttpException.badRequest("Transfer-Encoding does not end in chunked");
        }
    }

    /** The same length may be repeated, in field lines or as a list (RFC 9110 section 8.6). */
    private static void checkLength(List<String> values) throws HttpException {
        String known = null;
        for (String value : values) {
            for (String element : value.split(",", -1)) {
                String digits = HttpSyntax.trim(element);
                if (!HttpSyntax.isDigits(digits)) {
                    throw HttpException.badRequest("malformed Content-Length");
                }
                String length = significantDigits(digits);
                if (known != null && !known.equals(length)) {
                    throw HttpException.badRequest("different values of Content-Length");
                }
                known = length;
            }
        }
    }

    private static String significantDigits(String digits) {
        int start = 0;
        while (start < digits.length() && digits.charAt(start) == '0') {
            start++;
        }
        return digits.substring(start);
    }
}
