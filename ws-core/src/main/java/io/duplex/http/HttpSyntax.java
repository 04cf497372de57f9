package io.duplex.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Character classes and lists of RFC 9110 section 5. Every head that is read or written is checked here, so
 * the checks are loops over a table.
 */
public final class HttpSyntax {
    /** RFC 9110 section 5.6.2: letters, digits and some marks. */
    private static final boolean[] TOKEN = table("!#$%&'*+-.^_`|~");

    private HttpSyntax() {}

    /** Returns a table of ASCII that is true for letters, digits and these marks. */
    static boolean[] table(String marks) {
        boolean[] table = new boolean[0x80];
        for (int c = 0; c < table.length; c++) {
            table[c] = isAlpha(c) || isDigit(c) || marks.indexOf(c) >= 0;
        }
        return table;
    }

    /**
     * Checks for a token, such as a method or a field name (RFC 9110 section 5.6.2).
     *
     * @param text any text
     * @return true for a token, which has at least one character
     */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenChar(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /**
     * Reads a list of tokens, such as {@code Connection} or {@code Sec-WebSocket-Protocol} (RFC 9110 section
     * 5.6.1). Empty elements are skipped, as a recipient must; repeated ones are kept.
     *
     * @param values the values of all field lines of one name, in order, from {@link HttpHeaders#all(String)}
     * @return the tokens in order, as written; unmodifiable
     * @throws HttpException with status 400 if an element is not a token
     */
    public static List<String> tokens(List<String> values) throws HttpException {
        List<String> tokens = new ArrayList<>();
        for (String value : values) {
            for (String element : value.split(",")) {
                String token = trim(element);
                if (isToken(token)) {
                    tokens.add(token);
                } else if (!token.isEmpty()) {
                    throw HttpException.badRequest("malformed list of tokens in a header field");
                }
            }
        }
        return List.copyOf(tokens);
    }

    static boolean isTokenChar(int c) {
        return c < TOKEN.length && TOKEN[c];
    }

    /** Checks a field value or a reason phrase: visible ASCII, space, tab and obs-text (section 5.5). */
    static boolean isFieldText(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isFieldTextChar(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isFieldTextChar(int c) {
        return c == '\t' || c >= ' ' && c <= 0xFF && c != 0x7F;
    }

    /** Checks for visible ASCII without {@code #}: a target has no fragment (RFC 9112 section 3.2). */
    static boolean isTarget(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    static boolean isAlpha(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** Checks for one digit or more. */
    static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    static boolean isHexDigit(int c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    static boolean isWhitespace(int c) {
        return c == ' ' || c == '\t';
    }

    /** Removes optional whitespace, which is space and tab only (RFC 9110 section 5.6.3). */
    static String trim(String text) {
        return trim(text, 0, text.length());
    }

    static String trim(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isWhitespace(text.charAt(start))) {
            start++;
        }
        while (end > start && isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** Quotes text for an error message. Other characters than visible ASCII are escaped, for logs. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F) {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        return quoted.append('"').toString();
    }
}
