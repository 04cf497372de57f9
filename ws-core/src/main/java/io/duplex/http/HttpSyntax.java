package io.duplex.http;

/** The character classes of RFC 9110 section 5, shared by everything that reads or writes a head. */
final class HttpSyntax {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private HttpSyntax() {}

    /** RFC 9110 section 5.6.2. */
    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(HttpSyntax::isTokenChar);
    }

    static boolean isTokenChar(int c) {
        return isAlpha(c) || isDigit(c) || TOKEN_MARKS.indexOf(c) >= 0;
    }

    /**
     * Visible ASCII, space, tab and obs-text: what a field value and a reason phrase are made of (section
     * 5.5).
     */
    static boolean isFieldText(String text) {
        return text.chars().allMatch(HttpSyntax::isFieldTextChar);
    }

    static boolean isFieldTextChar(int c) {
        return c == '\t' || c >= ' ' && c <= 0xFF && c != 0x7F;
    }

    /** Visible ASCII without {@code #}: a target has no fragment (RFC 9112 section 3.2). */
    static boolean isTarget(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '#');
    }

    static boolean isAlpha(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isHexDigit(int c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    static boolean isWhitespace(int c) {
        return c == ' ' || c == '\t';
    }

    /** Removes optional whitespace, which is space and tab and nothing else (RFC 9110 section 5.6.3). */
    static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isWhitespace(text.charAt(start))) {
            start++;
        }
        while (end > start && isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** Text for an error message: in quotes, and with nothing in it that could forge a line of a log. */
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
