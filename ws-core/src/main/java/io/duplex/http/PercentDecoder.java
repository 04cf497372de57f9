package io.duplex.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-decoding to UTF-8 (RFC 3986 section 2.1), strict: what is malformed is refused and never passed on
 * as it is.
 */
final class PercentDecoder {
    private PercentDecoder() {}

    /** Decodes a segment of a path. */
    static String decode(String text) throws HttpException {
        return decode(text, '+');
    }

    /** Decodes a name or a value of a query as forms write it: a plus is a space. */
    static String decodeForm(String text) throws HttpException {
        return decode(text, ' ');
    }

    private static String decode(String text, char plus) throws HttpException {
        if (text.indexOf('%') < 0) {
            return text.replace('+', plus);
        }
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes[length++] = escaped(text, i);
                i += 2;
            } else {
                bytes[length++] = (byte) (c == '+' ? plus : c);
            }
        }
        return utf8(ByteBuffer.wrap(bytes, 0, length));
    }

    private static byte escaped(String text, int percent) throws HttpException {
        if (percent + 2 >= text.length() || !HttpSyntax.isHexDigit(text.charAt(percent + 1))
                || !HttpSyntax.isHexDigit(text.charAt(percent + 2))) {
            throw HttpException.badRequest("malformed percent-encoding in the request target");
        }
        int value = Integer.parseInt(text, percent + 1, percent + 3, 16);
        if (value == 0) {
            throw HttpException.badRequest("NUL in the request target");
        }
        return (byte) value;
    }

    private static String utf8(ByteBuffer bytes) throws HttpException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw HttpException.badRequest("the request target is not UTF-8");
        }
    }
}
