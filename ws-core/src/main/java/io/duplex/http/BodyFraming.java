package io.duplex.http;

import java.util.List;
import java.util.Optional;

/**
 * Where a request's body would end (RFC 9112 section 6.3). No body is read here, so lengths are compared and never turned
 * into numbers: there is nothing to overflow. What two readers could see differently is refused (request smuggling).
 */
final class BodyFraming {
    private static final String CONTENT_LENGTH = "Content-Length";
    private static final String TRANSFER_ENCODING = "Transfer-Encoding";

    private BodyFraming() {}

    static boolean hasBody(HttpHeaders headers) {
        return headers.contains(TRANSFER_ENCODING)
                || headers.all(CONTENT_LENGTH)
                        .stream()
                        .anyMatch(length -> !significantDigits(length).isEmpty());
    }

    static void check(HttpHeaders headers) throws HttpException {
        boolean hasLength = headers.contains(CONTENT_LENGTH);
        if (headers.contains(TRANSFER_ENCODING)) {
            if (hasLength) {
                throw HttpException.badRequest("Content-Length together with Transfer-Encoding");
            }
            checkTransferEncoding(headers.all(TRANSFER_ENCODING));
        } else if (hasLength) {
            checkLength(headers.all(CONTENT_LENGTH));
        }
    }

    /** Without chunked as the last coding the end of a request's body cannot be known. */
    private static void checkTransferEncoding(List<String> values) throws HttpException {
        List<String> codings = HeaderValues.tokens(values);
        if (codings.isEmpty() || !codings.getLast().equalsIgnoreCase("chunked")) {
            throw HttpException.badRequest("Transfer-Encoding does not end in chunked");
        }
    }

    /** The same length may be repeated, in field lines or as a list (RFC 9110 section 8.6). */
    private static void checkLength(List<String> values) throws HttpException {
        Optional<String> known = Optional.empty();
        for (String value : values) {
            for (String element : value.split(",", -1)) {
                String digits = HttpSyntax.trim(element);
                if (digits.isEmpty() || !digits.chars().allMatch(HttpSyntax::isDigit)) {
                    throw HttpException.badRequest("malformed Content-Length");
                }
                String length = significantDigits(digits);
                if (known.isPresent() && !known.get().equals(length)) {
                    throw HttpException.badRequest("different values of Content-Length");
                }
                known = Optional.of(length);
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
